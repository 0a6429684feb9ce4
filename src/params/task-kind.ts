/** What follows from the task alone: the kind of answer, and how many examples there are to train on. */
import type { Facts } from './kinds.ts';

/** `binary`: one logit. `multiclass`: one logit for each class. `regression`: linear outputs. */
export type TaskKind = 'binary' | 'multiclass' | 'regression';

/** The kind of answer that a task asks for. Blobs with two classes are binary. */
export function taskKind(config: Pick<Facts, 'task' | 'classes'>): TaskKind {
  if (config.task === 'curve' || config.task === 'surface') return 'regression';
  if (config.task === 'digits' || config.task === 'penguins') return 'multiclass';
  return config.task === 'blobs' && config.classes !== 2 ? 'multiclass' : 'binary';
}

/** Whether the examples are drawn by formula rather than taken from a fixed collection. */
export function isGenerated(config: Pick<Facts, 'task'>): boolean {
  return config.task !== 'digits' && config.task !== 'penguins';
}

const generatedMaximum = 5000;
const digitsPool = 10_000;
/** Images of the rarest digit among those. */
const rarestDigit = 863;
const penguinsPool = 333;

/** Largest training split that the task can give at this share of training examples and this class balance. */
export function maxTrainingSize(config: Pick<Facts, 'task' | 'split' | 'balance'>): number {
  if (isGenerated(config)) return generatedMaximum;
  const pool = config.task === 'digits' ? Math.min(digitsPool, rarestDigit / commonestShare(10, config.balance)) : penguinsPool;
  // The small term keeps 10,000 × 0.7 from becoming 6,999.
  return Math.floor(pool * config.split + 1e-9);
}

/** Share of the commonest of `classes` classes whose sizes fall geometrically to `balance` times the first. */
function commonestShare(classes: number, balance: number): number {
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += balance ** (k / (classes - 1));
  return 1 / sum;
}
