/** What a run takes of the machine, known from shapes alone. */
import { flopsOf, peakBytesOf } from '../graph/cost.ts';
import type { Model } from '../models/model.ts';
import type { Config } from '../params/config.ts';
import type { Task } from '../tasks/task.ts';
import { heldOutParts } from '../training/evaluate.ts';
import { optimizers } from '../training/optimizers/optimizers.ts';
import { programShape } from '../training/program-shape.ts';
import type { Setup } from '../training/setup.ts';
import { stepGraph } from '../training/step-graph.ts';
import type { Cost } from './trainer.ts';

const floatBytes = 4;

/** The cost of a configuration. */
export function costOf(config: Config, { model, sizes, task }: Setup): Cost {
  const step = stepGraph(model, sizes, programShape(config));
  const vectors = 2 + optimizers[config.optimizer].slots.length;
  return {
    flopsPerStep: flopsOf(step),
    stateBytes: floatBytes * vectors * model.parameterCount,
    dataBytes: floatBytes * (valuesIn(task) + fixedCount(model)),
    stepBytes: peakBytesOf(step),
  };
}

/** Numbers of a model that stay as they are. */
export function fixedCount({ fixed = [] }: Pick<Model, 'fixed'>): number {
  return fixed.reduce((sum, { values }) => sum + values.length, 0);
}

function valuesIn(task: Task): number {
  const more = task.kind === 'language' && task.masksPrompts ? 2 : 1;
  return [task.train, ...heldOutParts(task)].reduce((sum, { inputs, targets }) => sum + inputs.length + more * targets.length, 0);
}
