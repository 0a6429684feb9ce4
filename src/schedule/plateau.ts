/**
 * Reduce on plateau as a pure state machine, equal to `torch.optim.lr_scheduler.ReduceLROnPlateau` (threshold mode `rel`).
 *
 * Idea: the state holds what the cuts so far multiply the rate by, not the rate itself, so that the learning rate can still
 * be moved while the run lives. It watches the validation loss; evaluations during warm-up are not shown to it.
 */
import type { Config } from '../params/config.ts';

/** The part of a configuration that decides the cuts. */
export type PlateauConfig = Pick<Config, 'learningRate' | 'factor' | 'plateauPatience' | 'threshold' | 'cooldown' | 'minLr'>;

/** All that reduce-on-plateau remembers. Serialisable. */
export interface PlateauState {
  /** Best value so far; absent before the first finite one. */
  readonly best?: number;
  /** Evaluations without improvement since the best one or the last cut. */
  readonly bad: number;
  /** Evaluations that are still not counted. */
  readonly cooldown: number;
  /** What the cuts so far multiply the learning rate by. */
  readonly multiplier: number;
}

/** Smallest cut that is made, as in PyTorch. */
const smallestCut = 1e-8;

/** The state before any evaluation. */
export const initialPlateau: PlateauState = { bad: 0, cooldown: 0, multiplier: 1 };

/** The state after an evaluation, and whether it cut the rate. `better`: what counts as an improvement of the value. */
export function plateauStep(
  state: PlateauState,
  config: PlateauConfig,
  value: number,
  better: 'lower' | 'higher' = 'lower',
): { readonly state: PlateauState; readonly cut: boolean } {
  const improved = isBetter(value, state.best, config.threshold, better);
  const best = improved ? { best: value } : state.best === undefined ? {} : { best: state.best };
  const cooling = state.cooldown > 0;
  const bad = improved || cooling ? 0 : state.bad + 1;
  const cooldown = Math.max(0, state.cooldown - 1);
  if (bad <= config.plateauPatience) return { state: { ...best, bad, cooldown, multiplier: state.multiplier }, cut: false };
  const rate = config.learningRate * state.multiplier;
  const lower = Math.max(rate * config.factor, config.minLr);
  const cut = rate - lower > smallestCut;
  const multiplier = cut ? lower / config.learningRate : state.multiplier;
  return { state: { ...best, bad: 0, cooldown: config.cooldown, multiplier }, cut };
}

function isBetter(value: number, best: number | undefined, threshold: number, better: 'lower' | 'higher'): boolean {
  if (better === 'lower') return value < (best ?? Infinity) * (1 - threshold);
  return value > (best === undefined ? -Infinity : best * (1 + threshold));
}
