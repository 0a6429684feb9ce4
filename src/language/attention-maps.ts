/** Where a GPT looks: how much each token of a text attends to those before it, for each layer and head. */
import type { GptOptions } from '../models/gpt.ts';
import { GptDecoder } from './gpt-decoder.ts';
import type { LanguageModel } from './language-model.ts';
import type { Reading } from './reader.ts';

/** Maps of one text. */
export interface AttentionMaps {
  readonly heads: number;
  /** Tokens of the text. */
  readonly length: number;
  /** For each layer `[heads, length, length]`: share of the second token in what the first sees; rows sum to 1, later tokens have 0. */
  readonly layers: readonly Float32Array[];
}

/** The maps of at most a context of tokens; yields after each token. Throws `RangeError` if there are more. */
export function* attentionMaps(
  { options, weights }: Pick<LanguageModel<GptOptions>, 'options' | 'weights'>,
  tokens: ArrayLike<number>,
): Generator<Reading, AttentionMaps> {
  const { context, depth, heads } = options;
  const { length } = tokens;
  if (length > context) throw new RangeError(`The model sees ${context} tokens at once, not ${length}.`);
  const decoder = new GptDecoder(options, weights);
  const layers = Array.from({ length: depth }, () => new Float32Array(heads * length * length));
  for (let row = 0; row < length; row++) {
    decoder.read(tokens[row]!);
    for (const [index, attention] of decoder.attention().entries())
      for (let head = 0; head < heads; head++)
        layers[index]!.set(attention.subarray(head * context, head * context + row + 1), (head * length + row) * length);
    yield { kind: 'reading', left: length - row - 1 };
  }
  return { heads, length, layers };
}
