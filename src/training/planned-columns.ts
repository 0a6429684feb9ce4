/** The columns of a chunk that are known before its steps are run: where each step stands, and its rate and momentum. */
import { cyclesMomentum } from '../params/momentum-role.ts';
import { isSteadyFrom, learningRateAt } from '../schedule/learning-rate.ts';
import { momentumAt } from '../schedule/momentum.ts';
import type { ColumnMemory } from '../shared/column-memory.ts';
import { constantColumn } from '../shared/constant-column.ts';
import type { Deal } from '../tasks/batches.ts';
import type { MutableCounters } from './run-state.ts';
import type { StepColumns } from './run-types.ts';

/** What a step does not have to be taken for. */
export type PlannedColumns = Pick<StepColumns, 'step' | 'epoch' | 'examples' | 'learningRate' | 'momentum' | 'gradients'>;

/** The columns of dealt batches from the cursor on, in `memory`. `rateAt`: the rates, in place of the schedule's. */
export function plannedColumns(
  { config, plan, plateau, rateFactor, cursor }: MutableCounters,
  { counts, epochs }: Deal,
  memory: ColumnMemory,
  rateAt?: (step: number) => number,
): PlannedColumns {
  const { length } = counts;
  const [step, examples] = [memory('step', length), memory('examples', length)];
  let total = cursor.examples;
  for (let i = 0; i < length; i++) {
    step[i] = cursor.step + i;
    examples[i] = total += counts[i]!;
  }
  const scheduled = (at: number) => learningRateAt(config, plan, at, plateau) * rateFactor;
  const isSteady = rateAt === undefined && isSteadyFrom(config, plan, cursor.step);
  /** A value for each step, asked for once if it is the same for all. */
  const column = (name: string, isConstant: boolean, valueAt: (step: number) => number): Float64Array => {
    if (isConstant && length > 0) return constantColumn(valueAt(cursor.step), length);
    const values = memory(name, length);
    for (let i = 0; i < length; i++) values[i] = valueAt(cursor.step + i);
    return values;
  };
  return {
    step,
    epoch: epochs,
    examples,
    learningRate: column('learningRate', isSteady, rateAt ?? scheduled),
    momentum: column('momentum', !cyclesMomentum(config), (at) => momentumAt(config, plan, at)),
    gradients: constantColumn(config.sam > 0 ? 2 : 1, length),
  };
}
