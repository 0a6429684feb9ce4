/** The defaults of every optimizer teach: a rate, a batch and β that are right for another rule would show here as a run at chance. */
import { describe, expect, it } from 'vitest';
import { normalize } from '../../params/config.ts';
import { optimizerOptions } from '../../params/options.ts';
import { trained } from '../../testing/trained.ts';

describe('from its defaults', () => {
  it.each(optimizerOptions.map(({ value }) => value))('%s learns the moons in 600 steps', async (optimizer) => {
    const { config } = normalize({ task: 'moons', optimizer, maxSteps: 600, evaluateEvery: 200, seed: 3, engine: 'tfjs-cpu' });
    const { evaluations } = await trained(config);
    const [, , accuracy] = evaluations.at(-1) ?? [];
    expect(accuracy).toBeGreaterThanOrEqual(0.95);
  });

  it.each(optimizerOptions.map(({ value }) => value))('%s halves the error of the curve in 600 steps', async (optimizer) => {
    const { config } = normalize({ task: 'curve', optimizer, maxSteps: 600, evaluateEvery: 200, seed: 3, engine: 'tfjs-cpu' });
    const { evaluations } = await trained(config);
    expect(evaluations.at(-1)?.[1]).toBeLessThan((evaluations[0]?.[1] ?? Number.NaN) / 2);
  });
});
