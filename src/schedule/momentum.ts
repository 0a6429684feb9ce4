/** Momentum as a function of the step. Constant so far; a schedule that cycles momentum against the rate belongs here. */
import type { Config } from '../params/config.ts';

/** What plays momentum's part at a step: μ, β₁ for the Adam family, 0 for Adagrad. */
export function momentumAt(config: Pick<Config, 'optimizer' | 'momentum' | 'beta1'>, _step: number): number {
  switch (config.optimizer) {
    case 'adam':
    case 'adamw':
      return config.beta1;
    case 'sgd':
    case 'rmsprop':
      return config.momentum;
    case 'adagrad':
      return 0;
  }
}
