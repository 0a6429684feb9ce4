/** Evaluation of the validation and test splits in evaluation mode, in padded pieces of one fixed size. */
import type { Executor } from '../graph/executor.ts';
import type { Answers } from '../tasks/metrics.ts';
import { answerNames, metricValue } from '../tasks/metrics.ts';
import type { Split, Task } from '../tasks/task.ts';
import type { ProgramSizes } from './program-shape.ts';
import { evaluationBatch } from './program-shape.ts';
import type { UnitShares } from './run-types.ts';
import { UnitTally } from './unit-health.ts';

/** What the model says of one split. */
export interface SplitResult {
  /** Mean data loss, without dropout, smoothing or penalties. NaN for an empty split. */
  readonly loss: number;
  /** The value of `metricOf`. */
  readonly metric: number;
  /** What the model says of each row. */
  readonly answers: Answers;
  /** Units that do no work, by layer. */
  readonly units: Readonly<Record<string, UnitShares>>;
}

/** What is held out, in the order of the table that it makes; `old` is of the text that a model was pretrained on. */
const heldOutNames = ['validation', 'test', 'old'] as const;
/** A part of what is held out. */
export type HeldOut = (typeof heldOutNames)[number];

/** A part of a task's held-out rows; the old text only where there is one. */
function heldOutPart(task: Task, which: HeldOut): Split | undefined {
  if (which !== 'old') return task[which];
  return task.kind === 'language' ? task.old : undefined;
}

/** Whether a task can tell what is forgotten. */
export function hasOldText(task: Task): boolean {
  return heldOutPart(task, 'old') !== undefined;
}

/** All that a task holds out, one part after another. */
export function heldOutParts(task: Task): readonly Split[] {
  return heldOutNames.flatMap((which) => heldOutPart(task, which) ?? []);
}

/** How a split is evaluated. */
export interface EvaluateOptions {
  /** Numbers of the loss by name. */
  readonly scalars: Readonly<Record<string, number>>;
  /** The `evaluate` graph to run: that of the raw weights, or of their average. */
  readonly graph: string;
  /** Called between pieces. */
  readonly breathe?: (() => Promise<void>) | undefined;
}

/** Evaluates a split with the executor's present parameters. Throws `RangeError` for one that the task does not have. */
export async function evaluateSplit(
  executor: Executor,
  task: Task,
  which: HeldOut,
  sizes: ProgramSizes,
  options: EvaluateOptions,
): Promise<SplitResult> {
  const split = heldOutPart(task, which);
  if (split === undefined) throw new RangeError(`the task holds out no ${which} rows`);
  const before = heldOutNames.slice(0, heldOutNames.indexOf(which)).flatMap((name) => heldOutPart(task, name) ?? []);
  const first = before.reduce((sum, { count }) => sum + count, 0);
  const batch = evaluationBatch(sizes);
  const answers: Record<string, Float32Array> = {};
  const tally = new UnitTally();
  let sum = 0;
  for (let start = 0; start < split.count; start += batch) {
    if (start > 0) await options.breathe?.();
    const count = Math.min(batch, split.count - start);
    const rows = rowsFrom(first + start, count, batch);
    const present = new Float32Array(batch).fill(1, 0, count);
    const results = await executor.evaluate(options.graph, { step: 0, scalars: options.scalars, tensors: { rows, present } });
    for (const name of answerNames) {
      const values = results[name]?.values;
      if (!values) continue;
      const perRow = values.length / batch;
      (answers[name] ??= new Float32Array(split.count * perRow)).set(values.subarray(0, count * perRow), start * perRow);
    }
    sum += sumOf(results['losses']?.values, count);
    tally.add(results, count);
  }
  const loss = sum / split.count;
  return { loss, metric: split.count === 0 ? Number.NaN : metricValue(task, { ...answers, loss }, split), answers, units: tally.shares() };
}

/** Rows from `first` on; the first again where a piece is filled up. In loops: a function for each example costs as much as a hundred steps. */
function rowsFrom(first: number, count: number, batch: number): Float32Array {
  const rows = new Float32Array(batch).fill(first);
  for (let i = 0; i < count; i++) rows[i] = first + i;
  return rows;
}

function sumOf(values: Float32Array | undefined, count: number): number {
  if (values === undefined) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]!;
  return sum;
}
