/** The part of a configuration that decides what a language model learns from: equal values here give equal data. */
import type { Config } from '../params/config.ts';
import type { LanguageTaskName, SequenceName } from '../params/task-kind.ts';

/** Everything that the tokens depend on. */
export interface LanguageConfig {
  readonly task: LanguageTaskName;
  readonly text: Config['text'];
  readonly tokenizer: 'characters' | 'bpe';
  /** Most byte-pair tokens, 256 … 4096. */
  readonly vocabulary: number;
  /** Tokens that the model sees at once; sequence tasks have a length of their own. */
  readonly context: number;
  /** Most examples to train on: windows of text, or sequences. */
  readonly trainingSize: number;
  /** Most examples of validation and of test. */
  readonly heldOutSize: number;
  /** Share of blocks or sequences to train on. */
  readonly split: number;
  /** Letters to copy or reverse, or digits of each number to add. */
  readonly length: number;
  readonly modulus: number;
  /** Whether the tokens of a prompt count in training. */
  readonly completionOnly: boolean;
  /** Whether the prompts of a text that has some are left out of the loss. */
  readonly maskPrompts: boolean;
  /** A pretrained model brings its own tokens, and the text that it was trained on. */
  readonly model: Config['model'];
  /** Share of training windows that come from that text, 0 … 0.9. */
  readonly replay: number;
  readonly seed: number;
}

/** What a task of text depends on. */
export type TextConfig = Omit<LanguageConfig, 'task' | 'length' | 'modulus' | 'completionOnly'>;
/** What a sequence task depends on. */
export type SequenceConfig = Pick<
  LanguageConfig,
  'length' | 'modulus' | 'trainingSize' | 'heldOutSize' | 'split' | 'completionOnly' | 'seed'
> & {
  readonly task: SequenceName;
};

const heldOutTokens = 16_384;
const heldOutSequences = 512;

/** Examples that are judged at each evaluation: enough to tell a hundredth of a nat, few enough that looking takes less time than training. */
export function heldOutSize({ task, context }: Pick<LanguageConfig, 'context'> & { readonly task: string }): number {
  return task === 'text' ? Math.ceil(heldOutTokens / context) : heldOutSequences;
}
