/** The update ratio as data: one line a layer, ‖Δw‖/‖w‖ of each step, and the usual healthy size for the eye. */
import { formatNumber } from '../../shared/format.ts';
import type { Curves } from '../../trainer/trainer.ts';
import { layerLook, layerName } from '../layers.ts';
import { axisTitles, xScaleOf, type ChartInput } from './axis.ts';
import { valuesOf } from './loss-model.ts';
import { marksInWords, storyMarks } from './marks.ts';
import type { PlotModel, Series } from './plot-model.ts';
import { formatTick, scaleAround, type ScaleKind } from './scale.ts';
import { smooth } from './smoothing.ts';

/** What a step usually moves a layer by when training goes well. */
const healthy = 1e-3;

function layerSeries(curves: Curves<string>, { axis, smoothing }: ChartInput['settings']): Series[] {
  return Object.entries(curves.streams).map(([layer, { mean, min, max }], index) => {
    const name = layerName(layer);
    const shared = { key: layer, label: name, end: name, x: curves.at[axis], ...layerLook(index) };
    return smoothing > 0 ? { ...shared, mean: smooth(mean, smoothing) } : { ...shared, mean, min, max };
  });
}

/** The last value of each layer: `layer 1 0.0012, output 0.003`. */
function latestInWords(series: readonly Series[], format: (value: number) => string): string {
  return series.map(({ label, mean }) => `${label} ${format(mean.at(-1) ?? NaN)}`).join(', ');
}

/** The chart of update ratios. */
export function updateRatioModel(input: ChartInput, yKind: ScaleKind): PlotModel {
  const curves = input.run?.snapshot?.measured?.updates;
  const series = curves === undefined ? [] : layerSeries(curves, input.settings);
  return {
    title: 'Update ratio',
    subtitle: 'share of its length that a layer moves in a step',
    xName: axisTitles[input.settings.axis],
    yName: '‖Δw‖ / ‖w‖',
    x: xScaleOf(input),
    y: scaleAround([...valuesOf(series), healthy], yKind),
    series,
    marks: storyMarks(input.run, input.settings.axis),
    references: [{ y: healthy, text: 'usual, 0.001', tone: 'muted', inside: true }],
    ...(series.length === 0 ? { empty: 'The share by which each layer moves appears here with the next steps.' } : {}),
    summary:
      series.length === 0
        ? 'Nothing measured yet.'
        : `Each layer moves by this share of its length in a step, now: ${latestInWords(series, formatNumber)}. About 0.001 is usual. ${marksInWords(input.run)}`.trim(),
    formatValue: formatNumber,
    formatTick,
    formatPlaceTick: formatNumber,
  };
}
