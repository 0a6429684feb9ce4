/** The live changes of a run, by where they come from: its link, or the user. */
import type { Change } from '../params/changes.ts';
import { isAmong, stillToAct } from '../params/changes.ts';
import type { RunRecord } from './state.ts';

/** Changes that acted, and those of the link, or of the run before a restart, that are still to come. */
export function allChanges(run: RunRecord): readonly Change[] {
  const acted = run.snapshot?.changes ?? [];
  const coming = stillToAct([...run.planned, ...(run.own ?? [])], acted, run.snapshot?.step ?? 0);
  return [...acted, ...coming.toSorted((a, b) => a.step - b.step)];
}

/** Live changes that the user has made in this run; those of its link are not among them. */
export function ownChanges(run: RunRecord): readonly Change[] {
  const acted = (run.snapshot?.changes ?? []).filter((change) => !isAmong(run.planned, change));
  return [...acted, ...(run.own ?? []).filter((change) => !isAmong(acted, change))];
}
