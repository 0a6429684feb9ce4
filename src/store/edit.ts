/**
 * Moving a control. What a new value does is decided by what the whole configuration becomes, not by the one parameter:
 * a parameter that follows another by its default takes part in the change.
 */
import type { Config } from '../params/config.ts';
import { applyPatch, choicesOf, defaultOf, differs, isLive, resolve, sameValue } from '../params/config.ts';
import type { ConfigPatch } from '../params/config.ts';
import { traced } from '../schedule/trace.ts';
import type { Context } from './context.ts';
import { describeConfig } from './describe.ts';
import { sendLive } from './live.ts';
import { speedOf } from './pace.ts';
import { inProgress, outdate } from './runs.ts';
import type { ParameterId } from '../params/table.ts';
import type { AppState } from './state.ts';

/** Sets one parameter. */
export function setParameter<Id extends ParameterId>(context: Context, id: Id, value: Config[Id]): void {
  const { config } = context.state.getState();
  const begun = id === 'schedule' && value === 'drawn' && config.schedule !== 'drawn' ? beginDrawing(context) : {};
  moveTo(context, applyPatch(config, { [id]: value, ...begun }));
}

/** A curve that nobody has drawn yet begins as what is planned now, so that nothing jumps. */
function beginDrawing({ state, waiting }: Context): ConfigPatch {
  const { config, run, description, dirty, locked } = state.getState();
  const plan = (dirty ? undefined : run?.snapshot?.plan) ?? description?.plan;
  const own = [defaultOf('drawn', config), waiting.traced].every((curve) => curve === undefined || !sameValue(config.drawn, curve));
  if (own || plan === undefined || locked.includes('drawn')) return {};
  waiting.traced = traced(config, plan);
  return { drawn: waiting.traced };
}

/** Lets one parameter follow its default again. */
export function resetParameter(context: Context, id: ParameterId): void {
  const { [id]: _taken, ...rest } = choicesOf(context.state.getState().config);
  moveTo(context, resolve(rest));
}

function moveTo(context: Context, config: Config): void {
  const { state } = context;
  const before = state.getState();
  const moved = differs(before.config, config);
  state.setState({ config });
  if (moved.includes('pace')) changePace(context);
  const others = moved.filter((id) => id !== 'pace');
  if (others.length > 0) actOn(context, before, others);
}

function actOn(context: Context, before: AppState, moved: readonly ParameterId[]): void {
  const { state, waiting } = context;
  const { config } = state.getState();
  const snapshot = before.run?.snapshot;
  if (before.dirty || !moved.every(isLive)) {
    forgetReplay(context, before);
    outdate(context, snapshot?.phase === 'ended' && moved.every(isLive) ? 'onRun' : 'soon');
    return;
  }
  if (inProgress(snapshot) || waiting.extended || extendsRun(before, config)) {
    waiting.extended ||= snapshot?.phase === 'ended';
    sendLive(context, Object.fromEntries(moved.map((id) => [id, config[id]])));
    if (moved.some((id) => described.includes(id))) describeConfig(context);
    return;
  }
  forgetReplay(context, before);
  outdate(context, snapshot?.phase === 'ended' ? 'onRun' : 'soon');
}

/** Live parameters that the plan or the lines of the rule follow. */
const described: readonly ParameterId[] = [
  ...(['batchSize', 'accumulation', 'dropLast', 'epochs', 'maxSteps'] as const),
  ...(['momentum', 'dampening', 'nesterov', 'weightDecay', 'decay', 'centered', 'amsgrad', 'schedule', 'cycleMomentum'] as const),
];

/** Whether what ended the run has been moved further away. */
function extendsRun({ run, config: before }: AppState, config: Config): boolean {
  const { end, patienceUsed = 0, plan } = run?.snapshot ?? {};
  if (end?.reason === 'earlyStop') {
    const isPatient = !config.earlyStopping || config.onPatience === 'cut' || config.patience > patienceUsed;
    return isPatient && end.step < (plan?.totalSteps ?? 0);
  }
  if (end?.reason === 'epochs') return config.epochs > before.epochs;
  if (end?.reason === 'steps') return config.maxSteps === 0 ? before.maxSteps > 0 : config.maxSteps > end.step;
  return false;
}

/** Once changes of a link have acted, the controls show their outcome: a run from there must not replay them. */
function forgetReplay({ state }: Context, { run }: AppState): void {
  if ((run?.snapshot?.changes.length ?? 0) > 0) state.setState({ planned: [] });
}

function changePace({ state, trainer, waiting }: Context): void {
  const { run, config, wantsToRun } = state.getState();
  const snapshot = run?.snapshot;
  if (wantsToRun && snapshot !== undefined && waiting.wish === undefined && !waiting.advancing) {
    trainer.play(speedOf(config, snapshot.plan));
  }
}
