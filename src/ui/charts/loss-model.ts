/** The loss chart as data: training thin with its extremes, validation thick, penalties apart, the run before faint behind. */
import { parameters } from '../../params/table.ts';
import { formatCount, formatNumber } from '../../shared/format.ts';
import { axisTitles, hasTrained, shownDescription, xScaleOf, type AxisName, type ChartInput, type ChartRun } from './axis.ts';
import { bestMark, ghostMarks, marksInWords, storyMarks } from './marks.ts';
import type { PlotModel, Reference, Series } from './plot-model.ts';
import { formatTick, scaleAround, type Scale, type ScaleKind } from './scale.ts';
import { smooth } from './smoothing.ts';

function trainingSeries(run: ChartRun, axis: AxisName, smoothing: number): Series[] {
  const steps = run.snapshot?.steps;
  if (steps === undefined || steps.at.step.length === 0) return [];
  const { mean, min, max } = steps.streams.loss;
  const base = { x: steps.at[axis], label: 'training', color: 'var(--run-1)' };
  if (smoothing <= 0) return [{ ...base, end: 'training', key: 'training', mean, min, max, style: 'thin' }];
  return [
    { ...base, key: 'trainingRaw', mean, min, max, style: 'faint', quiet: true },
    { ...base, end: 'training', key: 'training', label: 'training, smoothed', mean: smooth(mean, smoothing), style: 'thin' },
  ];
}

function validationSeries(run: ChartRun, axis: AxisName): Series[] {
  const evaluations = run.snapshot?.evaluations;
  if (evaluations === undefined || evaluations.at.step.length === 0) return [];
  const { mean, min, max } = evaluations.streams.valLoss;
  return [
    {
      key: 'validation',
      label: 'validation',
      x: evaluations.at[axis],
      mean,
      min,
      max,
      style: 'thick',
      color: 'var(--run-1)',
      end: 'validation',
    },
    ...besideSeries(run, axis),
    ...oldSeries(run, axis),
  ];
}

/** Loss on held-out text of what the model was pretrained on: it climbs as that is forgotten. */
function oldSeries(run: ChartRun, axis: AxisName): Series[] {
  const old = run.snapshot?.measured?.old;
  const band = old?.streams['loss'];
  if (old === undefined || band === undefined) return [];
  return [{ key: 'old', label: 'old text', x: old.at[axis], ...band, style: 'thick', color: 'var(--run-3)', end: 'old text' }];
}

/** Validation loss of the weights that are not judged: their moving average, or the raw ones beside the average. */
function besideSeries(run: ChartRun, axis: AxisName): Series[] {
  const evaluations = run.snapshot?.evaluations;
  const mean = evaluations?.streams.besideLoss.mean;
  if (evaluations === undefined || !mean?.some(Number.isFinite)) return [];
  const label = besideName(run);
  return [{ key: 'beside', label, x: evaluations.at[axis], mean, style: 'thin', color: 'var(--run-2)', end: label }];
}

/** What the weights that are not judged are called. */
export function besideName({ config }: ChartRun): string {
  return config.averageUse === 'average' ? 'raw weights' : 'average';
}

function previousSeries(run: ChartRun | undefined, axis: AxisName, smoothing: number): Series[] {
  if (run?.snapshot === undefined || !hasTrained(run)) return [];
  const { steps, evaluations } = run.snapshot;
  const shared = { color: 'var(--previous)' };
  const training = smooth(steps.streams.loss.mean, smoothing);
  return [
    { ...shared, key: 'previousTraining', label: 'previous, training', x: steps.at[axis], mean: training, style: 'previous', quiet: true },
    {
      ...shared,
      key: 'previous',
      label: 'previous, validation',
      x: evaluations.at[axis],
      mean: evaluations.streams.valLoss.mean,
      style: 'dashed',
      end: 'previous',
    },
  ];
}

/** L1 and L2 penalties stacked: two areas from zero up. */
function penaltySeries(run: ChartRun, axis: AxisName): Series[] {
  const steps = run.snapshot?.steps;
  if (steps === undefined) return [];
  const { l1, l2 } = steps.streams;
  const zero = new Float64Array(l1.mean.length);
  const top = l2.mean.map((value, i) => value + (l1.mean[i] ?? 0));
  const some = (values: Float64Array): boolean => values.some((value) => value > 0);
  const x = steps.at[axis];
  return [
    ...(some(l2.mean)
      ? [
          {
            key: 'l2',
            label: 'L2 penalty',
            x,
            mean: l2.mean,
            min: some(l1.mean) ? l1.mean : zero,
            max: top,
            color: 'var(--run-4)',
            end: 'L2 penalty',
          },
        ]
      : []),
    ...(some(l1.mean)
      ? [{ key: 'l1', label: 'L1 penalty', x, mean: l1.mean, min: zero, max: l1.mean, color: 'var(--run-3)', end: 'L1 penalty' }]
      : []),
  ].map((series) => ({ ...series, style: 'band' as const }));
}

/** The z-loss, an area from zero up of its own: its points lie elsewhere than those of L1 and L2. */
function zLossSeries(run: ChartRun, axis: AxisName): Series[] {
  const curve = run.snapshot?.measured?.zLoss;
  const band = curve?.streams['penalty'];
  if (curve === undefined || band === undefined) return [];
  const { mean, max } = band;
  return [
    {
      key: 'zLoss',
      label: 'z-loss',
      x: curve.at[axis],
      mean,
      min: new Float64Array(mean.length),
      max,
      style: 'band',
      color: 'var(--run-2)',
      end: 'z-loss',
    },
  ];
}

/** The penalties of the last step, which the training loss does not hold. */
function penaltiesInWords({ steps, measured }: NonNullable<ChartRun['snapshot']>, { zLoss }: ChartInput['config']): string {
  const { l1, l2 } = steps.streams;
  // One that has been switched off ends before the last step.
  const z = zLoss > 0 ? measured?.zLoss?.streams['penalty']?.mean.at(-1) : undefined;
  const all = [['L1 penalty', l1.mean.at(-1)] as const, ['L2 penalty', l2.mean.at(-1)] as const, ['z-loss', z] as const];
  const named = all.flatMap(([name, value = 0]) => (value > 0 ? [`${name} ${formatNumber(value)}`] : []));
  return named.length === 0 ? '' : `apart from it, ${named.join(' and ')};`;
}

/** How much worse the old text has become. */
function oldInWords({ measured }: NonNullable<ChartRun['snapshot']>): string {
  const losses = measured?.old?.streams['loss']?.mean;
  if (losses === undefined) return '';
  return `on the old text ${formatNumber(losses.at(-1) ?? NaN)}, ${formatNumber(losses[0] ?? NaN)} at first;`;
}

function summary(input: ChartInput): string {
  const snapshot = input.run?.snapshot;
  if (snapshot === undefined || !hasTrained(input.run)) return 'Nothing trained yet.';
  const { loss } = snapshot.steps.streams;
  const low = loss.min.reduce((least, value) => (value < least ? value : least), Infinity);
  const parts = [
    `After ${formatCount(snapshot.step)} of ${formatCount(snapshot.plan.totalSteps)} steps:`,
    `training loss ${formatNumber(snapshot.latest?.loss ?? NaN)}, lowest ${formatNumber(low)};`,
    penaltiesInWords(snapshot, input.config),
    snapshot.evaluation === undefined ? 'not evaluated yet.' : `validation loss ${formatNumber(snapshot.evaluation.valLoss)},`,
    oldInWords(snapshot),
    snapshot.best === undefined ? '' : `best ${formatNumber(snapshot.best.valLoss)} at step ${formatCount(snapshot.best.step)}.`,
    marksInWords(input.run),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** Chance level and, with label smoothing, the least that the training loss can be, where they lie within what is drawn. */
function references(input: ChartInput, low: number, high: number): Reference[] {
  const chance = shownDescription(input)?.chanceLoss;
  const floor = smoothingFloor(input);
  return [
    ...(chance === undefined ? [] : [{ y: chance, text: `chance ${formatNumber(chance)}`, tone: 'muted' as const }]),
    ...(floor === undefined ? [] : [{ y: floor, text: `floor ${formatNumber(floor)}`, tone: 'muted' as const }]),
  ].filter(({ y }) => y > low && y < high);
}

function isSmoothed({ loss, smoothing }: ChartInput['config']): boolean {
  return smoothing > 0 && (loss === 'bce' || loss === 'ce');
}

/** The entropy of the smoothed labels: 1 − ε + ε/K for the true class, ε/K for each other (K = 2 for two-class tasks). */
function smoothingFloor(input: ChartInput): number | undefined {
  const { config } = input;
  const classes = shownDescription(input)?.classNames.length ?? 0;
  if (!isSmoothed(config) || classes < 2) return undefined;
  const other = config.smoothing / classes;
  const right = 1 - config.smoothing + other;
  return -right * Math.log(right) - (classes - 1) * other * Math.log(other);
}

/** What the training loss holds that the validation loss does not. */
function subtitle(input: ChartInput): string {
  const { config } = input;
  const weighted = config.classWeights !== 'none' && parameters.classWeights.when(config);
  const within = [...(isSmoothed(config) ? ['label smoothing'] : []), ...(weighted ? ['class weights'] : [])];
  return `thick = validation, thin = training${within.length === 0 ? '' : ` (with ${within.join(' and ')})`}`;
}

/** A log axis goes down to penalties only so far (a hundredth of the least loss): they may not squeeze the loss. */
function lossScale(lines: readonly Series[], penalties: readonly Series[], kind: ScaleKind): Scale {
  const values = [...valuesOf(nearPresent(lines))];
  const least = values.reduce((low, value) => (value > 0 && value < low ? value : low), Infinity);
  const tops = penalties.flatMap(({ mean, max }) => [...(max ?? mean)]);
  return scaleAround([...values, ...tops.filter((top) => kind === 'linear' || top >= least / 100)], kind);
}

/** The loss chart. */
export function lossModel(input: ChartInput, yKind: ScaleKind): PlotModel {
  const { axis, smoothing } = input.settings;
  const { run } = input;
  const current = run === undefined ? [] : [...trainingSeries(run, axis, smoothing), ...validationSeries(run, axis)];
  const penalties = run === undefined ? [] : [...penaltySeries(run, axis), ...zLossSeries(run, axis)];
  const series = [...previousSeries(input.previous, axis, smoothing), ...penalties, ...current];
  const y = lossScale(
    series.filter((one) => one.style !== 'band'),
    penalties,
    yKind,
  );
  const best = run?.snapshot?.best?.valLoss;
  const name = shownDescription(input)?.lossName ?? 'loss';
  return {
    title: 'Loss',
    subtitle: subtitle(input),
    xName: axisTitles[axis],
    yName: `${name} ${shownDescription(input)?.lossUnit ?? 'per example'}`,
    x: xScaleOf(input),
    y,
    series,
    marks: [
      ...(run === undefined ? [] : bestMark(run, axis, best, `best ${formatNumber(best ?? NaN)}`)),
      ...storyMarks(run, axis),
      ...ghostMarks(run, axis),
    ],
    references: references(input, y.low, y.high),
    ...(series.every((one) => one.x.length < 2)
      ? { empty: 'Press Run: the loss of every step appears here, and that on the validation data.' }
      : {}),
    summary: summary(input),
    formatValue: formatNumber,
    formatTick,
    formatPlaceTick: formatNumber,
  };
}

/**
 * Lines that a y scale must hold: the present run and what of the previous one lies near it. A run that diverged may not squeeze the
 * one that follows into a line on the floor.
 */
export function nearPresent(series: readonly Series[]): Pick<Series, 'mean' | 'min' | 'max'>[] {
  const isPrevious = (one: Series): boolean => one.key.startsWith('previous');
  const present = series.filter((one) => !isPrevious(one));
  const top = [...valuesOf(present)].reduce((high, value) => (value > high ? value : high), 0);
  if (top === 0) return [...series];
  return [...present, ...series.filter(isPrevious).map(({ mean }) => ({ mean: mean.filter((value) => value <= 10 * top) }))];
}

/** All values that a y scale must hold. */
export function* valuesOf(series: Iterable<Pick<Series, 'mean' | 'min' | 'max'>>): Generator<number> {
  for (const { mean, min, max } of series) {
    yield* mean;
    if (min !== undefined) yield* min;
    if (max !== undefined) yield* max;
  }
}
