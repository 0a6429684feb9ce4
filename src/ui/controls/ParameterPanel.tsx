/**
 * All parameters, drawn from the table in its order. A closed group says its values in one line; an open one shows the
 * controls that apply, what is rarely moved folded away. Parameters that the link hides are absent, and so is a group that has none left.
 */
import { useId, useState } from 'react';
import { groups, parameterIds, specOf } from '../../params/table.ts';
import type { ParameterId } from '../../params/table.ts';
import { countedIn } from '../../store/counted.ts';
import { formatPercent } from '../../shared/format.ts';
import { useApp, useShown } from '../use-app.ts';
import { Control } from './Control.tsx';
import styles from './groups.module.css';
import { GroupNotes } from './GroupNotes.tsx';
import { LockMark, lockWords } from './LockMark.tsx';
import { MoreOptions } from './MoreOptions.tsx';
import { RateFinder } from './RateFinder.tsx';
import { RuleInNumbers } from './RuleInNumbers.tsx';
import { ScheduleSparkline } from './ScheduleSparkline.tsx';

type Group = (typeof groups)[number];

/** Open at first: what a newcomer should move. */
const openAtFirst: readonly Group['id'][] = ['learningRate', 'optimizer'];

/** The column of groups. */
export function ParameterPanel() {
  return (
    <div className={styles['groups']}>
      {groups.map((group) => (
        <GroupSection key={group.id} group={group} />
      ))}
    </div>
  );
}

function GroupSection({ group }: { readonly group: Group }) {
  const [open, setOpen] = useState(openAtFirst.includes(group.id));
  const bodyId = useId();
  const hidden = useApp((state) => state.hidden);
  const ids = parameterIds.filter((id) => specOf(id).group === group.id && !hidden.includes(id));
  if (ids.length === 0) return null;
  return (
    <section className={styles['group']}>
      <h2 className={styles['group-heading']}>
        <button type="button" aria-expanded={open} aria-controls={bodyId} onClick={() => setOpen(!open)}>
          <span className={styles['group-number']} aria-hidden="true">
            {group.number}
          </span>
          <span className={styles['group-title']}>{group.title}</span>
        </button>
        {open ? null : <Locked ids={ids} />}
        {open ? null : <Summary group={group} />}
      </h2>
      <div id={bodyId} hidden={!open} className={styles['group-body']}>
        {open ? ids.filter((id) => specOf(id).advanced === undefined).map((id) => <Control key={id} id={id} />) : null}
        {open ? <MoreOptions title={group.title} ids={ids.filter((id) => specOf(id).advanced)} /> : null}
        {open && group.id === 'learningRate' ? <RateFinder /> : null}
        {open && group.id === 'optimizer' ? <RuleInNumbers /> : null}
        {open ? <GroupNotes group={group.id} /> : null}
      </div>
    </section>
  );
}

/** What of a closed group is locked; an open one shows it on its controls. */
function Locked({ ids }: { readonly ids: readonly ParameterId[] }) {
  const locked = useApp((state) => state.locked);
  const labels = ids.filter((id) => locked.includes(id)).map((id) => specOf(id).label);
  return labels.length === 0 ? null : <LockMark words={lockWords(labels)} />;
}

function Summary({ group }: { readonly group: Group }) {
  const words = useApp((state) => group.summary(state.config, countedIn(state)?.rows));
  const clipped = useShown((state) =>
    group.id === 'clipping' && state.config.clip !== 'none' ? state.run?.snapshot?.clippedShare : undefined,
  );
  // A value that a teacher has taken off the page must not stand in the heading either.
  const secret = useApp((state) => state.hidden.some((id) => specOf(id).group === group.id));
  if (secret) return null;
  const text = clipped === undefined ? words : `${words} · ${formatPercent(clipped)} clipped`;
  return (
    <span className={styles['summary']}>
      {group.id === 'scheduler' ? <ScheduleSparkline /> : null}
      <span title={text}>{text}</span>
    </span>
  );
}
