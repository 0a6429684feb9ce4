/** The program of a configuration and the feed of its first step: what an engine is measured with before a run. */
import type { Feed, Program } from '../graph/executor.ts';
import type { Config } from '../params/config.ts';
import { effectiveBatch } from '../schedule/plan.ts';
import { createSampler, startCursor } from '../tasks/batches.ts';
import type { Task } from '../tasks/task.ts';
import { initialVectors, programOf, setUp } from './setup.ts';
import { stepScalars } from './step-scalars.ts';

/** Independent of any run: nothing is remembered, and a run that follows is not affected. */
export function firstStep(config: Config, task: Task): { program: Program; feeds: readonly Feed[] } {
  const setup = setUp(config, task);
  const { rows, weights, count } = createSampler({
    count: task.train.count,
    seed: config.seed,
    shuffle: config.shuffle,
    dropLast: config.dropLast,
  }).next(startCursor, effectiveBatch(config));
  const program = programOf(setup, config, initialVectors(config, setup.model));
  const counts = { count, examples: count };
  const scalars = stepScalars(config, {
    step: 0,
    learningRate: config.learningRate,
    momentum: 0,
    memory: {},
    averageBegun: false,
    ...counts,
  });
  return { program, feeds: [{ step: 0, scalars, tensors: { rows, weights } }] };
}
