/** The program of a configuration and the feed of its first step: what an engine is measured with before a run. */
import type { Feed, Program } from '../graph/executor.ts';
import { feedList } from '../graph/feeds.ts';
import type { Config } from '../params/config.ts';
import { createSampler } from '../tasks/batches.ts';
import type { Task } from '../tasks/task.ts';
import { planChunk } from './chunk.ts';
import { initialCounters } from './run-state.ts';
import { initialVectors, programOf, setUp } from './setup.ts';

/** Independent of any run: nothing is remembered, and a run that follows is not affected. */
export function firstStep(config: Config, task: Task): { program: Program; feeds: readonly Feed[] } {
  const setup = setUp(config, task);
  const count = task.train.count;
  const sampler = createSampler({ count, seed: config.seed, shuffle: config.shuffle, dropLast: config.dropLast });
  // Planned as a run plans it, so that nothing which the graph reads can be missing.
  const { feeds } = planChunk(initialCounters(config, count), sampler, 1, task);
  return { program: programOf(setup, config, initialVectors(config, setup.model)), feeds: feedList(feeds) };
}
