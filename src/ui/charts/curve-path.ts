/**
 * Curves as SVG paths, in pixels of the plot area. Pure strings: no React, no DOM.
 *
 * Idea: a path is cheap to redraw many times a second, so curves lie in a layer of their own within the chart. What is not a
 * finite number is left out and its neighbours are joined; on a log scale what is not above the lower edge lies on it.
 */
import type { Series } from './plot-model.ts';
import { fractionOf, type Scale } from './scale.ts';

/** The plot area: its scales, and its size in pixels. */
export interface PlotArea {
  readonly x: Scale;
  readonly y: Scale;
  readonly width: number;
  readonly height: number;
}

/** Pixels past the edge at which a line that leaves the plot is cut off: far enough to keep its direction. */
const beyond = 10_000;

const bounded = (pixels: number): number => Math.round(10 * Math.min(beyond, Math.max(-beyond, pixels))) / 10;

/** Where a point lies, or nothing if it has no place. */
function pointOf({ x, y, width, height }: PlotArea, place: number, value: number): string | undefined {
  if (!Number.isFinite(place) || !Number.isFinite(value) || (x.kind === 'log' && place <= 0)) return undefined;
  const held = y.kind === 'log' && value < y.low ? y.low : value;
  return `${bounded(fractionOf(x, place) * width)},${bounded((1 - fractionOf(y, held)) * height)}`;
}

function points(area: PlotArea, series: Pick<Series, 'x'>, values: Float64Array): string[] {
  return Array.from(series.x, (place, i) => pointOf(area, place, values[i] ?? Number.NaN)).filter((point) => point !== undefined);
}

/** The line through the means of a series; empty if it has no point. */
export function linePath(area: PlotArea, series: Pick<Series, 'x' | 'mean'>): string {
  const all = points(area, series, series.mean);
  // A line of one point has no length: the round cap of the stroke shows it.
  return all.length === 0 ? '' : `M${all.join('L')}${all.length === 1 ? 'h0' : ''}`;
}

/** The area between the extremes of a series; empty if it has none. */
export function bandPath(area: PlotArea, series: Pick<Series, 'x' | 'min' | 'max'>): string {
  if (series.min === undefined || series.max === undefined) return '';
  const top = points(area, series, series.max);
  const bottom = points(area, series, series.min).reverse();
  return top.length === 0 || bottom.length === 0 ? '' : `M${top.join('L')}L${bottom.join('L')}Z`;
}
