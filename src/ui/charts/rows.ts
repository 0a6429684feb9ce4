/** Looking curves up by place: the point under the cursor, and the rows of the data table. */
import type { Series } from './plot-model.ts';
import { fractionOf, type Scale } from './scale.ts';

/** Places of all series within the scale, ascending, each once. */
function places(series: readonly Series[], x: Scale): number[] {
  const all = new Set<number>();
  for (const one of series) {
    for (const place of one.x) if (Number.isFinite(place) && !(x.kind === 'log' && place <= 0)) all.add(place);
  }
  return [...all].sort((a, b) => a - b);
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

/** Rows of a data table, and how many there would be of all places. */
export interface TableRows {
  readonly rows: readonly { readonly x: number; readonly values: readonly (number | undefined)[] }[];
  readonly all: number;
}

/**
 * Rows of the data table: at most `limit` places, each series having its share of them. A cell has a value only where its series has a
 * point: nothing is said of places at which nothing was measured.
 */
export function tableRows(series: readonly Series[], x: Scale, limit = 50): TableRows {
  const all = places(series, x);
  const share = Math.max(2, Math.floor(limit / Math.max(1, series.length)));
  const chosen = all.length <= limit ? all : series.flatMap((one) => evenly(places([one], x), share));
  const known = series.map((one) => new Map([...one.x].map((place, i) => [place, one.mean[i]])));
  const rows = [...new Set(chosen)]
    .sort((a, b) => a - b)
    .map((place) => ({ x: place, values: known.map((values) => finiteOrNothing(values.get(place))) }));
  return { rows, all: all.length };
}

function finiteOrNothing(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
