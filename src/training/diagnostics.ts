/** What a run adds to its evaluations where diagnostics are on: the noise scale over the last steps, and the sharpness. */
import type { RunCounters } from './checkpoint.ts';
import type { Machine } from './machine.ts';
import { measuresNoise } from './program-shape.ts';
import { addSteps, noiseScaleOf } from './noise-scale.ts';
import { onCadence } from './run-state.ts';
import type { MutableCounters } from './run-state.ts';
import type { Evaluation, StepColumns } from './run-types.ts';

/** Takes in what `count` steps said about the noise in the gradient, if that was measured. */
export function takeNoise(counters: MutableCounters, columns: StepColumns, count: number): void {
  const noise = addSteps(counters.noise, columns, count);
  if (noise) counters.noise = noise;
}

/** What is measured at the present step. Rejects with the executor's errors. */
export async function diagnosed(counters: RunCounters, machine: Machine): Promise<Pick<Evaluation, 'noise' | 'sharpness'>> {
  const noise = measuresNoise(counters.config) ? noiseScaleOf(counters.noise) : undefined;
  const sharpness = sharpnessIsDue(counters) ? await machine.sharpness(counters.config) : undefined;
  return { ...(noise ? { noise } : {}), ...(sharpness === undefined ? {} : { sharpness }) };
}

/** Whether the evaluation at the cursor is one at which sharpness is measured: every so many on the cadence, wherever a run began. */
function sharpnessIsDue(counters: RunCounters): boolean {
  const { sharpness, evaluateEvery } = counters.config;
  const { step, epoch } = counters.cursor;
  if (sharpness === 0 || !onCadence(counters)) return false;
  return (evaluateEvery > 0 ? step / evaluateEvery : epoch) % sharpness === 0;
}
