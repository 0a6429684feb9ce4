/**
 * Dropout masks and normal noise from Philox 4×32-10, bit for bit those of `shared/random.ts`: the key is (seed, stream), the counter is
 * (element / 4, step, site, 0).
 */

/** Which run and which step random numbers belong to. */
let runSeed: u32 = 0;
let currentStep: u32 = 0;

export function setSeed(seed: u32): void {
  runSeed = seed;
}

export function setStep(step: u32): void {
  currentStep = step;
}

const dropoutStream: u32 = 2;
const noiseStream: u32 = 6;

let random0: u32 = 0;
let random1: u32 = 0;
let random2: u32 = 0;
let random3: u32 = 0;

/** One block of four words into `random0` … `random3`. */
function block(counter: u32, site: u32, stream: u32): void {
  let x0 = counter;
  let x1 = currentStep;
  let x2 = site;
  let x3: u32 = 0;
  let k0 = runSeed;
  let k1 = stream;
  for (let round = 0; round < 10; round++) {
    const product0 = <u64>x0 * 0xd2511f53;
    const product1 = <u64>x2 * 0xcd9e8d57;
    x0 = (<u32>(product1 >> 32)) ^ x1 ^ k0;
    x1 = <u32>product1;
    x2 = (<u32>(product0 >> 32)) ^ x3 ^ k1;
    x3 = <u32>product0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  random0 = x0;
  random1 = x1;
  random2 = x2;
  random3 = x3;
}

/** @inline */
function keep(random: u32, threshold: f32, kept: f32): f32 {
  return <f32>(random >> 8) * <f32>5.9604644775390625e-8 < threshold ? 0 : kept;
}

/** 0 with the probability at `rate`, else 1 / (1 − rate). */
export function dropoutMask(to: usize, rate: usize, count: usize, site: u32): void {
  const threshold = load<f32>(rate);
  const kept = threshold < 1 ? <f32>(1.0 / (1.0 - <f64>threshold)) : <f32>0;
  for (let first: usize = 0; first < count; first += 4) {
    block(<u32>(first >> 2), site, dropoutStream);
    const left = count - first;
    store<f32>(to, keep(random0, threshold, kept));
    if (left > 1) store<f32>(to, keep(random1, threshold, kept), 4);
    if (left > 2) store<f32>(to, keep(random2, threshold, kept), 8);
    if (left > 3) store<f32>(to, keep(random3, threshold, kept), 12);
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
  for (let first: usize = 0; first < count; first += 4) {
    block(<u32>(first >> 2), site, noiseStream);
    const left = count - first;
    normalPair(to, random0, random1, left > 1);
    if (left > 2) normalPair(to + 8, random2, random3, left > 3);
    to += 16;
  }
}
