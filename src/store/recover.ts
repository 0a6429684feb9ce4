/** After a fault: going on from what was kept. */
import type { Context } from './context.ts';
import { describeConfig } from './describe.ts';
import { dropLive } from './live.ts';
import { allChanges, ownChanges } from './run-changes.ts';
import { freshRun } from './runs.ts';
import type { RunRecord } from './state.ts';

/** Clears the fault; a run that does not go on by itself is taken up from its checkpoint. */
export function goOn(context: Context): void {
  const { state } = context;
  const { run } = state.getState();
  if (run?.fault === undefined) return;
  if (run.fault.continuesOn === undefined) restartFromCheckpoint(context);
  else state.setState({ run: withoutFault(run) });
}

/**
 * A new engine thread where the old one died or is silent, and the same run from its newest checkpoint: same
 * configuration, same changes, hence the same steps again. Without a checkpoint the run begins anew.
 */
export function restartFromCheckpoint(context: Context): void {
  const { state, trainer, waiting } = context;
  const { run, pulse } = state.getState();
  if (run === undefined) return;
  const dead = pulse === 'silent' || run.fault?.kind === 'workerDied' || run.fault?.kind === 'internal';
  const played = pulse === 'silent' ? state.getState().wantsToRun : true;
  if (dead) trainer.revive();
  dropLive(context);
  waiting.advancing = false;
  waiting.wish = played && (run.snapshot?.step ?? 0) > 0 ? { kind: 'play' } : waiting.wish;
  state.setState({ pulse: 'alive', wantsToRun: waiting.wish?.kind === 'play' });
  const { checkpoint } = run;
  if (checkpoint === undefined || run.fault?.kind === 'badCheckpoint') {
    freshRun(context);
    return;
  }
  waiting.prepared = false;
  const again: RunRecord = { ...withoutFault(run), id: waiting.nextRunId++, own: ownChanges(run) };
  state.setState({ run: again });
  trainer.start(again.id, again.config, allChanges(run), checkpoint);
  describeConfig(context);
}

function withoutFault(run: RunRecord): RunRecord {
  const { fault: _fault, ...rest } = run;
  return rest;
}
