/**
 * The gradient noise scale B = tr Σ / |G|² over the last steps, and how well it is known (McCandlish et al. 2018).
 *
 * Idea: numerator and denominator of a single step are far too noisy to divide, |G|² may even come out negative. So both are averaged in
 * blocks of steps, and the ratio is taken of the means over the last blocks. The interval is Fieller's (1954), from the spread of the block means
 * and how they go together: it is exact for normal means, lopsided as it should be, and open above while |G|² cannot be told from zero.
 */

import type { StepColumns } from './run-types.ts';

/** What the halves of one batch say: unbiased estimates of |G|² and of tr Σ. Not finite where a step says nothing. */
export interface NoiseSample {
  readonly square: number;
  readonly trace: number;
}

/** Sums over the steps of one block. */
interface Block extends NoiseSample {
  readonly count: number;
}

/** The last steps, block by block; the last block may be unfinished. Plain data, for checkpoints. */
export interface NoiseWindow {
  /** The step that must come next: after a gap the window starts anew. */
  readonly next: number;
  readonly blocks: readonly Block[];
}

/** An estimate and its 95 % interval. `scale` and `high` may be infinite. */
export interface NoiseScale {
  readonly scale: number;
  readonly low: number;
  readonly high: number;
}

/** Steps that say something in a block; blocks in the window; blocks without which nothing is said. */
const blockLength = 8;
const mostBlocks = 32;
const leastBlocks = 8;

/** The window after one more step. */
export function addSample(window: NoiseWindow | undefined, step: number, { square, trace }: NoiseSample): NoiseWindow {
  const blocks = window?.next === step ? window.blocks : [];
  if (!Number.isFinite(square) || !Number.isFinite(trace)) return { next: step + 1, blocks };
  const last = blocks.at(-1);
  if (!last || last.count === blockLength)
    return { next: step + 1, blocks: [...blocks.slice(1 - mostBlocks), { square, trace, count: 1 }] };
  const grown = { square: last.square + square, trace: last.trace + trace, count: last.count + 1 };
  return { next: step + 1, blocks: [...blocks.slice(0, -1), grown] };
}

/** The window after `count` steps that were measured; as it was where they were not. */
export function addSteps(
  window: NoiseWindow | undefined,
  { step: steps, measured: { noiseSquare, noiseTrace } }: Pick<StepColumns, 'step' | 'measured'>,
  count: number,
): NoiseWindow | undefined {
  if (!noiseSquare || !noiseTrace) return window;
  let grown = window;
  for (let i = 0; i < count; i++)
    grown = addSample(grown, steps[i] ?? 0, { square: noiseSquare[i] ?? Number.NaN, trace: noiseTrace[i] ?? Number.NaN });
  return grown;
}

/** The estimate from the finished blocks; nothing before there are enough of them. */
export function noiseScaleOf(window: NoiseWindow | undefined): NoiseScale | undefined {
  const means = (window?.blocks ?? [])
    .filter(({ count }) => count === blockLength)
    .map(({ square, trace }) => ({ square: square / blockLength, trace: trace / blockLength }));
  if (means.length < leastBlocks) return undefined;
  return fieller(means);
}

/** Ratio of the means of `trace` and `square`, with Fieller's interval. */
function fieller(samples: readonly NoiseSample[]): NoiseScale {
  const n = samples.length;
  const mean = (value: (sample: NoiseSample) => number) => samples.reduce((sum, sample) => sum + value(sample), 0) / n;
  const [a, b] = [mean(({ trace }) => trace), mean(({ square }) => square)];
  /** Covariance of the means, times the square of Student's quantile. */
  const spread = (x: (sample: NoiseSample) => number) => (studentQuantile(n - 1) ** 2 * mean(x)) / (n - 1);
  const aa = spread(({ trace }) => (trace - a) ** 2);
  const bb = spread(({ square }) => (square - b) ** 2);
  const ab = spread(({ trace, square }) => (trace - a) * (square - b));
  // θ lies in the set where (b² − bb)·θ² − 2(ab − cov)·θ + (a² − aa) ≤ 0.
  const [leading, middle, constant] = [b * b - bb, a * b - ab, a * a - aa];
  const root = Math.sqrt(Math.max(0, middle * middle - leading * constant));
  const scale = b > 0 ? Math.max(0, a / b) : Infinity;
  if (leading > 0) return { scale, low: Math.max(0, (middle - root) / leading), high: Math.max(0, (middle + root) / leading) };
  // |G|² cannot be told from zero: only a lower bound, the larger root (the leading factor is negative), or none.
  const low = middle * middle < leading * constant || leading === 0 ? 0 : (middle - root) / leading;
  return { scale, low: Math.min(scale, Math.max(0, low)), high: Infinity };
}

/** Student's 97.5 % quantile by its expansion about the normal one (Abramowitz & Stegun 26.7.5): within 0.5 % for 7 degrees and more. */
function studentQuantile(degrees: number): number {
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2);
}
