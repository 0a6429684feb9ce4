/**
 * The learning rate as a function of the step: what is previewed, used and logged for a step is this one number.
 *
 * Idea: warm-up stands in front of any schedule, which then sees step t − W of T − W. The values are those of
 * `torch.optim.lr_scheduler` (closed forms). Only reduce-on-plateau has a state, handed in from `plateau.ts`.
 */
import type { Config } from '../params/config.ts';
import { effectiveBatch, epochsDone } from './plan.ts';
import type { Plan } from './plan.ts';
import type { PlateauState } from './plateau.ts';

/** The part of a configuration that decides the rate. */
export type RateConfig = Pick<
  Config,
  | 'learningRate'
  | 'lrScaling'
  | 'baseBatch'
  | 'batchSize'
  | 'accumulation'
  | 'schedule'
  | 'per'
  | 'stepSize'
  | 'gamma'
  | 'endFactor'
  | 'minLr'
  | 'warmup'
  | 'warmupFrom'
>;

/** Steps of warm-up W: as given, or a share of the planned steps if below 1. */
export function warmupSteps(config: Pick<Config, 'warmup'>, plan: Pick<Plan, 'totalSteps'>): number {
  return config.warmup < 1 ? Math.round(config.warmup * plan.totalSteps) : config.warmup;
}

/**
 * The rate that schedules start from: the one set, scaled with the effective batch if that is asked for: in proportion (Goyal et al. 2017)
 * or with the square root (Krizhevsky 2014).
 */
export function scaledRate(config: Pick<RateConfig, 'learningRate' | 'lrScaling' | 'baseBatch' | 'batchSize' | 'accumulation'>): number {
  if (config.lrScaling === 'none') return config.learningRate;
  const ratio = effectiveBatch(config) / config.baseBatch;
  return config.learningRate * (config.lrScaling === 'linear' ? ratio : Math.sqrt(ratio));
}

/** η of step `step`, counted from 0. `plateau`: cuts so far, for reduce on plateau. */
export function learningRateAt(config: RateConfig, plan: Plan, step: number, plateau?: Pick<PlateauState, 'multiplier'>): number {
  const { schedule } = config;
  const learningRate = scaledRate(config);
  const warmup = warmupSteps(config, plan);
  if (step < warmup) return learningRate * (config.warmupFrom + (1 - config.warmupFrom) * (step / warmup));
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'step':
    case 'exponential':
      return learningRate * config.gamma ** decays(config, plan, step, warmup);
    case 'linear':
      return learningRate * (1 + (config.endFactor - 1) * progress(plan, step, warmup));
    case 'cosine':
      return config.minLr + ((learningRate - config.minLr) * (1 + Math.cos(Math.PI * progress(plan, step, warmup)))) / 2;
    case 'plateau':
      return learningRate * (plateau?.multiplier ?? 1);
  }
}

/** Share of the schedule after warm-up that is over, 0…1. */
function progress(plan: Plan, step: number, warmup: number): number {
  const length = Math.max(1, plan.totalSteps - warmup);
  return Math.min(step - warmup, length) / length;
}

/** How often γ has been applied. */
function decays(config: RateConfig, plan: Plan, step: number, warmup: number): number {
  // The small term keeps 10/7 − 3/7 from falling short of 1.
  const units = config.per === 'step' ? step - warmup : Math.floor(epochsDone(plan, step) - epochsDone(plan, warmup) + 1e-9);
  return config.schedule === 'step' ? Math.floor(units / config.stepSize) : units;
}

/** The rate planned for a step. */
export interface RatePoint {
  readonly step: number;
  readonly learningRate: number;
}

/** Most points of a preview: what one chart line may have. */
const mostPoints = 300;

/**
 * The planned curve in at most `points` points (≤ 300), first and last step included, and the corners as far as they fit: the end of
 * the warm-up, and both sides of every drop. Computed by the function that trains.
 */
export function previewLearningRate(
  config: RateConfig,
  plan: Plan,
  points = mostPoints,
  plateau?: Pick<PlateauState, 'multiplier'>,
): readonly RatePoint[] {
  const last = plan.totalSteps - 1;
  const budget = Math.max(2, Math.min(points, mostPoints));
  const steps = new Set<number>(corners(config, plan, budget));
  const even = Math.max(2, budget - steps.size);
  for (let i = 0; i < even; i++) steps.add(Math.round((last * i) / (even - 1)));
  return [...steps]
    .filter((step) => step >= 0 && step <= last)
    .sort((a, b) => a - b)
    .map((step) => ({ step, learningRate: learningRateAt(config, plan, step, plateau) }));
}

/** Steps at which the curve bends or jumps, or none of the jumps if they would not fit. */
function corners(config: RateConfig, plan: Plan, budget: number): readonly number[] {
  const warmup = warmupSteps(config, plan);
  const last = plan.totalSteps - 1;
  const bend = warmup > 0 && budget > 3 ? [warmup] : [];
  if ((config.schedule !== 'step' && config.schedule !== 'exponential') || last < warmup) return bend;
  const drops = decays(config, plan, last, warmup);
  if (2 * drops > budget - 3) return bend;
  return [
    ...bend,
    ...Array.from({ length: drops }, (_, k) => firstStepWith(config, plan, k + 1, warmup, last)).flatMap((step) => [step - 1, step]),
  ];
}

/** The first step at which γ has been applied `count` times, by bisection between `from` and `to`. */
function firstStepWith(config: RateConfig, plan: Plan, count: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (decays(config, plan, middle, from) >= count) high = middle;
    else low = middle + 1;
  }
  return low;
}
