/** The module's way in: where the host's part of memory begins, kernels by number, and steps of a plan. */
import { setMoment, setSeed } from './clock';
import { scratchBytes, setScratch } from './products';
import { kernelOf } from './table';
import { word } from './vector';

export { kernelOf, scratchBytes, setScratch, setSeed };

/** The first byte that the module does not need for itself. */
export function freeFrom(): usize {
  return __heap_base;
}

/**
 * Carries out a plan, the instructions from `plan` to before `end`, `steps` times. A feed begins with the number of its step, in 32 bits;
 * the next lies `feedBytes` further on, as do the metrics of the next step.
 */
export function run(plan: usize, end: usize, steps: u32, feed: usize, feedBytes: usize, metrics: usize, metricBytes: usize): void {
  for (; steps > 0; steps--) {
    setMoment(load<u32>(feed), feed + 4, metrics);
    for (let p = plan; p < end; p += word(p, 1)) call_indirect<void>(<u32>word(p, 0), p);
    feed += feedBytes;
    metrics += metricBytes;
  }
}
