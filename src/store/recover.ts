/** After a fault: going on from what was kept. */
import { patchOf } from '../params/changes.ts';
import { applyPatch, differs, isLive } from '../params/config.ts';
import type { ConfigPatch } from '../params/config.ts';
import type { Context } from './context.ts';
import { describeConfig } from './describe.ts';
import { withoutAnswers } from './language.ts';
import { dropLive } from './live.ts';
import { allChanges, ownChanges } from './run-changes.ts';
import { freshRun } from './runs.ts';
import type { AppState, RunRecord } from './state.ts';

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
  const unheard = unheardChanges(state.getState(), run);
  waiting.advancing = false;
  waiting.wish = played && (run.snapshot?.step ?? 0) > 0 ? { kind: 'play' } : waiting.wish;
  state.setState({ pulse: 'alive', wantsToRun: waiting.wish?.kind === 'play' });
  const { checkpoint } = run;
  if (checkpoint === undefined || run.fault?.kind === 'badCheckpoint') {
    freshRun(context);
    return;
  }
  waiting.prepared = false;
  const again: RunRecord = { ...withoutAnswers(withoutFault(run)), id: waiting.nextRunId++, own: ownChanges(run) };
  state.setState({ run: again });
  trainer.start(again.id, again.config, allChanges(run), checkpoint);
  // Sent as soon as the new thread has prepared the run.
  waiting.livePatch = unheard;
  describeConfig(context);
}

/** What the controls say and the old thread has not heard, or not told of: moved while it was silent, or held when it died. */
function unheardChanges({ config, dirty }: AppState, run: RunRecord): ConfigPatch {
  if (dirty) return {};
  const told = applyPatch(run.config, Object.assign({}, ...(run.snapshot?.changes ?? []).map(patchOf)) as ConfigPatch);
  const moved = differs(told, config).filter((id) => isLive(id) && id !== 'pace');
  return Object.fromEntries(moved.map((id) => [id, config[id]]));
}

function withoutFault(run: RunRecord): RunRecord {
  const { fault: _fault, ...rest } = run;
  return rest;
}
