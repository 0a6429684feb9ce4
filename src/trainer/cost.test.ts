/** Sizes counted by hand. */
import { describe, expect, it } from 'vitest';
import type { ConfigPatch } from '../params/config.ts';
import { resolve } from '../params/config.ts';
import { makeTask } from '../tasks/make-task.ts';
import { setUp } from '../training/setup.ts';
import { costOf } from './cost.ts';

function cost(choices: ConfigPatch) {
  const config = resolve(choices);
  return costOf(config, setUp(config, makeTask(config, {})));
}

describe('what a run takes', () => {
  it('is weights, their average and the three slots of Adam, and three numbers for each point of the plane', () => {
    const small = { task: 'moons', trainingSize: 50, split: 0.5, layers: [4] } as const;
    expect(cost({ ...small, optimizer: 'adam' })).toMatchObject({ stateBytes: 4 * 17 * 5, dataBytes: 4 * 100 * 3 });
    expect(cost({ ...small, optimizer: 'sgd' }).stateBytes).toBeLessThan(4 * 17 * 5);
  });

  it('grows with batch and width', () => {
    const copy = { task: 'copy', length: 3, width: 16, depth: 1 } as const;
    const [one, wide, many] = [cost(copy), cost({ ...copy, width: 32 }), cost({ ...copy, batchSize: 256 })];
    expect(wide.flopsPerStep / one.flopsPerStep).toBeGreaterThan(2);
    expect(many.stepBytes / one.stepBytes).toBeGreaterThan(2);
    expect(many.stateBytes).toBe(one.stateBytes);
  });
});
