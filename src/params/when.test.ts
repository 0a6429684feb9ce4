/** Controls that would do nothing are not shown: the conditions of parameters that others can make idle. Momentum has a test of its own. */
import { describe, expect, it } from 'vitest';
import { resolve } from './config.ts';
import type { Choices } from './config.ts';
import { groups, parameters } from './table.ts';
import type { ParameterId } from './table.ts';

const shown = (id: ParameterId, choices: Choices) => parameters[id].when(resolve(choices));
const summary = (group: string, choices: Choices) => groups.find(({ id }) => id === group)?.summary(resolve(choices));

const linear = { layers: [] } as const;
const convolutions = { task: 'digits', model: 'cnn', layers: [] } as const;

describe('what is shown', () => {
  it('activation and normalisation: where there are hidden units', () => {
    for (const id of ['activation', 'normalization'] as const)
      expect([shown(id, {}), shown(id, linear), shown(id, convolutions)]).toEqual([true, false, true]);
  });

  it('dropout: where there are dense hidden layers', () => {
    expect([shown('dropout', {}), shown('dropout', linear), shown('dropout', convolutions)]).toEqual([true, false, false]);
  });

  it('what decay acts on: where something decays', () => {
    expect(shown('decay', { optimizer: 'adam' })).toBe(false);
    for (const choices of [{ l1: 0.1 }, { l2: 0.1 }, { weightDecay: 0.1 }, { optimizer: 'adamw' }] satisfies Choices[])
      expect(shown('decay', choices)).toBe(true);
    expect(shown('decay', { optimizer: 'rprop', weightDecay: 0.1 })).toBe(false);
  });

  it('γ: in cycles only where they fade', () => {
    expect(shown('gamma', { schedule: 'exponential' })).toBe(true);
    expect(shown('gamma', { schedule: 'cyclic' })).toBe(false);
    expect(shown('gamma', { schedule: 'cyclic', cycleMode: 'exp_range' })).toBe(true);
  });
});

describe('the line of a group', () => {
  it('leaves out what does not act', () => {
    expect(summary('model', linear)).toBe('MLP no hidden layer');
    expect(summary('regularization', { ...linear, dropout: 0.3, l2: 0.1 })).toBe('L2 0.1');
    expect(summary('regularization', { optimizer: 'rprop', weightDecay: 0.1 })).toBe('none');
  });
});
