/** The rules as the page shows them before any step. */
import { describe, expect, it } from 'vitest';
import { mlp } from '../../models/mlp.ts';
import type { ConfigPatch } from '../../params/config.ts';
import { optimizerOptions } from '../../params/options.ts';
import { drivenConfig } from '../../testing/driven-run.ts';
import { halvesOf } from './expression.ts';
import { ruleOf } from './rule.ts';

const { parameters } = mlp({ inputShape: [2], hidden: [4, 3], outputs: 1, activation: 'tanh' });
const rule = (choices: ConfigPatch) => ruleOf(drivenConfig(choices), parameters);

describe('a rule', () => {
  it.each(optimizerOptions.map(({ value }) => value))('%s sets w in the end or in between', (optimizer) => {
    const full = optimizer === 'lbfgs' ? { batchSize: 50 } : {};
    expect(rule({ optimizer, ...full }).map((line) => halvesOf(line).target)).toContain('w');
  });

  it('has only the lines that act', () => {
    expect(rule({ optimizer: 'sgd', momentum: 0 })).toEqual(['w ← w − η·g']);
    expect(rule({ optimizer: 'sgd', momentum: 0.9, weightDecay: 0.1 })).toEqual(['g ← g + λ·w', 'v ← μ·v + g', 'w ← w − η·v']);
    expect(rule({ optimizer: 'adam', amsgrad: true })).toContain('v̄ ← max(v̄, v)');
    expect(rule({ optimizer: 'radam' }).at(-1)).toContain('r·');
  });

  it('is none without weights', () => {
    expect(ruleOf(drivenConfig(), [])).toEqual([]);
  });
});
