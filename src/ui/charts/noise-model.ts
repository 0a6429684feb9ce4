/** The gradient noise scale as data: the estimate, its 95 % interval as an area, and the batch that is used. */
import { effectiveBatch } from '../../params/effective.ts';
import { formatCount, formatNumber } from '../../shared/format.ts';
import { noiseAdvice, noiseScaleText } from '../noise-words.ts';
import { axisTitles, xScaleOf, type ChartInput } from './axis.ts';
import { marksInWords, storyMarks } from './marks.ts';
import type { PlotModel, Series } from './plot-model.ts';
import { formatTick, scaleAround, type ScaleKind } from './scale.ts';

/** Stands for an interval without an upper end: past any plot. */
const openEnd = 1e12;

function noiseSeries(input: ChartInput): Series[] {
  const curves = input.run?.snapshot?.measured?.noise;
  const { scale, low: lower, high: upper } = curves?.streams ?? {};
  if (curves === undefined || scale === undefined || lower === undefined || upper === undefined) return [];
  const low = lower.min;
  // Infinite ends are no part of a history: where there is a lower end, a missing upper one is open.
  const max = upper.max.map((value, i) => (Number.isNaN(value) && Number.isFinite(low[i] ?? NaN) ? openEnd : value));
  return [
    {
      ...{ key: 'noise', label: 'noise scale', end: 'B_noise', style: 'thick', color: 'var(--run-1)' },
      ...{ x: curves.at[input.settings.axis], mean: scale.mean, min: low, max },
    },
  ];
}

/** The chart of the noise scale. */
export function noiseModel(input: ChartInput, yKind: ScaleKind): PlotModel {
  const { axis } = input.settings;
  const series = noiseSeries(input);
  const batch = effectiveBatch(input.config);
  const now = input.run?.snapshot?.evaluation?.noise;
  const words = now === undefined ? 'not known yet' : noiseScaleText(now);
  const values = series.flatMap(({ mean, min = mean, max = mean }) => [...mean, ...min, ...max.filter((value) => value < openEnd)]);
  // An upper end far away may not squeeze the rest.
  const largest = series.reduce((most, { mean }) => mean.reduce((top, value) => (value > top ? value : top), most), batch);
  return {
    title: 'Gradient noise scale',
    subtitle: now === undefined ? 'area: 95 % interval' : `${words} · area: 95 % interval`,
    xName: axisTitles[axis],
    yName: 'examples',
    x: xScaleOf(input),
    y: scaleAround([...values.filter((value) => value <= 10 * largest), batch], yKind),
    series,
    marks: storyMarks(input.run, axis),
    references: [{ y: batch, text: `batch ${formatCount(batch)}`, tone: 'muted', inside: true }],
    ...(series.length === 0 ? { empty: 'The estimate appears here after 64 steps, evaluation by evaluation.' } : {}),
    summary:
      now === undefined
        ? 'The gradient noise scale is not known yet.'
        : `Gradient noise scale ${words}: ${noiseAdvice(now, batch)}. ${marksInWords(input.run)}`.trim(),
    formatValue: (value) => formatNumber(value),
    formatTick,
    formatPlaceTick: formatNumber,
  };
}
