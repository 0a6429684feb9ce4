/** What a parameter does, told from its declaration: a sentence, a paragraph, the rule, its names elsewhere, its source. */
import type { Spec } from '../../params/kinds.ts';
import styles from './help.module.css';

const frameworks = [
  ['pytorch', 'PyTorch'],
  ['keras', 'Keras'],
  ['huggingface', 'Hugging Face'],
] as const;

interface HelpProps {
  readonly id: string;
  readonly spec: Spec;
  /** With a link to the entry in the reference. */
  readonly more?: boolean;
}

/** The help of one parameter. */
export function Help({ id, spec, more = false }: HelpProps) {
  const { help, names } = spec;
  return (
    <div id={id} className={styles['help']}>
      <p className={styles['help-line']}>{help.line}</p>
      <p>{help.paragraph}</p>
      {help.formula === undefined ? null : <p className={styles['formula']}>{help.formula}</p>}
      {spec.kind === 'choice' ? <Options spec={spec} /> : null}
      <dl className={styles['names']}>
        {frameworks.map(([key, name]) => {
          const known = names[key];
          return known === undefined ? null : (
            <div key={key}>
              <dt>{name}</dt>
              <dd>
                <code>{known}</code>
              </dd>
            </div>
          );
        })}
        <div>
          <dt>In a link</dt>
          <dd>
            <code>{spec.urlKey}</code>
          </dd>
        </div>
        {help.source === undefined ? null : (
          <div>
            <dt>Source</dt>
            <dd>{help.source}</dd>
          </div>
        )}
      </dl>
      {more ? (
        <p>
          <a href={`./reference.html#${spec.urlKey}`} target="_blank" rel="noreferrer">
            In the reference
          </a>
        </p>
      ) : null}
    </div>
  );
}

function Options({ spec }: { readonly spec: Extract<Spec, { readonly kind: 'choice' }> }) {
  return (
    <ul className={styles['options']}>
      {spec.options.map((option) => (
        <li key={option.value}>
          <b>{option.label}</b> {option.line}
        </li>
      ))}
    </ul>
  );
}
