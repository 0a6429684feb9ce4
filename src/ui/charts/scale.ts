/**
 * Scales and ticks: where a value lies between two pixels, and which values are worth naming.
 * The overlay (labels, marks, cursor) and Recharts (lines) use the same domains, so they cannot disagree.
 */

import { formatNumber } from '../../shared/format.ts';

/** How values become places. */
export type ScaleKind = 'linear' | 'log';

/** A domain and how it is spread. `log` domains are positive. */
export interface Scale {
  readonly kind: ScaleKind;
  readonly low: number;
  readonly high: number;
}

const stretch = (scale: Scale, value: number): number => (scale.kind === 'log' ? Math.log(value) : value);

/** 0 at the low end of the domain, 1 at its high end; beyond them outside 0…1. */
export function fractionOf(scale: Scale, value: number): number {
  const [low, high] = [stretch(scale, scale.low), stretch(scale, scale.high)];
  return (stretch(scale, value) - low) / (high - low);
}

/** The value at a fraction of the domain. */
export function valueAt(scale: Scale, fraction: number): number {
  const [low, high] = [stretch(scale, scale.low), stretch(scale, scale.high)];
  const value = low + fraction * (high - low);
  return scale.kind === 'log' ? Math.exp(value) : value;
}

/** The largest of 1, 2, 5 × 10ⁿ that is at most (`down`) or the smallest that is at least (`up`) the positive `value`. */
function roundTo125(value: number, direction: 'down' | 'up'): number {
  const power = Math.floor(Math.log10(value) + 1e-9);
  const candidates = [power - 1, power, power + 1].flatMap((p) => [1, 2, 5].map((m) => decimal(m, p)));
  const fits = direction === 'down' ? candidates.filter((c) => c <= value * (1 + 1e-9)) : candidates.filter((c) => c >= value * (1 - 1e-9));
  return direction === 'down' ? Math.max(...fits) : Math.min(...fits);
}

/** Ends of a log scale that holds less than a decade: rounder ones would leave most of it empty. */
const fineEnds = [1, 1.2, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9];

/**
 * A log scale close around the positive ones of `values`, a twentieth beyond them at either end: a loss that goes from 4 to 3 fills it.
 * Values that span a decade or more, or next to nothing, get the ends of `scaleAround`.
 */
export function closeLogScale(values: readonly number[]): Scale {
  const all = values.filter((value) => Number.isFinite(value) && value > 0);
  const [low, high] = all.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, 0]);
  if (!(high > 1.02 * low) || high >= 10 * low) return scaleAround(values, 'log');
  const power = Math.floor(Math.log10(low)) - 1;
  const ends = [power, power + 1, power + 2, power + 3].flatMap((p) => fineEnds.map((m) => decimal(m, p)));
  const fitting = ends.filter((end) => end <= low / 1.05);
  return { kind: 'log', low: fitting.at(-1) ?? low, high: ends.find((end) => end >= 1.05 * high) ?? high };
}

/** m × 10ᵖ as the nearest double, so that 3 × 10⁻¹ is 0.3. */
function decimal(mantissa: number, power: number): number {
  return Number(`${mantissa}e${power}`);
}

/** At most `count` + 1 round values within the domain. */
export function linearTicks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const step = roundTo125((high - low) / Math.max(1, count), 'up');
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Decades within the domain, thinned to `count`; with 2 and 5 between them when there are fewer than three. */
export function logTicks(low: number, high: number, count: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const decades = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  if (decades.length < 3) {
    const fine = [first - 1, ...decades].flatMap((power) => [1, 2, 5].map((m) => decimal(m, power)));
    const within = fine.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
    return within.length >= 2 ? thin(within, count + 2) : linearTicks(low, high, count);
  }
  const stride = Math.ceil(decades.length / count);
  return decades.filter((power) => (last - power) % stride === 0).map((power) => decimal(1, power));
}

function thin(values: readonly number[], count: number): number[] {
  const stride = Math.ceil(values.length / count);
  return values.filter((_, i) => i % stride === 0);
}

/** A tick, short enough for the margin: `0.01`, `1,000`, `1e4`. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  return size >= 1e4
    ? formatNumber(value / 10 ** Math.floor(Math.log10(size) + 1e-9)) + `e${String(Math.floor(Math.log10(size) + 1e-9))}`
    : formatNumber(value);
}

/** Ticks of a scale. */
export function ticksOf(scale: Scale, count: number): number[] {
  return scale.kind === 'log' ? logTicks(scale.low, scale.high, count) : linearTicks(scale.low, scale.high, count);
}

/** The ticks and one at `value`, which takes the place of those nearer to it than this share of the scale: words may not touch. */
export function withTick(ticks: readonly number[], scale: Scale, value: number, nearest = 0.09): number[] {
  const at = fractionOf(scale, value);
  if (!(at >= 0 && at <= 1)) return [...ticks];
  return [...ticks.filter((tick) => Math.abs(fractionOf(scale, tick) - at) >= nearest), value].sort((a, b) => a - b);
}

/**
 * A scale that holds all finite `values`, with ends on round numbers so that it does not twitch as values trickle in.
 * `log` looks at positive values only; with none it is 0.1…1. `fromZero` starts a linear scale at 0 (or below, for negative values).
 */
export function scaleAround(values: Iterable<number>, kind: ScaleKind, fromZero = true): Scale {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value) || (kind === 'log' && value <= 0)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return kind === 'log' ? { kind, low: 0.1, high: 1 } : { kind, low: 0, high: 1 };
  if (kind === 'log') {
    const [bottom, top] = [roundTo125(low, 'down'), roundTo125(high, 'up')];
    return top / bottom >= 4
      ? { kind, low: bottom, high: top }
      : { kind, low: roundTo125(bottom / 2, 'down'), high: roundTo125(top * 1.5, 'up') };
  }
  if (fromZero) [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (low === high) [low, high] = low === 0 ? [0, 1] : [low - Math.abs(low) / 2, high + Math.abs(high) / 2];
  const step = roundTo125((high - low) / 5, 'up') / 2;
  // A little room above, or a flat curve would lie on the edge.
  high += 0.03 * (high - low);
  return { kind, low: Math.floor(low / step + 1e-9) * step, high: Number((Math.ceil(high / step - 1e-9) * step).toPrecision(12)) };
}
