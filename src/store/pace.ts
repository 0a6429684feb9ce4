/** Pace: how many steps a second are shown. It decides when steps happen, never what they compute. */
import type { Config } from '../params/config.ts';
import { paceFlatOut } from '../params/groups/engine.ts';
import type { Plan } from '../schedule/plan.ts';

/** How long the automatic pace lets a run last, where the engine is fast enough. */
const watchedSeconds = 15;

/** Steps per second to ask of the trainer; Infinity = flat out. */
export function speedOf(config: Pick<Config, 'pace'>, plan: Pick<Plan, 'totalSteps'>): number {
  if (config.pace >= paceFlatOut) return Infinity;
  return config.pace > 0 ? config.pace : Math.max(1, plan.totalSteps / watchedSeconds);
}
