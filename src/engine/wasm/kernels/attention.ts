/**
 * Causal attention and its gradient, one sequence and head after another, by the tiles of the matrix products; what lies above the diagonal is
 * never computed beyond the tile that the diagonal crosses.
 *
 * Keys and values come as panels in which a column of the head is a contiguous row, so that four queries meet eight keys in registers. The
 * gradient takes the probabilities that were kept, or computes them again, to the bit.
 */
import { columnTile, rowTile } from './tiles';
import { transposeFour } from './transpose';
import { slopesOfTile, softmaxOfTile } from './triangle';
import { vectorBytes } from './vector';

/** Bytes of a row of scores: whole tiles of eight. @inline */
function scoreBytes(context: usize): usize {
  return ((context + 7) & ~7) << 2;
}

/** Bytes of the probabilities of one head: whole tiles of four rows. @inline */
function keptBytes(context: usize): usize {
  return ((context + 3) & ~3) * scoreBytes(context);
}

/** Four rows of `inner` numbers at `a` times all of `b`, `width` columns wide; missing rows repeat the first. */
function fourRows(
  a: usize,
  aStep: usize,
  rows: usize,
  inner: usize,
  b: usize,
  bStep: usize,
  to: usize,
  toStep: usize,
  width: usize,
  zeros: usize,
): void {
  const a1 = rows > 1 ? a + aStep : a;
  const a2 = rows > 2 ? a1 + aStep : a;
  const a3 = rows > 3 ? a2 + aStep : a;
  for (let j: usize = 0; j < width; j += 8)
    rowTile(a, a1, a2, a3, inner, 1, 0, b + (j << 2), bStep, to + (j << 2), toStep, rows, min(width - j, 8), zeros, 0);
}

/** Four columns of `a`, `inner` rows, transposed, times all of `b`. */
function fourColumns(
  a: usize,
  aStep: usize,
  columns: usize,
  inner: usize,
  b: usize,
  bStep: usize,
  to: usize,
  toStep: usize,
  width: usize,
  zeros: usize,
): void {
  for (let j: usize = 0; j < width; j += 8)
    columnTile(a, aStep, inner, 1, 0, b + (j << 2), bStep, to + (j << 2), toStep, columns, min(width - j, 8), zeros, 0);
}

/** The panel of a head: `width` rows of `count` numbers, each times `factor`. Rows are filled up to the next whole four. */
function panel(to: usize, toStep: usize, from: usize, fromStep: usize, count: usize, width: usize, factor: f32): void {
  for (let i: usize = 0; i < count; i += 4) transposeFour(to + (i << 2), toStep, from + i * fromStep, fromStep, width, count - i);
  if (factor == 1) return;
  const factors = f32x4.splat(factor);
  for (const last = to + width * toStep; to < last; to += toStep) {
    const end = to + (count << 2);
    for (let at = to; at < end; at += vectorBytes) v128.store(at, f32x4.mul(v128.load(at), factors));
  }
}

/** The probabilities of `rows` positions from `first`, a multiple of four, four at most, row by row at `to`; rows that are missing hold anything. */
function probabilities(
  to: usize,
  step: usize,
  q: usize,
  qStep: usize,
  rows: usize,
  first: usize,
  keys: usize,
  width: usize,
  zeros: usize,
): void {
  // Rows of scores are whole tiles: what is written past the diagonal is overwritten or never read.
  fourRows(q, qStep, rows, width, keys, step, to, step, (first + rows + 7) & ~7, zeros);
  softmaxOfTile(to, step, first);
}

/**
 * See `causalAttention` in graph.ts. `scratch`: room for the rows that are worked on, as the plan lays it out; `kept`: where the probabilities
 * of all heads go, or 0. `pairs` of a sequence and a head are done, from `firstPair` on.
 */
export function causalAttention(
  to: usize,
  q: usize,
  k: usize,
  v: usize,
  sequences: usize,
  context: usize,
  heads: usize,
  keyWidth: usize,
  valueWidth: usize,
  zeros: usize,
  scratch: usize,
  kept: usize,
  firstPair: usize,
  pairs: usize,
): void {
  const keyStep = (heads * keyWidth) << 2;
  const valueStep = (heads * valueWidth) << 2;
  const step = scoreBytes(context);
  const scores = scratch + keyWidth * step;
  const scale = <f32>(1 / Math.sqrt(<f64>keyWidth));
  for (let pair = firstPair; pair < firstPair + pairs; pair++) {
    const first = (pair / heads) * context;
    const ofKey = first * keyStep + (((pair % heads) * keyWidth) << 2);
    const ofValue = first * valueStep + (((pair % heads) * valueWidth) << 2);
    panel(scratch, step, k + ofKey, keyStep, context, keyWidth, scale);
    for (let i: usize = 0; i < context; i += 4) {
      const rows = min(context - i, 4);
      const p = kept ? kept + pair * keptBytes(context) + i * step : scores;
      probabilities(p, step, q + ofKey + i * keyStep, keyStep, rows, i, scratch, keyWidth, zeros);
      fourRows(p, step, rows, i + rows, v + ofValue, valueStep, to + ofValue + i * valueStep, valueStep, valueWidth, zeros);
    }
  }
}

/** See `causalAttentionGradient` in graph.ts; otherwise as `causalAttention`, but that `kept` is read. */
export function causalAttentionGradient(
  to: usize,
  dy: usize,
  q: usize,
  k: usize,
  v: usize,
  sequences: usize,
  context: usize,
  heads: usize,
  keyWidth: usize,
  valueWidth: usize,
  zeros: usize,
  scratch: usize,
  kept: usize,
  firstPair: usize,
  pairs: usize,
): void {
  const keyStep = (heads * keyWidth) << 2;
  const valueStep = (heads * valueWidth) << 2;
  const toKeys = to + sequences * context * keyStep;
  const toValues = toKeys + sequences * context * keyStep;
  const step = scoreBytes(context);
  const values = scratch + keyWidth * step;
  const own = values + valueWidth * step;
  const s = own + (kept ? 0 : keptBytes(context));
  const scale = <f32>(1 / Math.sqrt(<f64>keyWidth));
  for (let pair = firstPair; pair < firstPair + pairs; pair++) {
    const first = (pair / heads) * context;
    const ofKey = first * keyStep + (((pair % heads) * keyWidth) << 2);
    const ofValue = first * valueStep + (((pair % heads) * valueWidth) << 2);
    const p = kept ? kept + pair * keptBytes(context) : own;
    if (!kept) panel(scratch, step, k + ofKey, keyStep, context, keyWidth, scale);
    panel(values, step, v + ofValue, valueStep, context, valueWidth, 1);
    for (let i: usize = 0; i < context; i += 4) {
      const rows = min(context - i, 4);
      const row = i * step;
      if (!kept) probabilities(p + row, step, q + ofKey + i * keyStep, keyStep, rows, i, scratch, keyWidth, zeros);
      fourRows(dy + ofValue + i * valueStep, valueStep, rows, valueWidth, values, step, s + row, step, (i + rows + 7) & ~7, zeros);
      slopesOfTile(s + row, p + row, step, i, scale);
      fourRows(s + row, step, rows, i + rows, k + ofKey, keyStep, to + ofKey + i * keyStep, keyStep, keyWidth, zeros);
    }
    for (let j: usize = 0; j < context; j += 4) {
      const columns = min(context - j, 4);
      const corner = j * step + (j << 2);
      const inner = context - j;
      const keyAt = ofKey + j * keyStep;
      const valueAt = ofValue + j * valueStep;
      fourColumns(p + corner, step, columns, inner, dy + valueAt, valueStep, toValues + valueAt, valueStep, valueWidth, zeros);
      fourColumns(s + corner, step, columns, inner, q + keyAt, keyStep, toKeys + keyAt, keyStep, keyWidth, zeros);
    }
  }
}
