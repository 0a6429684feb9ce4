/** The shared x axis: which quantity it counts, its span, and where a step lies on it (also a step that is yet to come). */
import type { Change } from '../../params/changes.ts';
import type { Config } from '../../params/config.ts';
import { epochsDone, planRun, type Plan } from '../../schedule/plan.ts';
import { stretchesOf, type Stretch } from '../../schedule/stretches.ts';
import { formatCount, formatEpoch, formatNumber } from '../../shared/format.ts';
import type { Description, Positions, RunSnapshot } from '../../trainer/trainer.ts';
import type { Scale, ScaleKind } from './scale.ts';
import { linearTicks } from './scale.ts';

/** What the x axis counts. */
export type AxisName = keyof Positions;
/** All of them, in the order of the buttons. */
export const axisNames = ['step', 'epoch', 'examples', 'seconds'] as const satisfies readonly AxisName[];

/** A run as a chart needs it; the store's run record is one. `config` is that of step 0. */
export interface ChartRun {
  readonly config: Config;
  readonly description?: Description;
  readonly snapshot?: RunSnapshot;
  /** Fingerprint of the user's own text that it learned from. */
  readonly textPrint?: string | undefined;
  /** Live changes of its link, to act at their steps. */
  readonly planned?: readonly Change[];
}

/** What all charts share. */
export interface ChartSettings {
  readonly axis: AxisName;
  readonly xScale: ScaleKind;
  /** 0…0.95 */
  readonly smoothing: number;
}

/** What every chart is drawn from. `config` is the configuration in force now, with its live changes. */
export interface ChartInput {
  readonly run?: ChartRun | undefined;
  readonly previous?: ChartRun | undefined;
  /** There was a run before, but of another text: it is not drawn. */
  readonly otherText?: boolean | undefined;
  readonly config: Config;
  readonly description?: Description | undefined;
  /** `config` is no longer that of the run shown: a new run will start. */
  readonly stale: boolean;
  readonly settings: ChartSettings;
}

/** Name and unit under the axis. */
export const axisTitles: Record<AxisName, string> = {
  step: 'optimizer step',
  epoch: 'epoch (passes over the training data)',
  examples: 'training examples seen',
  seconds: 'seconds of training',
};

/** A place on the axis, in words: `step 240`. */
export function formatPlace(axis: AxisName, value: number): string {
  if (axis === 'step') return `step ${formatCount(value)}`;
  if (axis === 'epoch') return `epoch ${formatEpoch(value)}`;
  if (axis === 'examples') return `${formatCount(value)} examples`;
  return `${formatNumber(value)} s`;
}

/** True once a run has trained a step. */
export function hasTrained(run: ChartRun | undefined): boolean {
  return (run?.snapshot?.steps.at.step.length ?? 0) > 0;
}

/** The data and model behind what is shown: those of the run, or of the configuration before there is one. */
export function shownDescription(input: ChartInput): Description | undefined {
  return hasTrained(input.run) ? (input.run?.description ?? input.description) : input.description;
}

/** The plan that the charts show: that of the run, or of the configuration if a new run is due; undefined before the data are known. */
export function shownPlan(input: ChartInput): Plan | undefined {
  if (!input.stale && hasTrained(input.run) && input.run?.snapshot !== undefined) return input.run.snapshot.plan;
  return input.description === undefined ? undefined : planRun(input.config, input.description.trainingCount);
}

/** The plan with the changes of the link that are still to come; nothing before the data are known. */
export function plannedStretches(input: ChartInput): readonly Stretch[] {
  const { config, run, stale } = input;
  const [plan, description] = [shownPlan(input), shownDescription(input)];
  if (plan === undefined || description === undefined) return [];
  const { step = 0, changes: acted = [] } = run?.snapshot ?? {};
  const isIn = (change: Change): boolean => acted.some((other) => other.step === change.step && other.id === change.id);
  const coming = stale ? [] : (run?.planned ?? []).filter((change) => change.step >= step && !isIn(change));
  return stretchesOf(config, plan, coming, description.trainingCount);
}

/** Position of `step` by plan alone. Seconds follow from the pace so far; without one they are not known (NaN). */
export function plannedPosition(
  axis: AxisName,
  step: number,
  plan: Plan,
  description: Description | undefined,
  secondsPerStep: number,
): number {
  if (axis === 'step') return step;
  if (axis === 'seconds') return step === 0 ? 0 : step * secondsPerStep;
  const epoch = epochsDone(plan, step);
  return axis === 'epoch' ? epoch : epoch * (description?.trainingCount ?? NaN);
}

/** Seconds per step of a run so far; NaN before its first step. */
export function pace(run: ChartRun | undefined): number {
  const snapshot = run?.snapshot;
  return snapshot === undefined || snapshot.step === 0 ? NaN : snapshot.seconds / snapshot.step;
}

/** Position of `step` in a run: read from its history, between two buckets in proportion; beyond its end by plan. */
export function positionOf(axis: AxisName, step: number, run: ChartRun): number {
  const snapshot = run.snapshot;
  if (axis === 'step' || snapshot === undefined) return step;
  const { step: steps, [axis]: values } = snapshot.steps.at;
  const after = steps.findIndex((at) => at >= step);
  if (after < 0) return plannedPosition(axis, step, snapshot.plan, run.description, pace(run));
  const [step1, value1] = [steps[after]!, values[after]!];
  const [step0, value0] = after === 0 ? [0, 0] : [steps[after - 1]!, values[after - 1]!];
  return step1 === step0 ? value1 : value0 + ((step - step0) / (step1 - step0)) * (value1 - value0);
}

function furthest(run: ChartRun | undefined, axis: AxisName): number {
  return Math.max(0, run?.snapshot?.steps.at[axis].at(-1) ?? 0, run?.snapshot?.evaluations.at[axis].at(-1) ?? 0);
}

/** First place above 0 that a run has. */
function nearest(run: ChartRun | undefined, axis: AxisName): number {
  return run?.snapshot?.steps.at[axis].find((value) => value > 0) ?? Infinity;
}

/**
 * The x scale: all of the plan, and of what was trained. A previous run far longer than the plan is cut at three times the plan,
 * or the new curve would be a dot; the plan of a run that diverged, at four times what it reached. Seconds grow with the run: its end is not known beforehand.
 */
export function xScaleOf(input: ChartInput): Scale {
  const { axis, xScale } = input.settings;
  const plan = plannedStretches(input).at(-1)?.plan;
  const planned = plan === undefined || axis === 'seconds' ? 0 : plannedPosition(axis, plan.totalSteps, plan, input.description, NaN);
  const done = furthest(input.run, axis);
  // What a diverged run did in its few steps would be a dot on the axis of the whole plan.
  const diverged = !input.stale && input.run?.snapshot?.end?.reason === 'diverged' && done > 0;
  const ahead = diverged ? Math.min(planned, 4 * done) : planned;
  const own = Math.max(Number.isFinite(ahead) ? ahead : 0, done);
  const before = furthest(input.previous, axis);
  const high = own > 0 && axis !== 'seconds' ? Math.max(own, Math.min(before, 3 * own)) : Math.max(own, before);
  if (xScale === 'log') {
    const first = Math.min(nearest(input.run, axis), nearest(input.previous, axis));
    const low = Number.isFinite(first) ? first : axis === 'step' ? 1 : high / 1000;
    return high > low * 1.5 ? { kind: 'log', low, high } : { kind: 'log', low: low / 2, high: Math.max(low * 2, high) };
  }
  if (axis !== 'seconds') return { kind: 'linear', low: 0, high: high > 0 ? high : 1 };
  const [, step = 1] = linearTicks(0, high > 0 ? high : 1, 6);
  return { kind: 'linear', low: 0, high: Math.ceil((high > 0 ? high : 1) / step - 1e-9) * step };
}
