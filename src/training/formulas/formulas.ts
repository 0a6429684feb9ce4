/** The rules of all optimizers by the name they have in the parameter table. */
import type { Config } from '../../params/config.ts';
import type { Formula } from './formula.ts';
import { adam, adamax, adamw, lamb, nadam, radam } from './moments.ts';
import { adafactor, lbfgs, lion, muon, rprop } from './others.ts';
import { adadelta, adagrad, asgd, rmsprop, scheduleFreeAdamW, scheduleFreeSgd, sgd } from './plain.ts';

/** Every rule by the id of its optimizer. */
export const formulas: Readonly<Record<Config['optimizer'], Formula>> = {
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
