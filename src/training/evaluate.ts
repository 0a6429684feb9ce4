/** Evaluation of the validation and test splits in evaluation mode, in padded pieces of one fixed size. */
import type { Executor } from '../graph/executor.ts';
import { metricValue } from '../tasks/metrics.ts';
import type { Split, Task } from '../tasks/task.ts';
import type { ProgramSizes } from './program-shape.ts';
import { evaluationBatch } from './program-shape.ts';

/** What the model says of one split. */
export interface SplitResult {
  /** Mean data loss, without dropout, smoothing or penalties. NaN for an empty split. */
  readonly loss: number;
  /** Accuracy, or error in original units. */
  readonly metric: number;
  /** `[count × outputs]` logits or standardised outputs. */
  readonly outputs: Float32Array;
  /** ReLU layers in which no unit was above 0 on any example. */
  readonly deadLayers: readonly string[];
}

/** Row ranges of the held-out data: validation first, then test. */
export type HeldOut = 'validation' | 'test';

/** How a split is evaluated. */
export interface EvaluateOptions {
  /** Numbers of the loss by name. */
  readonly scalars: Readonly<Record<string, number>>;
  /** The `evaluate` graph to run: that of the raw weights, or of their average. */
  readonly graph: string;
  /** Called between pieces. */
  readonly breathe?: (() => Promise<void>) | undefined;
}

/** Evaluates a split with the executor's present parameters. */
export async function evaluateSplit(
  executor: Executor,
  task: Task,
  which: HeldOut,
  sizes: ProgramSizes,
  options: EvaluateOptions,
): Promise<SplitResult> {
  const split = task[which];
  const first = which === 'validation' ? 0 : task.validation.count;
  const batch = evaluationBatch(sizes);
  const outputs = new Float32Array(split.count * sizes.outputs);
  const activity = new Map<string, boolean>();
  let sum = 0;
  for (let start = 0; start < split.count; start += batch) {
    if (start > 0) await options.breathe?.();
    const count = Math.min(batch, split.count - start);
    // Padded with the piece's own first row, so that padding cannot bring a dead unit to life.
    const rows = Float32Array.from({ length: batch }, (_, i) => first + start + (i < count ? i : 0));
    const results = await executor.evaluate(options.graph, { step: 0, scalars: options.scalars, tensors: { rows } });
    outputs.set(results['output']?.values.subarray(0, count * sizes.outputs) ?? [], start * sizes.outputs);
    sum += results['losses']?.values.subarray(0, count).reduce((total, loss) => total + loss, 0) ?? Number.NaN;
    for (const [name, { values }] of Object.entries(results))
      if (name.startsWith('active.'))
        activity.set(name.slice(7), (activity.get(name.slice(7)) ?? false) || values.some((rowsActive) => rowsActive > 0));
  }
  const deadLayers = [...activity].flatMap(([layer, alive]) => (alive ? [] : [layer]));
  return { loss: sum / split.count, metric: metricOrNaN(task, split, outputs), outputs, deadLayers };
}

function metricOrNaN(task: Task, split: Split, outputs: Float32Array): number {
  return split.count === 0 ? Number.NaN : metricValue(task, outputs, split);
}
