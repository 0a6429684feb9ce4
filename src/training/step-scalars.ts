/** The scalars of one training step: everything about it that a slider can move, computed in double precision. */
import type { Config } from '../params/config.ts';
import { averageShare } from './average.ts';
import { hasLayerRates, layerScalars } from './layer-rates.ts';
import { lossScalarValues } from './losses.ts';
import type { Halves } from './noise-halves.ts';
import type { Memory } from './optimizers/optimizer.ts';
import { optimizers } from './optimizers/optimizers.ts';

/** What about a step is not in the configuration. */
export interface StepMoment {
  readonly step: number;
  readonly learningRate: number;
  /** What plays momentum's part at this step. */
  readonly momentum: number;
  /** What the optimizer carries on the host. */
  readonly memory: Memory;
  /** The average of the weights holds something: a step with averaging came before this one. */
  readonly averageBegun: boolean;
  /** Σ of the weights in the batch: its examples, where none weighs more than another. */
  readonly count: number;
  /** What the halves of the batch are worth, where they are looked at. */
  readonly halves?: Halves | undefined;
  /** Examples in the batch, padding aside. */
  readonly examples: number;
}

/** Half of γ = 0.55 in σₜ² = σ²/(1 + t)^γ (Neelakantan et al. 2015). */
const noiseAnnealing = 0.275;

/** Those scalars of a step that the configuration alone decides. */
export function lastingScalars(config: Config): Readonly<Record<string, number>> {
  return {
    dropout: config.dropout,
    l1: config.l1,
    l2: config.l2,
    clipAt: config.clipAt,
    adaptiveClip: config.adaptiveClip,
    clipPercentile: config.clipPercentile,
    rho: config.sam,
    inputDropout: config.inputDropout,
    inputNoise: config.inputNoise,
    maxNorm: config.maxNorm,
    ...lossScalarValues(config),
  };
}

/** Those that stay as long as nothing of the moment but the step changes. */
export function steadyScalars(config: Config, moment: Omit<StepMoment, 'step'>): Readonly<Record<string, number>> {
  const { learningRate, momentum, memory, count, examples, halves } = moment;
  return {
    learningRate,
    inverseCount: 1 / count,
    examples,
    shrinkage: learningRate * config.l1,
    ...optimizers[config.optimizer].scalars({ config, learningRate, momentum, memory }),
    ...(halves ? { firstHalf: halves.firstHalf, secondHalf: halves.secondHalf } : {}),
  };
}

/** Those that every step may change, if nothing else does. Spreads stand last: named entries after one are a hundred times as slow in V8. */
export function passingScalars(config: Config, moment: StepMoment): Readonly<Record<string, number>> {
  const { step, learningRate, momentum, memory, averageBegun } = moment;
  const share = averageShare(config, step, averageBegun);
  const context = { config, step, learningRate, momentum, memory };
  return {
    gradientNoise: config.gradientNoise * (1 + step) ** -noiseAnnealing,
    'average keep': 1 - share,
    'average take': share,
    ...optimizers[config.optimizer].passingScalars?.(context),
    ...(hasLayerRates(config) ? layerScalars(context) : {}),
  };
}

/** Whether a step after this one changes any of them, if nothing else does. */
export function hasPassingScalars(config: Config, { step, momentum }: Pick<StepMoment, 'step' | 'momentum'>): boolean {
  const { passingScalars: byStep, haveSettled } = optimizers[config.optimizer];
  const isMoving = byStep !== undefined && haveSettled?.({ config, step, momentum }) !== true;
  return isMoving || config.gradientNoise > 0 || hasLayerRates(config);
}

/** All scalars by the names the step graph reads. */
export function stepScalars(config: Config, moment: StepMoment): Record<string, number> {
  return Object.assign({}, lastingScalars(config), steadyScalars(config, moment), passingScalars(config, moment));
}
