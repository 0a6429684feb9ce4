/** What optimizers with Adam's two moments have in common. */
import type { Optimizer } from './optimizer.ts';
import { averageScalars, isCorrected } from './optimizer.ts';

/** The numbers of both moving averages, ε and the weight decay. */
export const momentScalars: Optimizer['scalars'] = ({ config, momentum }) => ({
  epsilon: config.epsilon,
  weightDecay: config.weightDecay,
  ...averageScalars('beta1', momentum),
  ...averageScalars('beta2', config.beta2),
});

/** Both bias corrections have come to 1. */
export const momentsHaveSettled: NonNullable<Optimizer['haveSettled']> = ({ config, step, momentum }) =>
  isCorrected(momentum, step) && isCorrected(config.beta2, step);
