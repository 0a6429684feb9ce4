/**
 * What causal attention does with its scores, four rows at a time: they begin at a multiple of four, so that they have the same whole vectors, and the
 * diagonal goes through the vector after these, of which the first row has one number, the last one all four. So no row has an end of its own to be
 * guessed at, and four chains of operations run side by side.
 */
import { exponential } from './functions';
import { largestOfLanes } from './rows';
import { lanesBelow, sumOfLanes, vectorBytes } from './vector';

/** Scores before the diagonal; what lies behind it counts for nothing. @inline */
function masked(scores: v128, lanes: i32): v128 {
  return v128.bitselect(scores, f32x4.splat(-Infinity), lanesBelow(lanes));
}

/** Writes e^(x − largest) in its place and answers it. @inline */
function exponentialAt(at: usize, largest: v128): v128 {
  const y = exponential(f32x4.sub(v128.load(at), largest));
  v128.store(at, y);
  return y;
}

/** The same at the diagonal; zeros behind it. @inline */
function exponentialAtEnd(at: usize, largest: v128, lanes: i32): v128 {
  const y = v128.and(exponential(f32x4.sub(v128.load(at), largest)), lanesBelow(lanes));
  v128.store(at, y);
  return y;
}

/** @inline */
function scale(at: usize, factor: v128): void {
  v128.store(at, f32x4.mul(v128.load(at), factor));
}

/** The same at the diagonal, where 0 times NaN is 0. @inline */
function scaleEnd(at: usize, factor: v128, lanes: i32): void {
  v128.store(at, v128.and(f32x4.mul(v128.load(at), factor), lanesBelow(lanes)));
}

/** Softmax of the first `first` + 1 … + 4 numbers of four rows, `step` bytes apart; zeros up to the next whole four. `first`: a multiple of four. */
export function softmaxOfTile(row: usize, step: usize, first: usize): void {
  const end = row + (first << 2);
  const two = 2 * step;
  const three = 3 * step;
  let m0 = f32x4.splat(-Infinity);
  let m1 = m0;
  let m2 = m0;
  let m3 = m0;
  for (let at = row; at < end; at += vectorBytes) {
    m0 = f32x4.pmax(m0, v128.load(at));
    m1 = f32x4.pmax(m1, v128.load(at + step));
    m2 = f32x4.pmax(m2, v128.load(at + two));
    m3 = f32x4.pmax(m3, v128.load(at + three));
  }
  m0 = largestOfLanes(f32x4.pmax(m0, masked(v128.load(end), 1)));
  m1 = largestOfLanes(f32x4.pmax(m1, masked(v128.load(end + step), 2)));
  m2 = largestOfLanes(f32x4.pmax(m2, masked(v128.load(end + two), 3)));
  m3 = largestOfLanes(f32x4.pmax(m3, v128.load(end + three)));
  let t0 = f32x4.splat(0);
  let t1 = t0;
  let t2 = t0;
  let t3 = t0;
  for (let at = row; at < end; at += vectorBytes) {
    t0 = f32x4.add(t0, exponentialAt(at, m0));
    t1 = f32x4.add(t1, exponentialAt(at + step, m1));
    t2 = f32x4.add(t2, exponentialAt(at + two, m2));
    t3 = f32x4.add(t3, exponentialAt(at + three, m3));
  }
  t0 = f32x4.splat(1 / sumOfLanes(f32x4.add(t0, exponentialAtEnd(end, m0, 1))));
  t1 = f32x4.splat(1 / sumOfLanes(f32x4.add(t1, exponentialAtEnd(end + step, m1, 2))));
  t2 = f32x4.splat(1 / sumOfLanes(f32x4.add(t2, exponentialAtEnd(end + two, m2, 3))));
  t3 = f32x4.splat(1 / sumOfLanes(f32x4.add(t3, exponentialAt(end + three, m3))));
  for (let at = row; at < end; at += vectorBytes) {
    scale(at, t0);
    scale(at + step, t1);
    scale(at + two, t2);
    scale(at + three, t3);
  }
  scaleEnd(end, t0, 1);
  scaleEnd(end + step, t1, 2);
  scaleEnd(end + two, t2, 3);
  scale(end + three, t3);
}

/** dy·v times p. @inline */
function weighted(at: usize, p: usize): v128 {
  return f32x4.mul(v128.load(at), v128.load(p));
}

/** (dy·v − sum)·p·factor, in the place of dy·v. @inline */
function slope(at: usize, p: usize, sum: v128, factor: v128): v128 {
  return f32x4.mul(f32x4.mul(f32x4.sub(v128.load(at), sum), v128.load(p)), factor);
}

/**
 * Turns dy·v into s = p·(dy·v − Σ p·dy·v)·factor in four rows as above; zeros up to the next whole four. p is zero there, but what stands in `row`
 * may be anything.
 */
export function slopesOfTile(row: usize, p: usize, step: usize, first: usize, scale: f32): void {
  const end = row + (first << 2);
  const shares = p - row;
  const two = 2 * step;
  const three = 3 * step;
  let t0 = f32x4.splat(0);
  let t1 = t0;
  let t2 = t0;
  let t3 = t0;
  for (let at = row; at < end; at += vectorBytes) {
    const q = at + shares;
    t0 = f32x4.add(t0, weighted(at, q));
    t1 = f32x4.add(t1, weighted(at + step, q + step));
    t2 = f32x4.add(t2, weighted(at + two, q + two));
    t3 = f32x4.add(t3, weighted(at + three, q + three));
  }
  const last = end + shares;
  t0 = f32x4.splat(sumOfLanes(f32x4.add(t0, v128.and(weighted(end, last), lanesBelow(1)))));
  t1 = f32x4.splat(sumOfLanes(f32x4.add(t1, v128.and(weighted(end + step, last + step), lanesBelow(2)))));
  t2 = f32x4.splat(sumOfLanes(f32x4.add(t2, v128.and(weighted(end + two, last + two), lanesBelow(3)))));
  t3 = f32x4.splat(sumOfLanes(f32x4.add(t3, weighted(end + three, last + three))));
  const factor = f32x4.splat(scale);
  for (let at = row; at < end; at += vectorBytes) {
    const q = at + shares;
    v128.store(at, slope(at, q, t0, factor));
    v128.store(at + step, slope(at + step, q + step, t1, factor));
    v128.store(at + two, slope(at + two, q + two, t2, factor));
    v128.store(at + three, slope(at + three, q + three, t3, factor));
  }
  v128.store(end, v128.and(slope(end, last, t0, factor), lanesBelow(1)));
  v128.store(end + step, v128.and(slope(end + step, last + step, t1, factor), lanesBelow(2)));
  v128.store(end + two, v128.and(slope(end + two, last + two, t2, factor), lanesBelow(3)));
  v128.store(end + three, slope(end + three, last + three, t3, factor));
}
