/** Idle units as data: of each hidden layer, the share of units that are dead (ReLU) or saturated (tanh, sigmoid), at every evaluation. */
import { formatCount, formatNumber, formatPercent } from '../../shared/format.ts';
import type { Curves } from '../../trainer/trainer.ts';
import { layerLook, layerName } from '../layers.ts';
import { axisTitles, xScaleOf, type ChartInput } from './axis.ts';
import { marksInWords, storyMarks } from './marks.ts';
import type { PlotModel, Series } from './plot-model.ts';
import type { ScaleKind } from './scale.ts';

const meanings = {
  relu: { word: 'dead', line: 'share of units that are above 0 on no validation example' },
  tanh: { word: 'saturated', line: 'share of units within 1 % of a bound on 95 % of the validation examples' },
  sigmoid: { word: 'saturated', line: 'share of units within 1 % of a bound on 95 % of the validation examples' },
} as const;

function meaningOf({ activation }: ChartInput['config']) {
  return activation === 'relu' || activation === 'tanh' || activation === 'sigmoid' ? meanings[activation] : undefined;
}

function layerSeries(curves: Curves<string>, axis: ChartInput['settings']['axis']): Series[] {
  return Object.entries(curves.streams).map(([stream, { mean, min, max }], index) => {
    const [, layer = ''] = stream.split('.');
    const name = layerName(layer);
    return { key: stream, label: name, end: name, x: curves.at[axis], mean, min, max, ...layerLook(index) };
  });
}

/** The chart of idle units. */
export function idleUnitsModel(input: ChartInput, _yKind: ScaleKind): PlotModel {
  const { axis } = input.settings;
  const config = input.run?.config ?? input.config;
  const meaning = meaningOf(config);
  const curves = input.run?.snapshot?.measured?.units;
  const series = curves === undefined ? [] : layerSeries(curves, axis);
  const now = series.map(({ label, mean }) => `${label} ${formatPercent(mean.at(-1) ?? NaN)}`).join(', ');
  const nothing =
    meaning === undefined
      ? 'Units without a bound, such as these, can neither die nor saturate.'
      : 'Idle units appear here, evaluation by evaluation.';
  return {
    title: meaning === undefined ? 'Idle units' : `Idle units: ${meaning.word}`,
    subtitle: meaning?.line ?? 'units that do no work',
    xName: axisTitles[axis],
    yName: meaning === undefined ? 'idle' : meaning.word,
    x: xScaleOf(input),
    // Shares: the whole of them, or a few dead units would look like all.
    y: { kind: 'linear', low: 0, high: 1 },
    series,
    marks: storyMarks(input.run, axis),
    references: [],
    ...(series.every((one) => one.x.length < 2) ? { empty: nothing } : {}),
    summary:
      series.length === 0
        ? nothing
        : `${meaning?.word ?? 'idle'} at step ${formatCount(input.run?.snapshot?.evaluation?.step ?? 0)}: ${now}. ${marksInWords(input.run)}`.trim(),
    formatValue: (value) => formatPercent(value),
    formatTick: (value) => formatPercent(value, 0),
    formatPlaceTick: formatNumber,
  };
}
