/** The learning-rate chart as data: the plan dashed over the whole run, what was used solid. The plan comes from the code that trains. */
import { scaledRate } from '../../params/effective.ts';
import { previewLearningRate } from '../../schedule/preview.ts';
import { differs, isLive } from '../../params/config.ts';
import type { Plan } from '../../schedule/plan.ts';
import { formatCount, formatNumber } from '../../shared/format.ts';
import type { RunSnapshot } from '../../trainer/trainer.ts';
import { axisTitles, hasTrained, pace, plannedPosition, plannedStretches, positionOf, xScaleOf, type ChartInput } from './axis.ts';
import { configInForce, marksInWords, storyMarks } from './marks.ts';
import { valuesOf } from './loss-model.ts';
import type { PlotModel, Series } from './plot-model.ts';
import { formatTick, scaleAround, type ScaleKind } from './scale.ts';

/** Places at which the plan is looked up. */
const previewPoints = 200;

/** The run that the plan belongs to, once it has trained; undefined while a new one is due. */
export function liveSnapshot({ stale, run }: ChartInput): RunSnapshot | undefined {
  return !stale && hasTrained(run) ? run?.snapshot : undefined;
}

/** Where steps lie on the axis: what was trained by its history, what is to come by plan. */
export function placeOnAxis(input: ChartInput, plan: Plan): (step: number) => number {
  const { axis } = input.settings;
  const { run, description } = input;
  const reached = liveSnapshot(input)?.step ?? -1;
  return (step) =>
    run !== undefined && step <= reached ? positionOf(axis, step, run) : plannedPosition(axis, step, plan, description, pace(run));
}

/**
 * The plan with what a link will still change, from where it stands: the last live change, or the last cut of reduce-on-plateau (from there on the rate is held,
 * for nobody can know the next cut).
 */
export function plannedSeries(input: ChartInput): Series[] {
  const { config } = input;
  const live = liveSnapshot(input);
  const stretches = plannedStretches(input);
  const preview = stretches.flatMap((stretch, i) => {
    const to = Math.min(stretch.plan.totalSteps, stretches[i + 1]?.from ?? Infinity) - 1;
    const share = (to - stretch.from + 1) / Math.max(1, stretch.plan.totalSteps);
    const placeOf = placeOnAxis(input, stretch.plan);
    const points = previewLearningRate(stretch.config, stretch.plan, Math.round(previewPoints * share), undefined, {
      from: stretch.from,
      to,
    });
    return points.map((point) => ({ ...point, x: placeOf(point.step) }));
  });
  const lastCut = live?.cuts.at(-1);
  // A change that is on its way acts from here on, not on what has been.
  const isChanging =
    live !== undefined && input.run !== undefined && differs(configInForce(input.run), config).some((id) => isLive(id) && id !== 'pace');
  const from = lastCut === undefined && !isChanging ? (live?.changes.at(-1)?.step ?? 0) : live?.step;
  const kept = from === undefined ? preview : preview.filter((point) => point.step >= from);
  // A cut by patience goes on with the schedule, only lower.
  const factor = live?.rateFactor ?? 1;
  const held = lastCut === undefined || config.schedule !== 'plateau' ? undefined : live?.latest?.learningRate;
  const cuts = config.schedule === 'plateau' || (config.earlyStopping && config.onPatience === 'cut');
  const label = cuts ? 'planned, unless it cuts' : 'planned';
  const x = Float64Array.from(kept, (point) => point.x);
  if (x.length === 0 || x.some((value) => Number.isNaN(value))) return [];
  const mean = Float64Array.from(kept, (point) => held ?? point.learningRate * factor);
  return [{ key: 'planned', label, x, mean, style: 'dashed', color: 'var(--axis)', end: 'planned' }];
}

function usedSeries(input: ChartInput): Series[] {
  const { axis } = input.settings;
  const used = (run: ChartInput['run'], style: Partial<Series> & Pick<Series, 'key' | 'label' | 'style' | 'color'>): Series[] => {
    const steps = run?.snapshot?.steps;
    if (steps === undefined || steps.at.step.length === 0) return [];
    return [{ x: steps.at[axis], mean: steps.streams.learningRate.mean, ...style }];
  };
  const now = input.run?.snapshot?.latest?.learningRate;
  return [
    ...used(input.previous, { key: 'previous', label: 'previous', style: 'previous', color: 'var(--previous)', end: 'previous' }),
    ...used(input.run, {
      key: 'used',
      label: 'used',
      style: 'thick',
      color: 'var(--run-1)',
      end: now === undefined ? 'used' : formatNumber(now),
    }),
  ];
}

function summary(input: ChartInput, planned: readonly Series[]): string {
  const [first, last] = [planned[0]?.mean[0], planned[0]?.mean.at(-1)];
  const plan =
    first === undefined || last === undefined
      ? ''
      : `Planned from ${formatNumber(first)} to ${formatNumber(last)} (${input.config.schedule}).`;
  const snapshot = input.run?.snapshot;
  const now = snapshot?.latest?.learningRate;
  const used =
    snapshot === undefined || now === undefined
      ? 'Nothing trained yet.'
      : `Used at step ${formatCount(snapshot.step)}: ${formatNumber(now)}.`;
  return [plan, used, marksInWords(input.run)].filter((part) => part !== '').join(' ');
}

/** Values that the axis of a drawn schedule holds in any case: one can draw only where there is room. */
function roomToDraw({ config }: ChartInput, yKind: ScaleKind): readonly number[] {
  if (config.schedule !== 'drawn') return [];
  const rate = scaledRate(config);
  return yKind === 'log' ? [rate / 1000, rate * 1.2] : [rate * 1.2];
}

/** The learning-rate chart. */
export function learningRateModel(input: ChartInput, yKind: ScaleKind): PlotModel {
  const planned = plannedSeries(input);
  const series = [...planned, ...usedSeries(input)];
  const axis = input.settings.axis;
  const highest = planned[0]?.mean.reduce((most, rate) => Math.max(most, rate), 0) ?? 0;
  return {
    title: 'Learning rate',
    subtitle:
      planned[0]?.label === 'planned, unless it cuts' ? 'planned dashed (unless it cuts), used solid' : 'planned dashed, used solid',
    xName: axisTitles[axis],
    yName: 'learning rate η per step',
    x: xScaleOf(input),
    y: scaleAround([...valuesOf(series), ...roomToDraw(input, yKind)], yKind),
    ...(highest > 0 ? { namedY: highest } : {}),
    series,
    marks: storyMarks(input.run, axis),
    references: [],
    ...(series.length === 0 ? { empty: emptyText(input) } : {}),
    summary: summary(input, planned),
    formatValue: formatNumber,
    formatTick,
    formatPlaceTick: formatNumber,
  };
}

function emptyText(input: ChartInput): string {
  return input.description === undefined ? 'Preparing the data…' : 'Over seconds the plan appears once the pace is known: press Run.';
}
