/** What follows from the task alone: the kind of answer, and how many examples there are to train on. */
import type { Facts } from './kinds.ts';
import { sequenceSpace, textCharacters } from './language-sizes.ts';
import { leastCharacters } from './token-lengths.ts';

/** `binary`: one logit. `multiclass`: one logit for each class. `regression`: linear outputs. `language`: at each token a logit for each that may follow. */
export type TaskKind = 'binary' | 'multiclass' | 'regression' | 'language';
/** Kinds of answer that are given once for each row of a table. */
export type TableKind = Exclude<TaskKind, 'language'>;

/** The kind of answer that a task asks for. Blobs with two classes are binary. */
export function taskKind(config: Pick<Facts, 'task' | 'classes'>): TaskKind {
  if (isLanguageTask(config.task)) return 'language';
  if (config.task === 'curve' || config.task === 'surface') return 'regression';
  if (config.task === 'digits' || config.task === 'penguins') return 'multiclass';
  return config.task === 'blobs' && config.classes !== 2 ? 'multiclass' : 'binary';
}

/** A task whose examples are rows of tokens with one right completion. */
export type SequenceName = Extract<Facts['task'], 'copy' | 'reverse' | 'addition' | 'modular'>;
/** A task whose examples are rows of tokens. */
export type LanguageTaskName = 'text' | SequenceName;
/** A task whose examples are rows of a table. */
export type TableTaskName = Exclude<Facts['task'], LanguageTaskName>;

/** Whether the examples of a task are prompts, each with its one right completion. */
export function isSequenceTask(task: Facts['task']): task is SequenceName {
  return task === 'copy' || task === 'reverse' || task === 'addition' || task === 'modular';
}

/** A text part of which is prompt: it says what the rest is an answer to. */
export type PromptedText = Extract<Facts['text'], 'plays'>;

/** Whether a text says which of its characters are prompt. */
export function isPrompted(text: Facts['text']): text is PromptedText {
  return text === 'plays';
}

/** Whether the examples of a task are rows of tokens. */
export function isLanguageTask(task: Facts['task']): task is LanguageTaskName {
  return task === 'text' || isSequenceTask(task);
}

/** Whether the examples are drawn by formula rather than taken from a fixed collection, so that noise can be added to them. */
export function isGenerated(config: Pick<Facts, 'task'>): boolean {
  return config.task !== 'digits' && config.task !== 'penguins' && !isLanguageTask(config.task);
}

const generatedMaximum = 5000;
const sequencesMaximum = 50_000;
const digitsPool = 10_000;
/** Images of the rarest digit among those. */
const rarestDigit = 863;
const penguinsPool = 333;

/** What the number of examples depends on. */
export type PoolFacts = Pick<Facts, 'task' | 'split' | 'balance' | 'text' | 'context' | 'length' | 'modulus'>;

/** Largest training split that the task can give at this share of training examples and this class balance. */
export function maxTrainingSize(config: PoolFacts): number {
  if (isGenerated(config)) return generatedMaximum;
  // The small term keeps 10,000 × 0.7 from becoming 6,999.
  const held = Math.floor(poolOf(config) * config.split + 1e-9);
  return isSequenceTask(config.task) ? Math.min(sequencesMaximum, held) : held;
}

/** About how many windows of a text there are to train on, rather more than fewer; of a text of your own the most that there can be. */
export function likelyWindows(config: PoolFacts & Pick<Facts, 'model' | 'tokenizer' | 'vocabulary'>): number {
  return Math.min(maxTrainingSize(config), Math.ceil((poolOf(config) * config.split) / leastCharacters(config)));
}

/** Examples that there are in all. Of a text that is an upper bound: windows of single characters. */
function poolOf(config: PoolFacts): number {
  const { task } = config;
  if (task === 'text') return textCharacters[config.text] / config.context;
  if (isSequenceTask(task)) return sequenceSpace(task, config);
  return task === 'digits' ? Math.min(digitsPool, rarestDigit / commonestShare(10, config.balance)) : penguinsPool;
}

/** Share of the commonest of `classes` classes whose sizes fall geometrically to `balance` times the first. */
function commonestShare(classes: number, balance: number): number {
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += balance ** (k / (classes - 1));
  return 1 / sum;
}
