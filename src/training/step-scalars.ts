/** The scalars of one training step: everything about it that a slider can move, computed in double precision. */
import type { Config } from '../params/config.ts';
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
  /** Examples in the batch, padding not counted. */
  readonly count: number;
}

/** Scalars by the names the step graph reads. */
export function stepScalars(config: Config, moment: StepMoment): Record<string, number> {
  return {
    ...optimizers[config.optimizer].scalars({ config, ...moment }),
    learningRate: moment.learningRate,
    inverseCount: 1 / moment.count,
    dropout: config.dropout,
    l1: config.l1,
    l2: config.l2,
    clipAt: config.clipAt,
    delta: config.delta,
  };
}
