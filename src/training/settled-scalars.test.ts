/** Scalars of bias corrections: worked out again for each step until their powers are too small to count, and right on either side. */
import { describe, expect, it } from 'vitest';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { optimizerOptions } from '../params/options.ts';
import { createSampler } from '../tasks/batches.ts';
import { makeTask } from '../tasks/make-task.ts';
import { planChunk } from './chunk.ts';
import { optimizers } from './optimizers/optimizers.ts';
import { initialCounters } from './run-state.ts';
import { passingScalars } from './step-scalars.ts';

const settling = optimizerOptions.map(({ value }) => value).filter((name) => optimizers[name].haveSettled !== undefined);

function configOf(choices: ConfigPatch) {
  const { config, problems } = normalize({ task: 'moons', trainingSize: 64, batchSize: 16, layers: [2], schedule: 'constant', ...choices });
  expect(problems).toEqual([]);
  return config;
}

describe.each(settling)('%s', (optimizer) => {
  const config = configOf({ optimizer });
  const momentum = config.beta1;
  const moment = { learningRate: 0.01, momentum, memory: {}, averageBegun: false, count: 16, examples: 16 };
  const isSettled = (step: number) => optimizers[optimizer].haveSettled?.({ config, step, momentum }) === true;

  it('stays the same once it has settled, and not before', () => {
    let [early, late] = [0, 2 ** 22];
    expect([isSettled(early), isSettled(late)]).toEqual([false, true]);
    while (late - early > 1) {
      const middle = Math.floor((early + late) / 2);
      if (isSettled(middle)) late = middle;
      else early = middle;
    }
    const settled = passingScalars(config, { ...moment, step: late });
    for (const step of [late + 1, late + 1000, 4 * late]) expect(passingScalars(config, { ...moment, step })).toEqual(settled);
    expect(passingScalars(config, { ...moment, step: Math.floor(late / 2) })).not.toEqual(settled);
  });

  it('is planned as each step has it, in chunks before, across and after', () => {
    const task = makeTask(config, {});
    const { count } = task.train;
    for (const step of [0, 300, 36_000, 40_000]) {
      const counters = initialCounters(config, count);
      counters.cursor = { ...counters.cursor, step };
      const sampler = createSampler({ count, seed: 1, shuffle: 'epoch', dropLast: false });
      const { feeds, columns } = planChunk(counters, sampler, 900, task);
      for (const index of [0, 57, 58, 700, 899]) {
        const learningRate = columns.learningRate[index] ?? NaN;
        const own = passingScalars(config, { ...moment, learningRate, momentum: columns.momentum[index] ?? NaN, step: step + index });
        for (const [name, value] of Object.entries(own)) {
          if (name.startsWith('average')) continue;
          const planned = feeds.scalars[name];
          expect(typeof planned === 'number' ? planned : planned?.[index], `${name} of step ${String(step + index)}`).toBe(value);
        }
      }
    }
  });
});
