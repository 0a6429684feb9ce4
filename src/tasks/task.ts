/**
 * What a task is to the rest of the program: standardised examples in three splits, and how to read its answers.
 * Knows nothing of models or training.
 */
import type { TableKind } from '../params/task-kind.ts';
import type { SomeTokenizer } from './tokenizers/tokenizer-json.ts';

/** Examples of one split. */
export interface Split {
  readonly count: number;
  /** `[count, ...inputShape]`, standardised by training-split statistics. */
  readonly inputs: Float32Array;
  /** Class indices `[count]`, or standardised targets `[count × outputs]`. */
  readonly targets: Float32Array;
}

/** Examples that are rows of tokens, as whole numbers in floats: inputs and targets are `[count, context]`, target i following input i. */
export interface TokenSplit extends Split {
  /**
   * 1 where a target counts in the loss, 0 elsewhere, `[count, context]`; absent where all count. Every target that counts counts alike: the loss of a row
   * is the sum of theirs, by how many a row of the split has on average.
   */
  readonly weights?: Float32Array;
}

/** `x_standardised = (x − mean) / scale`, per column. */
export interface Standardization {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

/** A task: its examples and what they mean. */
export type Task = TableTask | LanguageTask;

/** A task whose examples are rows of a table. */
export interface TableTask {
  /** In words, for titles: `Spiral`. */
  readonly name: string;
  readonly kind: TableKind;
  /** Axes of one input: `[2]`, `[784]` or `[28, 28, 1]` are all given as `[28, 28, 1]` for images; an MLP flattens. */
  readonly inputShape: readonly number[];
  /** Logits or regression outputs. */
  readonly outputs: number;
  readonly classNames: readonly string[];
  readonly inputNames: readonly string[];
  readonly targetName: string;
  readonly inputStandardization: Standardization;
  readonly targetStandardization: Standardization;
  readonly train: Split;
  readonly validation: Split;
  readonly test: Split;
  readonly droppedRows: number;
  /** Fingerprint of all values, hexadecimal; equal data, equal hash. Of language, that of the tokens follows behind a point. */
  readonly hash: string;
}

/** Weights of a pretrained model. */
export interface StartingWeights {
  /** All parameters, in the order of the model as it was pretrained. */
  readonly weights: Float32Array;
  /** Whether its head was its table of tokens. */
  readonly tiedHead: boolean;
  /** Fingerprint of the model, hexadecimal: runs from other weights are other runs. */
  readonly fingerprint: string;
}

/** A task of language: each token is predicted from those before it. `inputShape` is `[context]`, `outputs` the number of tokens. */
export interface LanguageTask extends Omit<TableTask, 'kind' | 'train' | 'validation' | 'test'> {
  readonly kind: 'language';
  readonly tokenizer: SomeTokenizer;
  readonly train: TokenSplit;
  readonly validation: TokenSplit;
  readonly test: TokenSplit;
  /** Of a text: all the windows that its part for training gives, of which at most as many as asked for are taken, and rows replayed beside those. */
  readonly windows?: { readonly available: number; readonly replayed: number };
  /** Tokens that are given before the first that counts; 0 for text, where all count. */
  readonly promptLength: number;
  /** The prompts of a text, wherever in a row they stand, are left out of the loss, in training and where the task is judged. */
  readonly masksPrompts: boolean;
  /** The tokens of a prompt count in training, though never where the task is judged. */
  readonly trainsOnPrompt: boolean;
  /** What the model starts from, where that is a pretrained one. */
  readonly start?: StartingWeights;
  /** Held-out windows of the text that it was pretrained on: what of it is forgotten shows here. */
  readonly old?: TokenSplit;
  /** Mean characters of a token of the held-out text, for losses per character that do not depend on the tokenizer. */
  readonly charactersPerToken: number;
}
