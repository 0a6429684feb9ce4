/** Momentum as a function of the step. Constant so far; a schedule that cycles momentum against the rate belongs here. */
import type { Config } from '../params/config.ts';

/** What plays momentum's part at a step: μ, β₁ for the Adam family, Lion and Adafactor, 0 where a rule has none. */
export function momentumAt(config: Pick<Config, 'optimizer' | 'momentum' | 'beta1'>, _step: number): number {
  switch (config.optimizer) {
    case 'adam':
    case 'adamw':
    case 'nadam':
    case 'radam':
    case 'adamax':
    case 'lion':
    case 'lamb':
    case 'sfadamw':
    case 'adafactor':
      return config.beta1;
    case 'sgd':
    case 'rmsprop':
    case 'muon':
    case 'sfsgd':
      return config.momentum;
    case 'adagrad':
    case 'adadelta':
    case 'rprop':
    case 'asgd':
      return 0;
  }
}
