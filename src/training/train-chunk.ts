/** A chunk of a run: its steps are planned, taken, and their results read; of one that went wrong, where it did. Moves the counters past it. */
import type { ColumnMemory } from '../shared/column-memory.ts';
import type { Sampler } from '../tasks/batches.ts';
import { chunkResult, cursorIn, planChunk } from './chunk.ts';
import { takeNoise } from './diagnostics.ts';
import type { Machine } from './machine.ts';
import { emptyColumns } from './run-columns.ts';
import type { MutableCounters } from './run-state.ts';
import type { Divergence, Report, StepColumns } from './run-types.ts';
import type { Setup } from './setup.ts';
import { watch } from './watch.ts';

/** What a chunk is taken with. */
export interface ChunkTaker {
  readonly machine: Machine;
  readonly setup: Setup;
  readonly counters: MutableCounters;
  readonly sampler: Sampler;
  /** Where columns are put. */
  readonly memory: ColumnMemory;
}

/** What came of a chunk. */
export interface TrainedChunk {
  readonly columns: StepColumns;
  /** Where and how its last step went wrong, if one did. */
  readonly diverged?: Divergence;
  /** What the step did to the weight that is watched. */
  readonly told?: Report['weight'];
}

/** Takes `steps` steps; `index` is the place of a weight to watch. Rejects with the executor's errors. */
export async function trainChunk(
  { machine, setup, counters, sampler, memory }: ChunkTaker,
  steps: number,
  index?: number,
): Promise<TrainedChunk> {
  if (steps === 0) return { columns: emptyColumns() };
  const { config, memory: remembered } = counters;
  const chunk = planChunk(counters, sampler, steps, setup.task, { memory });
  const watched = await watch(machine, setup, { chunk, config, memory: remembered, index });
  const { columns, done, failing } = chunkResult(chunk, await machine.run(config, chunk.feeds, memory));
  takeNoise(counters, columns, done);
  if (!failing) return { columns, ...(watched ? { told: await watched() } : {}) };
  counters.cursor = cursorIn(chunk, sampler, done, config);
  const at = (column: Float64Array) => column[done] ?? Number.NaN;
  const layer = await machine.firstBadLayer(failing);
  const clipped = at(columns.clippedNorm) < at(columns.gradNorm);
  return { columns, diverged: { layer, clipped, learningRate: at(columns.learningRate), loss: at(columns.loss) } };
}
