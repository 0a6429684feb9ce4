/** A language model as it is used: sizes, weights and tokenizer. */
import type { GptOptions } from '../models/gpt.ts';
import { gpt } from '../models/gpt.ts';
import type { Model } from '../models/model.ts';
import type { RecurrentOptions } from '../models/recurrent.ts';
import { recurrent } from '../models/recurrent.ts';
import type { Tokenizer } from '../tasks/tokenizers/tokenizer.ts';
import type { Decoder } from './decoder.ts';
import { GptDecoder } from './gpt-decoder.ts';
import { RecurrentDecoder } from './recurrent-decoder.ts';

/** Which kind of model, and its sizes: what `gpt` or `recurrent` is called with. */
export type LanguageOptions = GptOptions | RecurrentOptions;

/** A model with what it has learned. */
export interface LanguageModel<Options extends LanguageOptions = LanguageOptions> {
  readonly options: Options;
  /** The flat vector of all parameters, in the model's order. */
  readonly weights: Float32Array;
  /** As many tokens as `options.vocabulary` says. */
  readonly tokenizer: Tokenizer;
}

/** The model of some options, as graph. */
export function modelOf(options: LanguageOptions): Model {
  return 'cell' in options ? recurrent(options) : gpt(options);
}

/** A decoder over the weights, which are read in place. Throws `RangeError` if there are too few or too many. */
export function decoderOf({ options, weights }: Pick<LanguageModel, 'options' | 'weights'>): Decoder {
  return 'cell' in options ? new RecurrentDecoder(options, weights) : new GptDecoder(options, weights);
}
