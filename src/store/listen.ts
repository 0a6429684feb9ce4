/** What the trainer says, into the state. Words about any run but the present one are too late and are dropped. */
import { isAmong, patchOf } from '../params/changes.ts';
import { applyPatch } from '../params/config.ts';
import type { ConfigPatch } from '../params/config.ts';
import type { RunSnapshot, TrainerEvent } from '../trainer/trainer.ts';
import type { Context } from './context.ts';
import { takeText } from './language.ts';
import { takeRates } from './rates.ts';
import { grantWish } from './runs.ts';
import type { AppState, RunRecord } from './state.ts';

/** Takes in one event. */
export function takeEvent(context: Context, event: TrainerEvent): void {
  const { state } = context;
  if (event.type === 'pulse') {
    state.setState({ pulse: event.state });
    return;
  }
  if (event.type === 'progress') {
    state.setState({ progress: event.progress });
    return;
  }
  if (event.type === 'loading') {
    const { loaded, total } = event;
    state.setState({ loading: loaded < total ? { loaded, total } : undefined });
    return;
  }
  const { run } = state.getState();
  const about = event.type === 'snapshot' ? event.snapshot.runId : event.runId;
  if (run?.id !== about) return;
  switch (event.type) {
    case 'snapshot':
      takeSnapshot(context, run, event.snapshot);
      break;
    case 'learned':
      state.setState({ run: { ...run, learned: { step: event.step, learned: event.learned } } });
      break;
    case 'engine':
      state.setState({ run: { ...run, engine: event.report } });
      break;
    case 'checkpoint':
      state.setState({ run: { ...run, checkpoint: event.checkpoint } });
      break;
    case 'rates':
      takeRates(context, event.news);
      break;
    case 'weight':
      state.setState({ run: { ...run, weightStep: event.step } });
      break;
    case 'written':
    case 'sample':
      takeText(context, run, event);
      break;
    case 'fault':
      state.setState({ run: { ...run, fault: event.fault }, loading: undefined });
      if (event.fault.continuesOn === undefined) state.setState({ wantsToRun: false });
      break;
  }
}

function takeSnapshot(context: Context, run: RunRecord, snapshot: RunSnapshot): void {
  const { state, waiting } = context;
  const stopped = snapshot.phase === 'ended' || (snapshot.phase === 'paused' && waiting.advancing);
  if (stopped) waiting.advancing = false;
  if (snapshot.phase !== 'ended') waiting.extended = false;
  if (snapshot.phase !== 'preparing') waiting.prepared = true;
  const { wantsToRun } = state.getState();
  state.setState({
    run: { ...run, snapshot },
    wantsToRun: wantsToRun && (!stopped || waiting.wish !== undefined),
    ...planActed(state.getState(), run, snapshot),
  });
  grantWish(context);
}

/** Controls follow the changes of a link as they act; the user's own are on the controls already. */
function planActed({ config, dirty }: AppState, run: RunRecord, snapshot: RunSnapshot): Pick<AppState, 'config'> | Record<string, never> {
  const seen = run.snapshot?.changes ?? [];
  const planned = snapshot.changes.filter((change) => isAmong(run.planned, change) && !isAmong(seen, change));
  if (dirty || planned.length === 0) return {};
  return { config: applyPatch(config, Object.assign({}, ...planned.map(patchOf)) as ConfigPatch) };
}
