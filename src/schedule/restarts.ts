/** Cosine with warm restarts (Loshchilov & Hutter 2016; `torch.optim.lr_scheduler.CosineAnnealingWarmRestarts`): which period, and where in it. */
import type { Config } from '../params/config.ts';

/** The part of a configuration that decides the restarts. */
export type RestartConfig = Pick<Config, 'firstPeriod' | 'periodFactor'>;

/** Position within the present period, its length, and its number from 0, after `units` steps or epochs. */
export function restartAt(
  { firstPeriod, periodFactor }: RestartConfig,
  units: number,
): { position: number; period: number; index: number } {
  if (periodFactor === 1) {
    const index = Math.floor(units / firstPeriod);
    return { position: units - index * firstPeriod, period: firstPeriod, index };
  }
  let [start, period, index] = [0, firstPeriod, 0];
  while (units >= start + period) {
    start += period;
    period *= periodFactor;
    index++;
  }
  return { position: units - start, period, index };
}
