/** All optimizers by the name they have in the parameter table. */
import type { Config } from '../../params/config.ts';
import { adagrad, rmsprop } from './adaptive.ts';
import { adam, adamw } from './adam.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

/** Every optimizer by its id in the parameter table. */
export const optimizers: Readonly<Record<Config['optimizer'], Optimizer>> = { sgd, rmsprop, adagrad, adam, adamw };
