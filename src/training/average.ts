/** The moving average of the weights: whether it is kept, and how much each step counts. ASGD brings its own. */
import type { Config } from '../params/config.ts';

/** State that holds the average, `[parameterCount]`. */
export const averageState = 'average';

/** Whether an average of the weights is kept. */
export function keepsAverage(config: Pick<Config, 'average' | 'optimizer'>): boolean {
  return config.average > 0 || config.optimizer === 'asgd';
}

/** Which weights are judged: watched by early stopping, shown, tested, kept as the best. */
export function judged(config: Pick<Config, 'average' | 'averageUse' | 'optimizer'>): Config['averageUse'] {
  return keepsAverage(config) ? config.averageUse : 'raw';
}

/** The part of the new weights in the average after step `step`, 0…1. `begun`: an average was kept before. */
export function averageShare(config: Config, step: number, begun: boolean): number {
  if (!begun) return 1;
  if (config.optimizer === 'asgd') return 1 / Math.max(1, step - config.averageFrom);
  return 1 - config.average;
}
