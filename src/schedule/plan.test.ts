/** Counting steps: by hand, and as a property from every cursor of a run. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ceilProduct, epochsDone, planRun } from './plan.ts';
import type { Plan, PlanConfig } from './plan.ts';

const config = (changes: Partial<PlanConfig>): PlanConfig => ({
  batchSize: 20,
  accumulation: 1,
  dropLast: false,
  epochs: 10,
  maxSteps: 0,
  ...changes,
});

/** Whole epochs completed before step `step` starts (for steps from the anchor on). */
function epochAt(plan: Plan, step: number): number {
  const since = step - plan.anchor.step - plan.anchor.stepsLeft;
  return since < 0 ? plan.anchor.epoch : plan.anchor.epoch + 1 + Math.floor(since / plan.stepsPerEpoch);
}

describe('planRun', () => {
  it('counts the steps of whole epochs, the short batch included', () => {
    expect(planRun(config({ batchSize: 30 }), 200)).toMatchObject({ totalSteps: 70, stepsPerEpoch: 7, limit: 'epochs' });
    expect(planRun(config({ batchSize: 30, dropLast: true }), 200)).toMatchObject({ totalSteps: 60, stepsPerEpoch: 6 });
  });

  it('takes fractions of epochs as they are written', () => {
    expect(planRun(config({ epochs: 0.1 }), 600).totalSteps).toBe(3);
    expect(planRun(config({ epochs: 0.11 }), 600).totalSteps).toBe(4);
    expect(planRun(config({ epochs: 0.01 }), 20).totalSteps).toBe(1);
  });

  it('ends at the step limit if that comes first', () => {
    expect(planRun(config({ maxSteps: 42 }), 200)).toMatchObject({ totalSteps: 42, limit: 'steps' });
    expect(planRun(config({ maxSteps: 100 }), 200)).toMatchObject({ totalSteps: 100, limit: 'epochs' });
  });

  it('goes on from the cursor when the batch size changes', () => {
    // After 5 of 10 steps 100 of 200 examples are left: 2 steps of 50, then 9 epochs of 4.
    const plan = planRun(config({ batchSize: 50 }), 200, { step: 5, epoch: 0, position: 100 });
    expect(plan.totalSteps).toBe(5 + 2 + 9 * 4);
    expect([5, 6, 7, 10, 11].map((step) => epochAt(plan, step))).toEqual([0, 0, 1, 1, 2]);
    expect([0, 5, 6, 7, 9].map((step) => epochsDone(plan, step))).toEqual([0, 0.5, 0.75, 1, 1.5]);
  });

  it('never plans less than what is done', () => {
    const cursor = { step: 70, epoch: 7, position: 0 };
    expect(planRun(config({ epochs: 2 }), 200, cursor).totalSteps).toBe(70);
    expect(planRun(config({ maxSteps: 10 }), 200, cursor).totalSteps).toBe(70);
  });

  it('has the same end from any cursor when nothing changed', () => {
    const input = fc.record({
      trainingSize: fc.integer({ min: 1, max: 500 }),
      batchSize: fc.integer({ min: 1, max: 500 }),
      dropLast: fc.boolean(),
      epochs: fc.integer({ min: 1, max: 3000 }).map((n) => n / 100),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(input, ({ trainingSize, batchSize, dropLast, epochs, at }) => {
        const some = config({ batchSize: Math.min(batchSize, trainingSize), dropLast, epochs });
        const whole = planRun(some, trainingSize);
        const step = Math.floor(at * whole.totalSteps);
        const epoch = epochAt(whole, step);
        const position = (step - epoch * whole.stepsPerEpoch) * some.batchSize;
        const later = planRun(some, trainingSize, { step, epoch, position });
        expect(later.totalSteps).toBe(whole.totalSteps);
        for (const ahead of [0, 1, 5, whole.stepsPerEpoch]) {
          expect(epochAt(later, step + ahead)).toBe(epochAt(whole, step + ahead));
          expect(Math.floor(epochsDone(later, step + ahead) + 1e-9)).toBe(epochAt(later, step + ahead));
        }
      }),
    );
  });
});

describe('ceilProduct', () => {
  it('is exact on decimals', () => {
    expect([ceilProduct(0.1, 30), ceilProduct(1.1, 10), ceilProduct(2.3, 100), ceilProduct(1e-7, 1e7), ceilProduct(1.5e-7, 1e7)]).toEqual([
      3, 11, 230, 1, 2,
    ]);
    expect([ceilProduct(5, 7), ceilProduct(1e21, 3), ceilProduct(0, 9)]).toEqual([35, 3e21, 0]);
  });
});
