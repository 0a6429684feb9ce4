/** Where a run stands: the step that random numbers belong to, the feed it reads and the row of metrics it writes. */

export let currentStep: u32 = 0;
export let runSeed: u32 = 0;
export let feedAt: usize = 0;
export let metricsAt: usize = 0;

/** Seed of all random numbers of a program. */
export function setSeed(seed: u32): void {
  runSeed = seed;
}

/** Called before each step. */
export function setMoment(step: u32, feed: usize, metrics: usize): void {
  currentStep = step;
  feedAt = feed;
  metricsAt = metrics;
}
