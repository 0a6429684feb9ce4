/** Running to a step: which can be asked for, and what is asked of the trainer. */
import { describe, expect, it } from 'vitest';
import { heldStore } from '../testing/held-store.ts';
import { problemOfStep, stepsAhead } from './steps-ahead.ts';

const end = { reason: 'epochs', step: 2000, bestStep: 80, bestValLoss: 0.1, testLoss: 0.1, testMetric: 0.9, restored: false } as const;

describe('stepsAhead', () => {
  it('goes from where the run stands to its planned end, and from the start where a new run is due', async () => {
    const { trainer, actions, get } = heldStore();
    expect(stepsAhead(get())).toBeUndefined();
    await trainer.answer();
    expect(stepsAhead(get())).toEqual({ from: 0, to: 2000 });
    trainer.show({ phase: 'paused', step: 120 });
    expect(stepsAhead(get())).toEqual({ from: 120, to: 2000 });
    trainer.show({ phase: 'ended', step: 2000, end });
    expect(stepsAhead(get())).toEqual({ from: 0, to: 2000 });
    trainer.show({ phase: 'paused', step: 120 });
    actions.setParameter('activation', 'relu');
    expect(stepsAhead(get())).toEqual({ from: 0, to: 2000 });
  });
});

describe('problemOfStep', () => {
  it.each([
    [121, 120, undefined],
    [2000, 120, undefined],
    [120, 120, 'Step: 120 is not ahead, the run is at step 120.'],
    [0, 0, 'Step must be at least 1.'],
    [12_000, 0, 'Step: 12,000 lies beyond the planned end, step 2,000.'],
    [1.5, 0, 'Step must be a whole number.'],
    [Infinity, 0, 'Step must be a whole number.'],
  ])('of %d from %d', (step, from, problem) => {
    expect(problemOfStep('Step', step, { from, to: 2000 })).toBe(problem);
  });
});

describe('runToStep', () => {
  it('asks the trainer for that step, shows the run as running, and rests there', () => {
    const { trainer, actions, get } = heldStore();
    trainer.show({});
    actions.runToStep(300);
    expect(trainer.of('advance').map(({ amount }) => amount)).toEqual([{ toStep: 300 }]);
    expect(get().wantsToRun).toBe(true);
    trainer.show({ phase: 'running', step: 150 });
    trainer.show({ phase: 'paused', step: 300 });
    expect(get().wantsToRun).toBe(false);
  });

  it('takes the place of playing on', () => {
    const { trainer, actions, get } = heldStore();
    trainer.show({});
    actions.run();
    trainer.show({ phase: 'running', step: 10 });
    actions.runToStep(300);
    trainer.show({ phase: 'paused', step: 300 });
    expect([trainer.of('advance').length, get().wantsToRun]).toEqual([1, false]);
  });

  it('waits for a new run where one is due, and goes to its step', () => {
    const { trainer, actions, get } = heldStore();
    trainer.show({ phase: 'ended', step: 2000, end });
    actions.runToStep(50);
    expect([trainer.of('start').length, trainer.of('advance').length]).toEqual([2, 0]);
    trainer.show({});
    expect(trainer.of('advance').map(({ amount }) => amount)).toEqual([{ toStep: 50 }]);
    expect(get().previous?.snapshot?.step).toBe(2000);
  });
});
