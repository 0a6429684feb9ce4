/** The card of the pretrained model: what it read, how it was trained, and what it writes. Fetched when it is first shown. */
import { formatCount, formatNumber } from '../../shared/format.ts';
import { curvePoints } from './model-card.ts';
import type { ModelCard } from './model-card.ts';
import styles from './dialog.module.css';

const curveSize = { width: 240, height: 60 };

/** The card; undefined: still on its way; null: it could not be read. */
export function ModelCardView({ card }: { readonly card: ModelCard | null | undefined }) {
  if (card === undefined) return <p>Reading the card…</p>;
  if (card === null) return <p>The card of the pretrained model could not be read.</p>;
  return (
    <>
      <p>
        A GPT trained by this program on {formatCount(card.characters)} characters: {formatCount(card.tokens)} tokens in{' '}
        {formatCount(card.steps)} steps, seed {formatCount(card.seed)}. Loss on held-out text {formatNumber(card.validationLoss)} nats per
        token
        {card.twin &&
          `; the same run in PyTorch, from the same first weights in the same order, ended at ${formatNumber(card.twin.validationLoss)}`}
        . <a href={card.link}>Its configuration</a>.
      </p>
      <p>{card.data}</p>
      <Curve card={card} />
      <details>
        <summary>What it writes</summary>
        <ul className={styles['sources']}>
          {card.samples.map(({ prompt, text, temperature }) => (
            <li key={prompt}>
              <b>{prompt}</b>
              {text} <i>(temperature {formatNumber(temperature)})</i>
            </li>
          ))}
        </ul>
      </details>
      {card.pilots.length > 0 && (
        <details>
          <summary>Short runs that it was chosen from</summary>
          <ul className={styles['sources']}>
            {card.pilots.map(({ link, steps, validationLoss }) => (
              <li key={link}>
                <a href={link}>{formatCount(steps)} steps</a>: held-out loss {formatNumber(validationLoss)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Curve({ card }: { readonly card: ModelCard }) {
  const { width, height } = curveSize;
  const [first, last] = [card.curve[0], card.curve.at(-1)];
  const [train, validation] = (['train', 'validation'] as const).map((which) => curvePoints(card, which, width, height));
  if (!first || !last || validation === '') return null;
  const words = `Loss over ${formatCount(last.step)} steps: held-out text from ${formatNumber(first.validation)} to ${formatNumber(last.validation)}, training text to ${formatNumber(last.train)}.`;
  return (
    <svg role="img" aria-label={words} viewBox={`-2 -2 ${String(width + 4)} ${String(height + 4)}`} className={styles['card-curve']}>
      <polyline points={train} fill="none" stroke="var(--run-1)" strokeWidth="1" />
      <polyline points={validation} fill="none" stroke="var(--run-1)" strokeWidth="2.5" />
    </svg>
  );
}
