/** All optimizers by the name they have in the parameter table. */
import type { Config } from '../../params/config.ts';
import { adamax, nadam, radam } from './adam-relatives.ts';
import { adadelta, adagrad, rmsprop } from './adaptive.ts';
import { adam, adamw } from './adam.ts';
import { asgd, scheduleFreeAdamW, scheduleFreeSgd } from './averaged.ts';
import { adafactor, lamb } from './layerwise.ts';
import { lbfgs } from './lbfgs.ts';
import { muon } from './muon.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';
import { lion, rprop } from './sign.ts';

/** Every optimizer by its id in the parameter table. */
export const optimizers: Readonly<Record<Config['optimizer'], Optimizer>> = {
  sgd,
  rmsprop,
  adagrad,
  adam,
  adamw,
  nadam,
  radam,
  adamax,
  adadelta,
  rprop,
  asgd,
  lion,
  muon,
  lamb,
  adafactor,
  sfsgd: scheduleFreeSgd,
  sfadamw: scheduleFreeAdamW,
  lbfgs,
};
