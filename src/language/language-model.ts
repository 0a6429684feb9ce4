/** A language model as it is used: sizes, weights and tokenizer. */
import type { LanguageOptions } from '../models/build-language-model.ts';
import type { Tokenizer } from '../tasks/tokenizers/tokenizer.ts';
import type { Decoder } from './decoder.ts';
import { GptDecoder } from './gpt-decoder.ts';
import { RecurrentDecoder } from './recurrent-decoder.ts';

/** A model with what it has learned. */
export interface LanguageModel<Options extends LanguageOptions = LanguageOptions> {
  readonly options: Options;
  /** The flat vector of all parameters, in the model's order. */
  readonly weights: Float32Array;
  /** As many tokens as `options.vocabulary` says. */
  readonly tokenizer: Tokenizer;
}

/** A decoder over the weights, which are read in place. Throws `RangeError` if there are too few or too many. */
export function decoderOf({ options, weights }: Pick<LanguageModel, 'options' | 'weights'>): Decoder {
  return 'cell' in options ? new RecurrentDecoder(options, weights) : new GptDecoder(options, weights);
}
