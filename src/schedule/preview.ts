/**
 * The planned curve in a few hundred points: evenly spread, and the corners as far as they fit, so that what is drawn neither rounds a
 * drop nor cuts a peak. Computed by the function that trains.
 */
import { cyclicCorners, oneCycleCorners } from './cycles.ts';
import { learningRateAt, unitsAt } from './learning-rate.ts';
import type { RateConfig } from './learning-rate.ts';
import type { Plan } from './plan.ts';
import type { PlateauState } from './plateau.ts';
import { restartAt } from './restarts.ts';
import { warmupSteps } from './warmup.ts';

/** The rate planned for a step. */
export interface RatePoint {
  readonly step: number;
  readonly learningRate: number;
}

/** Most points of a preview: what one chart line may have. */
const mostPoints = 300;

/** The planned curve in at most `points` points (≤ 300), first and last step included. */
export function previewLearningRate(
  config: RateConfig,
  plan: Plan,
  points = mostPoints,
  plateau?: Pick<PlateauState, 'multiplier'>,
): readonly RatePoint[] {
  const last = plan.totalSteps - 1;
  const budget = Math.max(2, Math.min(points, mostPoints));
  const steps = new Set<number>(corners(config, plan, budget).filter((step) => step >= 0 && step <= last));
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
  if (last < warmup) return bend;
  const length = plan.totalSteps - warmup;
  const room = budget - 3;
  const bends = innerBends(config, length, room).map((step) => step + warmup);
  const jumps = jumpsOf(config, plan, warmup, last, room);
  return [...bend, ...(bends.length <= room ? bends : []), ...jumps];
}

/** Bends of the smooth schedules, counted from the end of the warm-up. */
function innerBends(config: RateConfig, length: number, most: number): readonly number[] {
  switch (config.schedule) {
    case 'onecycle':
      return oneCycleCorners(config, length);
    case 'cyclic':
      return cyclicCorners(config, length, most);
    case 'wsd':
      return [length - Math.round(config.decayShare * length)];
    case 'drawn':
      return config.drawn.flatMap(([place]) => [Math.floor(place * length), Math.ceil(place * length)]);
    default:
      return [];
  }
}

/** How many jumps lie before a step: a count that only grows, so that each can be found by bisection. */
function jumpCounter(config: RateConfig, plan: Plan, warmup: number): ((step: number) => number) | undefined {
  const units = (step: number) => unitsAt(config, plan, step, warmup);
  switch (config.schedule) {
    case 'step':
      return (step) => Math.floor(units(step) / config.stepSize);
    case 'exponential':
      return units;
    case 'multistep':
      return (step) => config.milestones.filter((milestone) => milestone <= units(step)).length;
    case 'restarts':
      // Per epoch the cosine itself is a staircase.
      return config.per === 'epoch' ? units : (step) => restartAt(config, units(step)).index;
    default:
      return undefined;
  }
}

/** Both sides of every jump, if they all fit. */
function jumpsOf(config: RateConfig, plan: Plan, warmup: number, last: number, room: number): readonly number[] {
  const count = jumpCounter(config, plan, warmup);
  const jumps = count?.(last) ?? 0;
  if (!count || 2 * jumps > room) return [];
  return Array.from({ length: jumps }, (_, k) => firstStepWith(count, k + 1, warmup, last)).flatMap((step) => [step - 1, step]);
}

/** The first step between `from` and `to` at which a growing count has reached `wanted`. */
function firstStepWith(count: (step: number) => number, wanted: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (count(middle) >= wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
