/** The columns of a chunk that are known before its steps are run: where each step stands, and its rate and momentum. */
import { isSteadyFrom, learningRateAt } from '../schedule/learning-rate.ts';
import { momentumAt } from '../schedule/momentum.ts';
import { constantColumn } from '../shared/constant-column.ts';
import type { Deal } from '../tasks/batches.ts';
import type { MutableCounters } from './run-state.ts';
import type { StepColumns } from './run-types.ts';

/** What a step does not have to be taken for. */
export type PlannedColumns = Pick<StepColumns, 'step' | 'epoch' | 'examples' | 'learningRate' | 'momentum' | 'gradients'>;

/** The columns of dealt batches from the cursor on. `rateAt`: the rates, in place of the schedule's. */
export function plannedColumns(
  { config, plan, plateau, rateFactor, cursor }: MutableCounters,
  { counts, epochs }: Deal,
  rateAt?: (step: number) => number,
): PlannedColumns {
  const [step, examples] = [new Float64Array(counts.length), new Float64Array(counts.length)];
  let total = cursor.examples;
  for (let i = 0; i < counts.length; i++) {
    step[i] = cursor.step + i;
    examples[i] = total += counts[i]!;
  }
  const scheduled = (at: number) => learningRateAt(config, plan, at, plateau) * rateFactor;
  const isSteady = rateAt === undefined && isSteadyFrom(config, plan, cursor.step);
  return {
    step,
    epoch: epochs,
    examples,
    learningRate: column(step, isSteady, rateAt ?? scheduled),
    momentum: column(step, !cyclesMomentum(config), (at) => momentumAt(config, plan, at)),
    gradients: constantColumn(config.sam > 0 ? 2 : 1, counts.length),
  };
}

/** A value for each step, asked for once if it is the same for all. */
function column(steps: Float64Array, isSteady: boolean, valueAt: (step: number) => number): Float64Array {
  return isSteady && steps.length > 0 ? constantColumn(valueAt(steps[0]!), steps.length) : steps.map(valueAt);
}
