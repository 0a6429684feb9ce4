/** Momentum as a function of the step: what is previewed, used and logged. Only one-cycle and cyclic schedules move it. */
import type { Config } from '../params/config.ts';
import { cyclicAt, oneCycleAt } from './cycles.ts';
import type { CyclicConfig, OneCycleConfig } from './cycles.ts';
import type { Plan } from './plan.ts';
import { warmupSteps } from './warmup.ts';

type Own = Pick<Config, 'optimizer' | 'momentum' | 'beta1'>;

/** The part of a configuration that decides momentum. */
export type MomentumConfig = Own &
  OneCycleConfig &
  CyclicConfig &
  Pick<Config, 'schedule' | 'warmup' | 'cycleMomentum' | 'baseMomentum' | 'maxMomentum'>;

/** What plays momentum's part where no schedule moves it: μ, β₁ for the Adam family and Lion, 0 where a rule has none. */
export function ownMomentum(config: Own): number {
  switch (momentumRole(config.optimizer)) {
    case 'momentum':
      return config.momentum;
    case 'beta1':
      return config.beta1;
    case 'none':
      return 0;
  }
}

/** Whether the schedule moves momentum. */
export function cyclesMomentum(config: Pick<MomentumConfig, 'optimizer' | 'schedule' | 'cycleMomentum'>): boolean {
  const cycles = config.schedule === 'onecycle' || config.schedule === 'cyclic';
  return cycles && config.cycleMomentum && momentumRole(config.optimizer) !== 'none';
}

/** Momentum of step `step`: the highest in a warm-up, then against the rate: lowest at its peak. */
export function momentumAt(config: MomentumConfig, plan: Pick<Plan, 'totalSteps'>, step: number): number {
  if (!cyclesMomentum(config)) return ownMomentum(config);
  const warmup = warmupSteps(config, plan);
  const inner = Math.max(0, step - warmup);
  const { height } = config.schedule === 'onecycle' ? oneCycleAt(config, 1, inner, plan.totalSteps - warmup) : cyclicAt(config, 1, inner);
  return config.maxMomentum - (config.maxMomentum - config.baseMomentum) * height;
}

/** Which parameter plays momentum's part in an optimizer. */
function momentumRole(optimizer: Config['optimizer']): 'momentum' | 'beta1' | 'none' {
  switch (optimizer) {
    case 'sgd':
    case 'rmsprop':
    case 'muon':
    case 'sfsgd':
      return 'momentum';
    case 'adagrad':
    case 'adadelta':
    case 'rprop':
    case 'asgd':
    case 'lbfgs':
      return 'none';
    default:
      return 'beta1';
  }
}
