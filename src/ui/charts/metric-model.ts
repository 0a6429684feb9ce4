/** The accuracy (or error) chart as data: the metric on the validation split, in per cent or in original units. */
import type { Description } from '../../trainer/trainer.ts';
import { formatCount, formatNumber, formatPercent } from '../../shared/format.ts';
import { axisTitles, shownDescription, xScaleOf, type ChartInput, type ChartRun } from './axis.ts';
import { besideName, isEmpty, nearPresent, valuesOf } from './loss-model.ts';
import { bestMark, marksInWords, storyMarks } from './marks.ts';
import type { PlotModel, Series } from './plot-model.ts';
import { formatTick, scaleAround, type Scale, type ScaleKind } from './scale.ts';

function metricSeries(
  run: ChartRun | undefined,
  axis: ChartInput['settings']['axis'],
  look: Omit<Series, 'x' | 'mean'>,
  withBand: boolean,
): Series[] {
  const evaluations = run?.snapshot?.evaluations;
  if (evaluations === undefined || evaluations.at.step.length === 0) return [];
  const { mean, min, max } = evaluations.streams.valMetric;
  return [{ ...look, x: evaluations.at[axis], mean, ...(withBand ? { min, max } : {}) }];
}

/** The metric of the weights that are not judged, while an average is kept. */
function besideSeries(run: ChartRun | undefined, axis: ChartInput['settings']['axis']): Series[] {
  const evaluations = run?.snapshot?.evaluations;
  const mean = evaluations?.streams.besideMetric.mean;
  if (run === undefined || evaluations === undefined || !mean?.some(Number.isFinite)) return [];
  const label = besideName(run);
  return [{ key: 'beside', label, x: evaluations.at[axis], mean, style: 'thin', color: 'var(--run-2)', end: label }];
}

/** Shares end at 1 exactly: an axis up to 120 % would promise what cannot be. */
function metricScale(series: readonly Series[], share: boolean, kind: ScaleKind): Scale {
  const scale = scaleAround(valuesOf(nearPresent(series)), kind, !share);
  return share && kind === 'linear' ? { ...scale, low: Math.max(0, scale.low), high: 1 } : scale;
}

/** Before the data are known: a text of one's own may be long in coming. */
function metricUnheardOf({ task }: ChartInput['config']): Description['metric'] {
  return task === 'text' ? { name: 'bits per character', unit: '', better: 'lower' } : { name: 'accuracy', unit: '', better: 'higher' };
}

/** The metric chart. */
export function metricModel(input: ChartInput, yKind: ScaleKind): PlotModel {
  const { axis } = input.settings;
  const metric = shownDescription(input)?.metric ?? metricUnheardOf(input.config);
  const share = metric.better === 'higher';
  const format = share ? (value: number) => formatPercent(value) : (value: number) => formatNumber(value);
  const series = [
    ...metricSeries(
      input.previous,
      axis,
      { key: 'previous', label: 'previous', style: 'dashed', color: 'var(--previous)', end: 'previous' },
      false,
    ),
    ...metricSeries(
      input.run,
      axis,
      { key: 'validation', label: 'validation', style: 'thick', color: 'var(--run-1)', end: 'validation' },
      true,
    ),
    ...besideSeries(input.run, axis),
  ];
  const snapshot = input.run?.snapshot;
  const best = snapshot?.best?.valMetric;
  const now = snapshot?.evaluation;
  const unit = metric.unit === '' ? '' : ` (${metric.unit})`;
  const name = metric.name.slice(0, 1).toUpperCase() + metric.name.slice(1);
  return {
    title: name,
    subtitle: `on the validation data, ${share ? 'higher' : 'lower'} is better`,
    xName: axisTitles[axis],
    yName: `${metric.name}${unit}`,
    x: xScaleOf(input),
    y: metricScale(series, share, yKind),
    series,
    marks: [
      ...(input.run === undefined || snapshot?.step === 0 ? [] : bestMark(input.run, axis, best, `${format(best ?? NaN)} at best loss`)),
      ...storyMarks(input.run, axis),
    ],
    references: [],
    ...(isEmpty(input, series) ? { empty: `${name} on the validation data appears here, point by point.` } : {}),
    summary:
      now === undefined
        ? 'Not evaluated yet.'
        : `${name} on the validation data at step ${formatCount(now.step)}: ${format(now.valMetric)}${unit}. ${marksInWords(input.run)}`.trim(),
    formatValue: format,
    formatTick: share ? (value) => formatPercent(value, 0) : formatTick,
    formatPlaceTick: formatNumber,
  };
}
