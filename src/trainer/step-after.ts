/** How far “so much further” goes. */
import type { Plan } from '../schedule/plan.ts';
import type { Amount } from './trainer.ts';

/** The step so much after step `from`. Whole epochs end at the next boundaries of the plan; a step behind it is no way at all. */
export function stepAfter(amount: Amount, from: number, plan: Plan | undefined): number {
  if ('steps' in amount) return from + amount.steps;
  if ('toStep' in amount) return Math.max(from, amount.toStep);
  if (!plan) return from;
  const { anchor, stepsPerEpoch } = plan;
  const into = from - anchor.step - anchor.stepsLeft;
  const left = into < 0 ? -into : stepsPerEpoch - (into % stepsPerEpoch);
  return from + left + Math.ceil(amount.epochs - 1) * stepsPerEpoch;
}
