/** A planned curve as a drawn one, so that drawing begins with what was planned and nothing jumps. */
import { scaledRate } from '../params/effective.ts';
import type { Curve } from '../params/kinds.ts';
import { onGrid, simplified } from './knots.ts';
import { learningRateAt } from './learning-rate.ts';
import type { RateConfig } from './learning-rate.ts';
import type { Plan } from './plan.ts';
import { previewLearningRate } from './preview.ts';
import { warmupSteps } from './warmup.ts';

/** The planned curve behind its warm-up, as near as knots come to it. Of reduce-on-plateau: without its cuts. */
export function traced(config: RateConfig, plan: Plan): Curve {
  const warmup = warmupSteps(config, plan);
  const length = Math.max(1, plan.totalSteps - warmup);
  const rate = scaledRate(config);
  const end = { step: plan.totalSteps, learningRate: learningRateAt(config, plan, plan.totalSteps) };
  const points = [...previewLearningRate(config, plan), end]
    .filter(({ step }) => step >= warmup)
    .map(({ step, learningRate }) => onGrid((step - warmup) / length, learningRate / rate));
  const apart = points.filter(([place], i) => place !== points[i - 1]?.[0]);
  const top = Math.max(...apart.map(([, value]) => value));
  return apart.length === 0 ? [[0, 1]] : simplified(apart, (value) => (top > 0 ? value / top : 0));
}
