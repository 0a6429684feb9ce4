/**
 * Several curves with places of their own become one array of rows on a common x grid, at most `maxRows` long.
 *
 * Idea: Recharts is several times faster on merged rows than on one array per line. While all places fit they are kept
 * exactly; beyond that x is cut into equal parts of the drawn axis and each part keeps the extremes of what fell into it.
 */
import type { Series } from './plot-model.ts';
import { fractionOf, type Scale } from './scale.ts';

/** Value of a line, [min, max] of an area (key + `Band`), null where a curve has no point. */
export type Row = Record<string, number | readonly [number, number] | null>;

/** Key under which the area of a series stands in its rows. */
export const bandKey = (key: string): string => `${key}Band`;

interface Cell {
  sum: number;
  count: number;
  min: number;
  max: number;
}

/** Places of all series within the scale, ascending, each once. */
function places(series: readonly Series[], x: Scale): number[] {
  const all = new Set<number>();
  for (const one of series) {
    for (const place of one.x) if (Number.isFinite(place) && !(x.kind === 'log' && place <= 0)) all.add(place);
  }
  return [...all].sort((a, b) => a - b);
}

/** Maps a place to the place of its row. */
function grid(all: readonly number[], x: Scale, maxRows: number): (place: number) => number {
  if (all.length <= maxRows) return (place) => place;
  const span = { ...x, low: all[0]!, high: all.at(-1)! };
  const partOf = (place: number): number => Math.min(maxRows - 1, Math.floor(fractionOf(span, place) * maxRows));
  const last = new Map<number, number>();
  for (const place of all) last.set(partOf(place), place);
  return (place) => last.get(partOf(place)) ?? place;
}

function collect(series: Series, cellOf: (place: number) => number, x: Scale): Map<number, Cell> {
  const cells = new Map<number, Cell>();
  for (const [i, place] of series.x.entries()) {
    const value = series.mean[i] ?? NaN;
    if (!Number.isFinite(value) || !Number.isFinite(place) || (x.kind === 'log' && place <= 0)) continue;
    const at = cellOf(place);
    const cell = cells.get(at) ?? { sum: 0, count: 0, min: Infinity, max: -Infinity };
    cell.sum += value;
    cell.count += 1;
    cell.min = Math.min(cell.min, series.min?.[i] ?? value);
    cell.max = Math.max(cell.max, series.max?.[i] ?? value);
    cells.set(at, cell);
  }
  return cells;
}

/** Rows for Recharts: `x`, one value per line, one pair per area. On a log y scale what is not above 0 lies on the lower edge. */
export function mergeRows(series: readonly Series[], x: Scale, y: Scale, maxRows = 300): Row[] {
  const all = places(series, x);
  const cellOf = grid(all, x, maxRows);
  const clamp = (value: number): number => (y.kind === 'log' && value < y.low ? y.low : value);
  const rows = new Map<number, Row>();
  for (const place of all) rows.set(cellOf(place), { x: cellOf(place) });
  for (const one of series) {
    const cells = collect(one, cellOf, x);
    for (const [at, row] of rows) {
      const cell = cells.get(at);
      if (one.style !== 'band') row[one.key] = cell === undefined ? null : clamp(cell.sum / cell.count);
      if (one.min !== undefined) row[bandKey(one.key)] = cell === undefined ? null : [clamp(cell.min), clamp(cell.max)];
    }
  }
  return [...rows.values()];
}

/** Index of the finite point of a series nearest to `place` as drawn, or −1. */
export function nearestIndex(series: Pick<Series, 'x' | 'mean'>, place: number, x: Scale): number {
  let [nearest, distance] = [-1, Infinity];
  const target = fractionOf(x, place);
  for (const [i, at] of series.x.entries()) {
    if (!Number.isFinite(series.mean[i] ?? NaN)) continue;
    const away = Math.abs(fractionOf(x, at) - target);
    if (away < distance) [nearest, distance] = [i, away];
  }
  return nearest;
}

/** At most `limit` of some places, evenly, first and last among them. */
function evenly(all: readonly number[], limit: number): readonly number[] {
  if (all.length <= limit) return all;
  return Array.from({ length: limit }, (_, i) => all[Math.round((i * (all.length - 1)) / (limit - 1))]!);
}

/**
 * Rows of the data table: at most `limit` places, each series having its share of them. A cell has a value only where its series has a
 * point: nothing is said of places at which nothing was measured.
 */
export function tableRows(
  series: readonly Series[],
  x: Scale,
  limit = 50,
): { readonly x: number; readonly values: readonly (number | undefined)[] }[] {
  const all = places(series, x);
  const share = Math.max(2, Math.floor(limit / Math.max(1, series.length)));
  const chosen = all.length <= limit ? all : series.flatMap((one) => evenly(places([one], x), share));
  const known = series.map((one) => new Map([...one.x].map((place, i) => [place, one.mean[i]])));
  return [...new Set(chosen)]
    .sort((a, b) => a - b)
    .map((place) => ({ x: place, values: known.map((values) => finiteOrNothing(values.get(place))) }));
}

function finiteOrNothing(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
