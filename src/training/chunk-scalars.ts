/** The scalars of a chunk of steps as columns. Moves what is carried on the host from step to step past the chunk. */
import type { FeedColumns } from '../graph/executor.ts';
import { keepsAverage } from './average.ts';
import { remembered } from './layer-rates.ts';
import { halvesOf } from './noise-halves.ts';
import type { PlannedColumns } from './planned-columns.ts';
import { measuresNoise } from './program-shape.ts';
import type { MutableCounters } from './run-state.ts';
import { ScalarColumns } from './scalar-columns.ts';
import { hasPassingScalars, lastingScalars, passingScalars, steadyScalars } from './step-scalars.ts';
import type { StepMoment } from './step-scalars.ts';

/** The scalars, and 1/n₁ + 1/n₂ of each batch where its halves are looked at. `counts`: its examples; `sums`: of its weights. */
export function chunkScalars(
  counters: MutableCounters,
  { step: steps, learningRate: rates, momentum: momenta }: PlannedColumns,
  counts: Float64Array,
  sums: Float64Array,
): { readonly scalars: FeedColumns['scalars']; readonly spreads: readonly number[] } {
  const { config } = counters;
  const columns = new ScalarColumns(steps.length);
  columns.from(0, lastingScalars(config));
  const spreads: number[] = [];
  const looksAtHalves = measuresNoise(config);
  let before: StepMoment | undefined;
  let passing = true;
  for (let i = 0; i < steps.length; i++) {
    const { memory, averageBegun } = counters;
    const step = steps[i]!;
    const learningRate = rates[i]!;
    const momentum = momenta[i]!;
    const count = sums[i]!;
    const examples = counts[i]!;
    // What a step shares with the one before is not worked out again: making its object would cost more than a small step.
    const isSteady =
      before?.learningRate === learningRate &&
      before.momentum === momentum &&
      before.memory === memory &&
      before.averageBegun === averageBegun &&
      before.count === count &&
      before.examples === examples;
    if (!isSteady || passing) {
      const halves = looksAtHalves ? halvesOf(config, examples) : undefined;
      const moment = { step, learningRate, momentum, memory, averageBegun, count, examples, halves };
      if (!isSteady) columns.from(i, steadyScalars(config, moment));
      columns.from(i, passingScalars(config, moment));
      if (before?.momentum !== momentum) passing = hasPassingScalars(config, moment);
      before = moment;
      counters.memory = remembered({ config, step, learningRate, momentum, memory });
      counters.averageBegun = keepsAverage(config);
    }
    if (looksAtHalves) spreads.push(halvesOf(config, examples).spread);
    else if (!passing && memory === counters.memory && averageBegun === counters.averageBegun)
      i = lastLike(i, rates, momenta, sums, counts);
  }
  return { scalars: columns.finish(), spreads };
}

/** The last of the steps that follow one another with the same values: a loop of its own, as fast as numbers can be read. */
function lastLike(step: number, ...[a, b, c, d]: readonly [Float64Array, Float64Array, Float64Array, Float64Array]): number {
  const [valueA, valueB, valueC, valueD] = [a[step], b[step], c[step], d[step]];
  let next = step + 1;
  while (next < a.length && a[next] === valueA && b[next] === valueB && c[next] === valueC && d[next] === valueD) next++;
  return next - 1;
}
