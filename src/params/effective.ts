/** What batch size and learning rate come to together with others. */
import type { Facts } from './kinds.ts';

/** The part of a configuration that decides the batch of a step. */
interface BatchFacts {
  readonly batchSize: number;
  readonly accumulation: number;
}

/** What the rate of a step depends on before any schedule. */
interface RateFacts extends BatchFacts, Pick<Facts, 'lrScaling'> {
  readonly learningRate: number;
  readonly baseBatch: number;
}

/** Examples that one step takes its gradient over: A micro-batches of B. */
export function effectiveBatch(config: BatchFacts): number {
  return config.batchSize * config.accumulation;
}

/**
 * The rate that schedules start from: the one set, scaled with the effective batch if that is asked for: in proportion (Goyal et al. 2017)
 * or with the square root (Krizhevsky 2014).
 */
export function scaledRate(config: RateFacts): number {
  if (config.lrScaling === 'none') return config.learningRate;
  const ratio = effectiveBatch(config) / config.baseBatch;
  return config.learningRate * (config.lrScaling === 'linear' ? ratio : Math.sqrt(ratio));
}
