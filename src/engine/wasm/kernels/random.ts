/**
 * Dropout masks and normal noise from Philox 4×32-10, bit for bit those of `shared/random.ts`: the key is (seed, stream), the counter is
 * (element / 4, step, site, 0).
 */
import { eightBlocks, fourBlocks } from './philox';
import { storeLanes } from './vector';

/** Where it says which run and which step random numbers belong to: two words, the same for all threads. */
let moment: usize = 0;

/** Bytes of these. */
export const momentBytes: usize = 8;

/** Says where they are. */
export function setMoment(at: usize): void {
  moment = at;
}

export function setSeed(seed: u32): void {
  store<u32>(moment, seed);
}

export function setStep(step: u32): void {
  store<u32>(moment, step, 4);
}

/** @inline */
function runSeed(): u32 {
  return load<u32>(moment);
}

/** @inline */
function currentStep(): u32 {
  return load<u32>(moment, 4);
}

const dropoutStream: u32 = 2;
const noiseStream: u32 = 6;

/** Thirty-two words, for what has no room for them. */
let words: usize = 0;

/** Says where they are. */
export function setRandomScratch(at: usize): void {
  words = at;
}

/** Masks for four words: `kept` where a word, as a number in [0, 1), is not below the threshold. @inline */
function maskOf(random: v128, threshold: v128, kept: v128): v128 {
  const uniform = f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(random, 8)), f32x4.splat(5.9604644775390625e-8));
  return v128.andnot(kept, f32x4.lt(uniform, threshold));
}

/** 0 with the probability at `rate`, else 1 / (1 − rate), for `count` elements from `first` on, a multiple of four. */
export function dropoutMask(to: usize, rate: usize, site: u32, first: usize, count: usize): void {
  const step = currentStep();
  const seed = runSeed();
  const one = load<f32>(rate);
  const threshold = f32x4.splat(one);
  const kept = f32x4.splat(one < 1 ? <f32>(1.0 / (1.0 - <f64>one)) : <f32>0);
  to += first << 2;
  const end = to + (count << 2);
  let counter = <u32>(first >> 2);
  while (to + 128 <= end) {
    eightBlocks(to, counter, step, site, seed, dropoutStream);
    for (const next = to + 128; to < next; to += 16) v128.store(to, maskOf(v128.load(to), threshold, kept));
    counter += 8;
  }
  if (to == end) return;
  eightBlocks(words, counter, step, site, seed, dropoutStream);
  for (let from = words; to < end; from += 16) {
    const left = (end - to) >> 2;
    const mask = maskOf(v128.load(from), threshold, kept);
    if (left >= 4) v128.store(to, mask);
    else storeLanes(to, mask, left);
    to += 16;
  }
}

/** Two normal numbers by Box and Muller, in double precision; the second only if there is room. @inline */
function normalPair(to: usize, a: u32, b: u32, both: bool): void {
  const radius = Math.sqrt(-2.0 * Math.log((<f64>a + 1.0) * 2.3283064365386963e-10));
  const angle = 6.283185307179586 * <f64>b * 2.3283064365386963e-10;
  store<f32>(to, <f32>(radius * Math.cos(angle)));
  if (both) store<f32>(to, <f32>(radius * Math.sin(angle)), 4);
}

/** Standard normal numbers. */
export function normalNoise(to: usize, count: usize, site: u32): void {
  for (let first: usize = 0; first < count; first += 2) {
    const block = (first & 15) << 2;
    if (block == 0) fourBlocks(words, <u32>(first >> 2), currentStep(), site, runSeed(), noiseStream);
    normalPair(to, load<u32>(words + block), load<u32>(words + block, 4), count - first > 1);
    to += 8;
  }
}
