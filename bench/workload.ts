/** What a row trains, as plain arrays: the same data, first weights and batches for every contender. */
import type { Config } from '../src/params/config.ts';
import { fromHash } from '../src/params/url.ts';
import { loadAssets } from '../src/tasks/assets.ts';
import { createSampler, startCursor } from '../src/tasks/batches.ts';
import { makeTask } from '../src/tasks/make-task.ts';
import { initialVectors, setUp } from '../src/training/setup.ts';
import type { Setup } from '../src/training/setup.ts';

/** A row ready to be trained by hand. */
export interface Workload extends Setup {
  readonly config: Config;
  /** First weights, flat, laid out as `model.parameters` says. */
  readonly parameters: Float32Array;
  /** Rows of the training split, batch by batch, as the app deals them out in its first epoch. */
  readonly batches: readonly Uint32Array[];
}

/** Reads a link of the app. Throws if it says anything that cannot be used: a row must mean what it says. */
function configOf(link: string): Config {
  const { link: read, problems } = fromHash(link);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join(' '));
  return read.config;
}

/** The workload of a link. */
export async function workloadOf(link: string, readAsset: Parameters<typeof loadAssets>[1]): Promise<Workload> {
  const config = configOf(link);
  const task = makeTask(config, await loadAssets(config, readAsset));
  const setup = setUp(config, task);
  const parameters = initialVectors(config, setup.model)['parameters'] ?? new Float32Array();
  return { ...setup, config, parameters, batches: firstEpoch(config, task.train.count) };
}

function firstEpoch(config: Config, count: number): readonly Uint32Array[] {
  const { seed, shuffle, dropLast, batchSize } = config;
  if (count % batchSize !== 0) throw new Error(`${count} examples do not divide into batches of ${batchSize}.`);
  const sampler = createSampler({ count, seed, shuffle, dropLast });
  let cursor = startCursor;
  return Array.from({ length: count / batchSize }, () => {
    const { rows, next } = sampler.next(cursor, batchSize);
    cursor = next;
    return Uint32Array.from(rows);
  });
}
