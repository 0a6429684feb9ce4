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
  /** Examples in the batch, padding aside. */
  readonly examples: number;
  /** What the halves of the batch are worth, where they are looked at. */
  readonly halves?: Halves | undefined;
}

/** Half of γ = 0.55 in σₜ² = σ²/(1 + t)^γ (Neelakantan et al. 2015). */
const noiseAnnealing = 0.275;

/** Scalars by the names the step graph reads. */
export function stepScalars(config: Config, moment: StepMoment): Record<string, number> {
  const share = averageShare(config, moment.step, moment.averageBegun);
  return {
    ...optimizers[config.optimizer].scalars({ config, ...moment }),
    learningRate: moment.learningRate,
    inverseCount: 1 / moment.count,
    examples: moment.examples,
    dropout: config.dropout,
    l1: config.l1,
    l2: config.l2,
    shrinkage: moment.learningRate * config.l1,
    clipAt: config.clipAt,
    adaptiveClip: config.adaptiveClip,
    clipPercentile: config.clipPercentile,
    ...lossScalarValues(config),
    rho: config.sam,
    inputDropout: config.inputDropout,
    inputNoise: config.inputNoise,
    gradientNoise: config.gradientNoise * (1 + moment.step) ** -noiseAnnealing,
    maxNorm: config.maxNorm,
    'average keep': 1 - share,
    'average take': share,
    ...(hasLayerRates(config) ? layerScalars({ config, ...moment }) : {}),
    ...(moment.halves ? { firstHalf: moment.halves.firstHalf, secondHalf: moment.halves.secondHalf } : {}),
  };
}
