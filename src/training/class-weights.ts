/** How much each training example counts in the loss, by its class. Only ratios count: the step divides by the sum over the batch. */
import type { Config } from '../params/config.ts';
import type { Task } from '../tasks/task.ts';

/** The weight of each class, in label order; nothing if all count alike. `balanced`: N/(K·n), as scikit-learn has it. */
export function classWeights(
  config: Pick<Config, 'classWeights' | 'weightList'>,
  task: Pick<Task, 'kind' | 'classNames' | 'train'>,
): readonly number[] | undefined {
  if (config.classWeights === 'none' || task.kind === 'regression' || task.kind === 'language') return undefined;
  const classes = task.classNames.length;
  if (config.classWeights === 'typed') {
    const weights = task.classNames.map((_, k) => config.weightList[Math.min(k, config.weightList.length - 1)] ?? 1);
    // With nothing that counts there is nothing to learn from.
    return weights.some((weight) => weight > 0) ? weights : undefined;
  }
  const counts = new Array<number>(classes).fill(0);
  for (const label of task.train.targets) counts[label] = (counts[label] ?? 0) + 1;
  return counts.map((count) => (count === 0 ? 1 : task.train.count / (classes * count)));
}

/** The weights of a batch's rows, padding at 0, and their sum. A batch without weight counts as one of weight 1, so that it moves nothing. */
export function weighRows(
  rows: Float32Array,
  present: Float32Array,
  weights: readonly number[],
  targets: Float32Array,
): { readonly weights: Float32Array; readonly sum: number } {
  const result = present.map((one, i) => one * (weights[targets[rows[i] ?? 0] ?? 0] ?? 1));
  const sum = result.reduce((total, weight) => total + weight, 0);
  return { weights: result, sum: sum > 0 ? sum : 1 };
}
