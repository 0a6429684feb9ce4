/** Warm-up: a straight climb in front of any schedule, which then sees step t − W of T − W. */
import type { Config } from '../params/config.ts';
import type { Plan } from './plan.ts';

/** Steps of warm-up W: as given, or a share of the planned steps if below 1. */
export function warmupSteps(config: Pick<Config, 'warmup'>, plan: Pick<Plan, 'totalSteps'>): number {
  return config.warmup < 1 ? Math.round(config.warmup * plan.totalSteps) : config.warmup;
}
