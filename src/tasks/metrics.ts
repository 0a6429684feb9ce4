/** What the answers of a model are worth: accuracy for classes, error in original units for values. Takes raw outputs (logits). */
import { bitsPerCharacter, exactMatch } from './language-metrics.ts';
import type { LanguageTask, Split, TableTask, Task } from './task.ts';

/** The headline figure of a task. */
export interface Metric {
  readonly name: 'accuracy' | 'RMSE' | 'exact match' | 'bits per character';
  readonly unit: string;
  readonly better: 'higher' | 'lower';
}

/** Names of what an evaluation tells of each row. */
export const answerNames = ['output', 'tokenLosses', 'tokenRight'] as const;

/**
 * What a model says of the rows of a split. Of a table: `output` `[count × outputs]`, logits or standardised values. Of rows of tokens, for each target
 * `[count × context]`: its loss, and 1 where no token was likelier.
 */
export type Answers = Readonly<Partial<Record<(typeof answerNames)[number], Float32Array>>>;

/** Accuracy (0 … 1), root mean squared error in the units of the target, share of answers right to the last token, or the loss of a text in bits. */
export function metricOf(task: Pick<TableTask, 'kind'> | Pick<LanguageTask, 'kind' | 'promptLength' | 'masksPrompts'>): Metric {
  if (task.kind === 'language')
    return task.promptLength > 0
      ? { name: 'exact match', unit: '', better: 'higher' }
      : { name: 'bits per character', unit: task.masksPrompts ? 'prompts masked' : '', better: 'lower' };
  return task.kind === 'regression' ? { name: 'RMSE', unit: '', better: 'lower' } : { name: 'accuracy', unit: '', better: 'higher' };
}

/** Class of one example: binary 1 if z > 0; else the largest logit, the first of equals. */
function classAt(task: Pick<TableTask, 'kind' | 'outputs'>, outputs: Float32Array, example: number): number {
  if (task.kind === 'binary') return outputs[example]! > 0 ? 1 : 0;
  const begin = example * task.outputs;
  let best = 0;
  for (let k = 1; k < task.outputs; k++) if (outputs[begin + k]! > outputs[begin + best]!) best = k;
  return best;
}

/** Share of right answers; `outputs` is `[count × task.outputs]`. */
export function accuracy(task: Pick<TableTask, 'kind' | 'outputs'>, outputs: Float32Array, split: Split): number {
  let right = 0;
  for (let i = 0; i < split.count; i++) right += Number(classAt(task, outputs, i) === split.targets[i]);
  return right / split.count;
}

/** Root mean squared error in original units; outputs and targets are standardised. */
export function rootMeanSquaredError(task: Pick<TableTask, 'targetStandardization'>, outputs: Float32Array, split: Split): number {
  const { scale } = task.targetStandardization;
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) {
    const error = (outputs[i]! - split.targets[i]!) * scale[i % scale.length]!;
    sum += error * error;
  }
  return Math.sqrt(sum / outputs.length);
}

/** The value of `metricOf(task)`; `loss` is the mean loss of the split. */
export function metricValue(task: Task, answers: Answers & { readonly loss: number }, split: Split): number {
  if (task.kind === 'language')
    return task.promptLength > 0 ? exactMatch(answers.tokenRight ?? [], split) : bitsPerCharacter(answers.loss, task.charactersPerToken);
  const { output: outputs = new Float32Array() } = answers;
  return task.kind === 'regression' ? rootMeanSquaredError(task, outputs, split) : accuracy(task, outputs, split);
}

/** The answer for each example and the probability given to it (logistic of one logit, softmax of several). */
export function predictClasses(
  task: Pick<TableTask, 'kind' | 'outputs'>,
  outputs: Float32Array,
): { readonly predicted: Uint8Array; readonly probability: Float32Array } {
  const count = outputs.length / task.outputs;
  const predicted = Uint8Array.from({ length: count }, (_, i) => classAt(task, outputs, i));
  const probability = Float32Array.from({ length: count }, (_, i) => {
    if (task.kind === 'binary') return 1 / (1 + Math.exp(-Math.abs(outputs[i]!)));
    const logits = outputs.subarray(i * task.outputs, (i + 1) * task.outputs);
    const top = logits[predicted[i]!]!;
    return 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0);
  });
  return { predicted, probability };
}

/** Counts `[true class × predicted class]`, row-major. */
export function confusionCounts(task: Pick<TableTask, 'classNames'>, predicted: Uint8Array, split: Split): Uint32Array {
  const classes = task.classNames.length;
  const counts = new Uint32Array(classes * classes);
  predicted.forEach((answer, i) => counts[split.targets[i]! * classes + answer]!++);
  return counts;
}
