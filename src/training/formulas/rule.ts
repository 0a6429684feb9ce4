/** The rule of a configuration's optimizer as it stands for the first weight, once training is under way: what the page shows before any step. */
import type { Parameter } from '../../models/model.ts';
import type { Config } from '../../params/config.ts';
import { ownMomentum } from '../../params/momentum-role.ts';
import { optimizers } from '../optimizers/optimizers.ts';
import type { Memory } from '../optimizers/optimizer.ts';
import { structureOf } from '../optimizers/optimizer.ts';
import { formulas } from './formulas.ts';

/** Far enough that RAdam has left its first steps. */
const step = 100;

/** The lines; none for a model without weights. */
export function ruleOf(config: Config, layout: readonly Parameter[]): readonly string[] {
  const [parameter] = layout;
  if (!parameter) return [];
  const { learningRate } = config;
  const before = { config, step: 0, learningRate, momentum: ownMomentum(config), memory: {} as Memory };
  const { remember, scalars } = optimizers[config.optimizer];
  const moment = { ...before, step, memory: remember?.(before) ?? {} };
  return formulas[config.optimizer].lines({
    ...moment,
    structure: structureOf(config),
    scalars: scalars(moment),
    parameter,
    layout,
    decays: config.decay === 'all' || parameter.role === 'weight',
  });
}
