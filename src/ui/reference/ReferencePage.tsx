/**
 * Every parameter on one page: symbol, range, default, rule, names elsewhere, sources. A loop over the parameter table: nothing is
 * restated here. Each entry has its link key for an anchor, so that `reference.html#lr` can be pointed at.
 */
import { useEffect } from 'react';
import { resolve } from '../../params/config.ts';
import type { Group, Spec } from '../../params/kinds.ts';
import { groups, parameterIds, specOf } from '../../params/table.ts';
import type { Config, ParameterId } from '../../params/table.ts';
import { Help } from '../controls/Help.tsx';
import { numberInWords } from '../../params/value-text.ts';
import { spokenValue } from '../controls/value-words.ts';
import './reference.css';

const start = resolve({});

const idsOf = (group: Group<Config>): readonly ParameterId[] => parameterIds.filter((id) => specOf(id).group === group.id);

const title = ({ number, title: words }: Group<Config>): string => (number === undefined ? words : `${number}. ${words}`);

/** The whole page. */
export function ReferencePage() {
  // The entries exist only now: go to the one that the address names.
  useEffect(() => document.getElementById(location.hash.slice(1))?.scrollIntoView(), []);
  return (
    <div className="reference">
      <header>
        <h1>All parameters</h1>
        <p>
          What each of the {parameterIds.length} parameters of <a href="./">Tuning Fork</a> means, what it is called elsewhere, and where it
          comes from. The ten groups come in the order of the page; a control is shown there only while it has an effect.
        </p>
        <nav aria-label="Groups">
          <ul>
            {groups.map((group) => (
              <li key={group.id}>
                <a href={`#group-${group.id}`}>{title(group)}</a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main>
        {groups.map((group) => (
          <section key={group.id} aria-labelledby={`group-${group.id}`}>
            <h2 id={`group-${group.id}`}>{title(group)}</h2>
            {group.main === undefined ? null : <HidingNote label={specOf(group.main).label} urlKey={specOf(group.main).urlKey} />}
            {idsOf(group).map((id) => (
              <Entry key={id} id={id} />
            ))}
          </section>
        ))}
      </main>
    </div>
  );
}

/** The others would tell what the first is: they go off the page with it. */
function HidingNote({ label, urlKey }: { readonly label: string; readonly urlKey: string }) {
  return (
    <p>
      <code>{`hide=${urlKey}`}</code> in a link takes the whole group off the page, since the rest of it would give away “{label}”. Any
      other key there hides that parameter alone; <code>lock=</code> shows it and keeps it as it is.
    </p>
  );
}

function Entry({ id }: { readonly id: ParameterId }) {
  const spec = specOf(id);
  return (
    <article id={spec.urlKey}>
      <h3>
        <a href={`#${spec.urlKey}`}>{spec.label}</a>
        {spec.symbol === undefined ? null : <i>{spec.symbol}</i>}
      </h3>
      <dl className="reference-facts">
        <div>
          <dt>Range</dt>
          <dd>{rangeInWords(spec)}</dd>
        </div>
        <div>
          <dt>Default</dt>
          <dd>{`${spokenValue(spec, start[id])}${typeof spec.default === 'function' ? ' (depends on the rest)' : ''}`}</dd>
        </div>
        <div>
          <dt>A change</dt>
          <dd>{spec.applies === 'live' ? 'acts on the next step' : 'starts a new run'}</dd>
        </div>
      </dl>
      <Help id={`${spec.urlKey}-help`} spec={spec} />
    </article>
  );
}

/** What values a parameter takes, in words. */
function rangeInWords(spec: Spec): string {
  switch (spec.kind) {
    case 'number': {
      const whole = spec.integer ? 'whole numbers ' : '';
      const unit = spec.unit === undefined ? '' : ` ${spec.unit}`;
      return `${whole}${numberInWords(spec.min)} … ${numberInWords(spec.max)}${unit}${spec.zero === undefined ? '' : `; 0 = ${spec.zero}`}`;
    }
    case 'choice':
      return spec.options.map(({ value }) => value).join(', ');
    case 'toggle':
      return 'on (1) or off (0)';
    case 'list':
      return `${String(spec.minLength)} to ${String(spec.maxLength)} whole numbers, each ${String(spec.min)} … ${String(spec.max)}`;
    case 'curve':
      return `1 to ${String(spec.maxKnots)} knots, each place:value with a place 0 … 1 and a value 0 … ${String(spec.max)}`;
  }
}
