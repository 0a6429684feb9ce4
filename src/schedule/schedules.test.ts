/** Every schedule against values recorded from PyTorch (`scripts/reference/schedules.py`, `plateau.py`). */
import { describe, expect, it } from 'vitest';
import { resolve } from '../params/config.ts';
import type { Choices } from '../params/config.ts';
import { learningRateAt } from './learning-rate.ts';
import { momentumAt } from './momentum.ts';
import { planRun } from './plan.ts';
import { initialPlateau, plateauStep } from './plateau.ts';
import plateaus from './plateau.recorded.json' with { type: 'json' };
import recorded from './schedules.recorded.json' with { type: 'json' };

/** 100 epochs of 10 steps. */
const length: Choices = { trainingSize: 200, batchSize: 20, epochs: 100 };

/** Rates may differ by rounding: 1e-12 of themselves, and by the last digits of the base rate where cosine cancels to nothing. */
function expectEqual(actual: number, expected: number, base: number, at: number): void {
  const difference = Math.abs(actual - expected);
  if (!(difference <= 1e-12 * Math.abs(expected) + 4e-16 * base)) expect.fail(`at ${at}: ${actual} instead of ${expected}`);
}

describe('learningRateAt', () => {
  it.each(recorded.schedules.map(({ settings, ...entry }) => [JSON.stringify(settings), settings, entry] as const))(
    'equals PyTorch: %s',
    (_title, settings, { values, ...entry }) => {
      const config = resolve({ ...length, ...(settings as Choices) });
      expect(config).toMatchObject(settings);
      const plan = planRun(config, 200);
      // A cycle is recorded but for its last step, which OneCycleLR refuses to go past.
      expect(plan.totalSteps - values.length).toBe('momentum' in entry ? 1 : 0);
      values.forEach((value, step) => {
        expectEqual(learningRateAt(config, plan, step), value, config.learningRate, step);
      });
      if ('momentum' in entry)
        entry.momentum.forEach((value, step) => {
          expectEqual(momentumAt(config, plan, step), value, 1, step);
        });
    },
  );
});

describe('plateauStep', () => {
  it.each(plateaus.cases.map((entry) => [entry.name, entry] as const))('equals PyTorch: %s', (_name, entry) => {
    const { patience, ...rest } = entry.settings;
    const settings = { ...rest, plateauPatience: patience, learningRate: entry.initialLearningRate };
    const config = { ...resolve({ ...length, schedule: 'plateau' }), ...settings };
    const plan = planRun(config, 200);
    let state = initialPlateau;
    let rate = config.learningRate;
    entry.metrics.forEach((value, k) => {
      const after = plateauStep(state, config, value, entry.mode === 'max' ? 'higher' : 'lower');
      state = after.state;
      const now = learningRateAt(config, plan, k, state);
      expectEqual(now, entry.learningRate[k] ?? NaN, config.learningRate, k);
      expect(after.cut, `cut at ${k}`).toBe(now !== rate);
      expect([state.best, state.bad, state.cooldown]).toEqual([entry.best[k], entry.badEvaluations[k], entry.cooldownLeft[k]]);
      rate = now;
    });
  });

  it('goes on cutting a rate that was moved by hand, by the same factor', () => {
    const config = resolve({ schedule: 'plateau', learningRate: 0.1, plateauPatience: 0, factor: 0.5 });
    const once = [1, 1].reduce((state, value) => plateauStep(state, config, value).state, initialPlateau);
    const moved = { ...config, learningRate: 0.4 };
    const plan = planRun(moved, 200);
    expect(learningRateAt(moved, plan, 9, once)).toBe(0.2);
    expect(learningRateAt(moved, plan, 9, plateauStep(once, moved, 1).state)).toBe(0.1);
  });

  it('counts a value that is not a number as no improvement', () => {
    const { state } = plateauStep(initialPlateau, resolve({}), NaN);
    expect(state).toEqual({ bad: 1, cooldown: 0, multiplier: 1 });
  });
});
