/** An executor alone, on feeds planned beforehand: what our engines do without the run around them. The difference is the host's share. */
import { openEngine } from '../../../src/engine/engines.ts';
import type { EngineName } from '../../../src/engine/engines.ts';
import type { FeedColumns } from '../../../src/graph/executor.ts';
import { keptColumns } from '../../../src/shared/column-memory.ts';
import { createSampler } from '../../../src/tasks/batches.ts';
import { planChunk } from '../../../src/training/chunk.ts';
import { initialCounters } from '../../../src/training/run-state.ts';
import { initialVectors, programOf } from '../../../src/training/setup.ts';
import type { Workload } from '../../workload.ts';
import type { Session } from '../session.ts';

/** Steps that are planned once and then fed again and again. */
const plannedSteps = 10_000;

/** Opens an engine on a workload. Rejects with an `EngineError`. */
export async function openBare(name: EngineName, workload: Workload): Promise<Session> {
  const { config, model, task } = workload;
  const { executor, software } = await openEngine(name);
  await executor.load(programOf(workload, config, initialVectors(config, model)));
  const { seed, shuffle, dropLast } = config;
  const sampler = createSampler({ count: task.train.count, seed, shuffle, dropLast });
  const { feeds } = planChunk(initialCounters(config, task.train.count), sampler, plannedSteps, task);
  const memory = keptColumns();
  let next = 0;
  return {
    device: executor.device,
    software,
    async train(steps) {
      let losses: Float64Array | undefined;
      for (let done = 0; done < steps;) {
        const count = Math.min(steps - done, plannedSteps - next);
        const { loss } = await executor.run(part(feeds, next, count), memory);
        losses ??= loss;
        done += count;
        next = (next + count) % plannedSteps;
      }
      return losses ?? [];
    },
  };
}

/** Views of the columns of some steps. */
function part({ firstStep, length, scalars, tensors, lasting }: FeedColumns, from: number, count: number): FeedColumns {
  return {
    firstStep: firstStep + from,
    length: count,
    lasting,
    scalars: Object.fromEntries(
      Object.entries(scalars).map(([name, column]) => [name, typeof column === 'number' ? column : column.subarray(from, from + count)]),
    ),
    tensors: Object.fromEntries(
      Object.entries(tensors).map(([name, values]) => {
        const size = values.length / length;
        return [name, values.subarray(from * size, (from + count) * size)];
      }),
    ),
  };
}
