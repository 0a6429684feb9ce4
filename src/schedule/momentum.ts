/** Momentum as a function of the step: what is previewed, used and logged. Only one-cycle and cyclic schedules move it. */
import type { Config } from '../params/config.ts';
import { cyclesMomentum, ownMomentum } from '../params/momentum-role.ts';
import { cyclicAt, oneCycleAt } from './cycles.ts';
import type { CyclicConfig, OneCycleConfig } from './cycles.ts';
import type { Plan } from './plan.ts';
import { warmupSteps } from './warmup.ts';

/** The part of a configuration that decides momentum. */
export type MomentumConfig = OneCycleConfig &
  CyclicConfig &
  Pick<Config, 'optimizer' | 'momentum' | 'beta1' | 'schedule' | 'warmup' | 'cycleMomentum' | 'baseMomentum' | 'maxMomentum'>;

/** Momentum of step `step`: the highest in a warm-up, then against the rate: lowest at its peak. */
export function momentumAt(config: MomentumConfig, plan: Pick<Plan, 'totalSteps'>, step: number): number {
  if (!cyclesMomentum(config)) return ownMomentum(config);
  const warmup = warmupSteps(config, plan);
  const inner = Math.max(0, step - warmup);
  const { height } = config.schedule === 'onecycle' ? oneCycleAt(config, 1, inner, plan.totalSteps - warmup) : cyclicAt(config, 1, inner);
  return config.maxMomentum - (config.maxMomentum - config.baseMomentum) * height;
}
