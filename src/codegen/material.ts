/**
 * What the generator is handed: a run as numbers, already worked out by those who know data, models and plans.
 * Idea: everything that follows from more than the parameter table arrives here as plain values; what is left is writing.
 */
import type { Change } from '../params/changes.ts';
import type { Config } from '../params/config.ts';
import type { TaskKind } from '../params/task-kind.ts';

/** A stretch of a run between two live changes: what was in force from `step` on. */
export interface Phase {
  readonly step: number;
  readonly config: Config;
  /** Planned end T of the whole run, seen from here. */
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  /** The rate that schedules start from, scaled with the batch where that is asked for, and the steps of the warm-up. */
  readonly rate: number;
  readonly warmupSteps: number;
  /** Where the present batch size took over: the step, the epochs done by then, and the steps its epoch still had. */
  readonly anchor: { readonly step: number; readonly epoch: number; readonly share: number; readonly stepsLeft: number };
  /** Weight of each class in the loss, where they do not count alike. */
  readonly classWeights?: readonly number[];
}

/** Examples of one split, in the product's layout: images `[height, width, channels]`; rows of tokens with what follows each token as targets. */
export interface MaterialSplit {
  readonly count: number;
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  /** Of rows of tokens: 1 where a target counts, 0 elsewhere; absent where all do, or where that is the same in every row. */
  readonly weights?: Float32Array;
}

/** One learned tensor in the product's layout: linear weights `[in, out]`, kernels `[height, width, in, out]`. */
export interface MaterialTensor {
  readonly name: string;
  /** The layer that it belongs to where its name does not begin with it. */
  readonly layer?: string;
  readonly shape: readonly number[];
  /** A `gain` multiplies the units of a normalised layer; rows of an `embedding` are looked up. */
  readonly role: 'weight' | 'bias' | 'gain' | 'embedding';
  readonly values: Float32Array;
}

/** What one step of the product's run said, as columns; evaluations as rows of step, loss, metric and, after pretraining, loss on the old text. */
export interface Expected {
  readonly loss: readonly number[];
  readonly learningRate: readonly number[];
  readonly momentum: readonly number[];
  readonly evaluations: readonly (readonly [step: number, loss: number, metric: number, oldLoss?: number])[];
  /** Set if the run came to its end within the steps recorded. */
  readonly end?: { readonly reason: string; readonly step: number; readonly bestStep: number };
}

/** A random tensor that training draws: its site and the axes of one example. */
export interface RandomSite {
  readonly site: number;
  readonly shape: readonly number[];
}

/** What a script about rows of tokens needs beside the rest. */
export interface MaterialLanguage {
  /** `tokenizer.json`, as Hugging Face's libraries read it. */
  readonly tokenizer: string;
  /** What its tokens are; `words` stand with blanks between. */
  readonly tokens: 'characters' | 'bytePairs' | 'words';
  /** Tokens of a row before the first that counts where the task is judged; 0 where all count. */
  readonly promptLength: number;
  /** The tokens of a prompt count in training. */
  readonly trainsOnPrompt: boolean;
  /** The loss is about the targets that the weights of the splits say, wherever they stand in a row. */
  readonly masksPrompts: boolean;
  /** Mean characters of a held-out token, for bits per character. */
  readonly charactersPerToken: number;
}

/** Everything about a run that a script needs. */
export interface RunMaterial {
  /** The link of the run, `#` included. */
  readonly link: string;
  readonly taskName: string;
  readonly modelName: string;
  readonly kind: TaskKind;
  /** Set for a task of language, and for no other. */
  readonly language?: MaterialLanguage;
  readonly inputShape: readonly number[];
  readonly outputs: number;
  /** Standard deviation of the regression target, to tell errors in original units; 1 for classes. */
  readonly targetScale: number;
  readonly changes: readonly Change[];
  /** At least one, by step. */
  readonly phases: readonly Phase[];
  readonly train: MaterialSplit;
  readonly validation: MaterialSplit;
  readonly test: MaterialSplit;
  /** Held-out rows of the text that a pretrained model was trained on, where the run starts from one. */
  readonly old?: MaterialSplit;
  /** What is trained. */
  readonly parameters: readonly MaterialTensor[];
  /** What stays as it is where a part of a pretrained network is trained, in the network's order; with LoRA all of it. */
  readonly fixed?: readonly MaterialTensor[];
  /** Orders of the first epochs, `[epochs, train.count]`; one where all share it, none where it is that of the data. */
  readonly order: Uint16Array | Int32Array;
  /** Epochs that the run goes through, the last one perhaps in part. */
  readonly epochs: number;
  /** Sites of dropout on hidden layers, in the order of the forward pass. */
  readonly hiddenDropout: readonly RandomSite[];
  readonly inputDropoutSite: number;
  readonly inputNoiseSite: number;
  readonly gradientNoiseSite: number;
  /** Steps whose masks and noise are handed on, those of `expected`. */
  readonly expected: Expected;
}
