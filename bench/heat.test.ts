/** Turns, order and failures of a heat, with lanes that only count. */
import { describe, expect, it } from 'vitest';
import { disagreement, runHeat } from './heat.ts';
import type { Lane } from './lane.ts';

const pace = { rounds: 3, warmSeconds: 1, turnSeconds: 0.5 };

function laneOf(contender: string, log: string[], failing?: 'open' | 'turn'): Lane {
  const fail = (when: 'open' | 'turn') => (failing === when ? Promise.reject(new Error(`no ${when}`)) : undefined);
  return {
    contender,
    open: () => fail('open') ?? Promise.resolve({ device: 'none', software: contender === 'gpu', losses: [1] }),
    turn(seconds) {
      log.push(`${contender} ${seconds}`);
      return fail('turn') ?? Promise.resolve({ steps: 10, seconds: 2 });
    },
    close() {
      log.push(`${contender} closed`);
      return Promise.resolve();
    },
  };
}

describe('a heat', () => {
  it('warms each lane, then lets them take turns, and closes all', async () => {
    const log: string[] = [];
    const outcomes = await runHeat([laneOf('a', log), laneOf('gpu', log)], pace, () => undefined);
    const rounds = ['a 0.5', 'gpu 0.5'];
    // A pretended GPU is warm after the steps that are compared.
    expect(log).toEqual(['a 1', 'gpu 0', ...rounds, ...rounds, ...rounds, 'a closed', 'gpu closed']);
    expect(outcomes.map((outcome) => 'rates' in outcome && outcome.rates)).toEqual([
      [5, 5, 5],
      [5, 5, 5],
    ]);
  });

  it('goes on without those that fail, and says why', async () => {
    const log: string[] = [];
    const outcomes = await runHeat([laneOf('a', log, 'open'), laneOf('b', log, 'turn'), laneOf('c', log)], pace, () => undefined);
    expect(outcomes.slice(0, 2)).toEqual([
      { contender: 'a', refused: 'no open' },
      { contender: 'b', refused: 'no turn' },
    ]);
    expect(outcomes[2]).toHaveProperty('rates', [5, 5, 5]);
    expect(log.filter((line) => line.endsWith('closed'))).toHaveLength(3);
  });

  it('finds losses that differ, and losses that are none', () => {
    expect(disagreement([2, 1, 1, 1], [2, 1, 1, 1])).toBe(0);
    expect(disagreement([2, 1.5, 1, 1], [2, 1, 1, 1])).toBe(0.5);
    expect(disagreement([2, Number.NaN, 1, 1], [2, 1, 1, 1])).toBeNaN();
    expect(disagreement([2], [2, 1, 1, 1])).toBeNaN();
  });
});
