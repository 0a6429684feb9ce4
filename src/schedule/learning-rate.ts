/**
 * The learning rate as a function of the step: what is previewed, used and logged for a step is this one number.
 *
 * Idea: warm-up stands in front of any schedule, which then sees step t − W of T − W. The values are those of
 * `torch.optim.lr_scheduler` and of Hugging Face's schedules, in closed form. Only reduce-on-plateau has a state, handed in from
 * `plateau.ts`.
 */
import { scaledRate } from '../params/effective.ts';
import type { Config } from '../params/config.ts';
import { cyclicAt, oneCycleAt } from './cycles.ts';
import { factorAt } from './drawn.ts';
import { epochsDone } from './plan.ts';
import type { Plan } from './plan.ts';
import type { PlateauState } from './plateau.ts';
import { restartAt } from './restarts.ts';
import { warmupSteps } from './warmup.ts';

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
  | 'milestones'
  | 'power'
  | 'firstPeriod'
  | 'periodFactor'
  | 'risingShare'
  | 'startDivisor'
  | 'endDivisor'
  | 'anneal'
  | 'threePhase'
  | 'stepsUp'
  | 'stepsDown'
  | 'cycleMode'
  | 'timescale'
  | 'decayShare'
  | 'decayShape'
  | 'drawn'
  | 'warmup'
  | 'warmupFrom'
>;

/** A step after warm-up, as schedules see it. */
interface Inner {
  readonly config: RateConfig;
  readonly rate: number;
  /** Steps since the warm-up, and from there to the planned end. */
  readonly step: number;
  readonly length: number;
  /** Steps or whole epochs since the warm-up, as `per` says. */
  readonly units: number;
  readonly plateau: Pick<PlateauState, 'multiplier'> | undefined;
}

/** Each schedule after its warm-up. */
const shapes: Readonly<Record<Config['schedule'], (inner: Inner) => number>> = {
  constant: ({ rate }) => rate,
  step: ({ rate, config, units }) => rate * config.gamma ** Math.floor(units / config.stepSize),
  exponential: ({ rate, config, units }) => rate * config.gamma ** units,
  multistep: ({ rate, config, units }) => rate * config.gamma ** config.milestones.filter((milestone) => milestone <= units).length,
  linear: ({ rate, config, step, length }) => rate * (1 + (config.endFactor - 1) * share(step, length)),
  cosine: ({ rate, config, step, length }) => config.minLr + ((rate - config.minLr) * (1 + Math.cos(Math.PI * share(step, length)))) / 2,
  polynomial: ({ rate, config, step, length }) => config.minLr + (rate - config.minLr) * (1 - share(step, length)) ** config.power,
  restarts: ({ rate, config, units }) => {
    const { position, period } = restartAt(config, units);
    return config.minLr + ((rate - config.minLr) * (1 + Math.cos((Math.PI * position) / period))) / 2;
  },
  onecycle: ({ rate, config, step, length }) => oneCycleAt(config, rate, step, length).rate,
  cyclic: ({ rate, config, step }) => cyclicAt(config, rate, step).rate,
  invsqrt: ({ rate, config, step }) => rate / Math.sqrt((step + timescaleOf(config)) / timescaleOf(config)),
  wsd: ({ rate, config, step, length }) => rate * (config.endFactor + (1 - config.endFactor) * stableThenDecay(config, step, length)),
  drawn: ({ rate, config, step, length }) => rate * factorAt(config.drawn, share(step, length)),
  plateau: ({ rate, plateau }) => rate * (plateau?.multiplier ?? 1),
};

/** η of step `step`, counted from 0. `plateau`: cuts so far, for reduce on plateau. */
export function learningRateAt(config: RateConfig, plan: Plan, step: number, plateau?: Pick<PlateauState, 'multiplier'>): number {
  const rate = scaledRate(config);
  const warmup = warmupSteps(config, plan);
  if (step < warmup) return rate * (config.warmupFrom + (1 - config.warmupFrom) * (step / warmup));
  const length = Math.max(1, plan.totalSteps - warmup);
  return shapes[config.schedule]({ config, rate, step: step - warmup, length, units: unitsAt(config, plan, step, warmup), plateau });
}

/** Whether no step from `step` on has another rate, unless reduce-on-plateau cuts it. */
export function isSteadyFrom(
  { schedule, warmup }: Pick<RateConfig, 'schedule' | 'warmup'>,
  plan: Pick<Plan, 'totalSteps'>,
  step: number,
): boolean {
  return (schedule === 'constant' || schedule === 'plateau') && step >= warmupSteps({ warmup }, plan);
}

function share(step: number, length: number): number {
  return Math.min(step, length) / length;
}

/** Steps or whole epochs from `warmup` to `step`. */
export function unitsAt(config: Pick<RateConfig, 'per'>, plan: Plan, step: number, warmup: number): number {
  // The small term keeps 10/7 − 3/7 from falling short of 1.
  return config.per === 'step' ? step - warmup : Math.floor(epochsDone(plan, step) - epochsDone(plan, warmup) + 1e-9);
}

/** Hugging Face's default: the warm-up, or 10,000 steps without one. A warm-up given as a share has no length of its own here. */
function timescaleOf({ timescale, warmup }: RateConfig): number {
  return timescale || (warmup >= 1 ? warmup : 10_000);
}

/** 1 while stable, then down to 0 in the last `decayShare` of the steps (Hägele et al. 2024). */
function stableThenDecay({ decayShare, decayShape }: RateConfig, step: number, length: number): number {
  const decaySteps = Math.round(decayShare * length);
  const into = step - (length - decaySteps);
  if (into <= 0 || decaySteps === 0) return 1;
  const p = Math.min(1, into / decaySteps);
  return { linear: 1 - p, cosine: (1 + Math.cos(Math.PI * p)) / 2, sqrt: 1 - Math.sqrt(p) }[decayShape];
}
