/**
 * What of a group is rarely moved, folded away behind one line. It opens by itself where something in it is not at its default, and while
 * closed says how much is: nothing acts unseen. Absent where nothing in it applies.
 */
import { useId, useState } from 'react';
import { defaultOf, sameValue } from '../../params/config.ts';
import { specOf } from '../../params/table.ts';
import type { Config, ParameterId } from '../../params/table.ts';
import { useApp } from '../use-app.ts';
import { Control } from './Control.tsx';
import styles from './groups.module.css';
import { LockMark, lockWords } from './LockMark.tsx';

interface MoreProps {
  /** Title of the group. */
  readonly title: string;
  readonly ids: readonly ParameterId[];
}

/** Those that apply and are not at their default. */
function changedAmong(ids: readonly ParameterId[], config: Config): readonly ParameterId[] {
  return ids.filter((id) => specOf(id).when(config) && !sameValue(config[id], defaultOf(id, config)));
}

/** The line, and what it unfolds. */
export function MoreOptions({ title, ids }: MoreProps) {
  const bodyId = useId();
  const config = useApp((state) => state.config);
  const locked = useApp((state) => state.locked);
  const changed = changedAmong(ids, config).length;
  const [open, setOpen] = useState(changed > 0);
  const applying = ids.filter((id) => specOf(id).when(config));
  if (applying.length === 0) return null;
  const fixed = applying.filter((id) => locked.includes(id)).map((id) => specOf(id).label);
  return (
    <>
      <div className={styles['more']}>
        <button type="button" aria-expanded={open} aria-controls={bodyId} onClick={() => setOpen(!open)}>
          {open ? 'Less' : 'More'}
          <span className="visually-hidden">{` options of ${title}`}</span>
          {changed === 0 || open ? null : <b>{` · ${String(changed)} changed`}</b>}
        </button>
        {open || fixed.length === 0 ? null : <LockMark words={lockWords(fixed)} />}
      </div>
      <div id={bodyId} hidden={!open}>
        {open ? applying.map((id) => <Control key={id} id={id} />) : null}
      </div>
    </>
  );
}
