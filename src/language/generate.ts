/**
 * Goes on with a text, token by token, as a generator: who drives it shows what comes, and stops by pulling no more.
 *
 * What comes is a pure function of weights, prompt and sampling. Token n sees tokens `windowStart(n)` … n − 1, as if all that is before it had
 * been the prompt.
 */
import { decoderOf } from './language-model.ts';
import type { LanguageModel } from './language-model.ts';
import { Reader } from './reader.ts';
import type { Reading } from './reader.ts';
import type { Sampling } from './sampling.ts';
import { chooseToken } from './sampling.ts';
import { TextStream } from './text-stream.ts';

/** What to go on with, how far, and how to choose. */
export interface GenerationRequest extends Sampling {
  /** At least one token long. */
  readonly prompt: string;
  /** Tokens to make. */
  readonly count: number;
}

/** A token that was made. */
export interface Made {
  readonly kind: 'made';
  readonly token: number;
  /** What it adds to the text; empty while a character is not whole. */
  readonly text: string;
}

/**
 * Yields the tokens made, and `Reading` while the prompt, or a full context, is read. Throws `UnknownSymbols` for a prompt that the tokenizer
 * cannot write, `RangeError` for an empty one and for settings out of range, `OutputsNotFinite` where the model makes no sense any more.
 */
export function* generate(model: LanguageModel, { prompt, count, ...sampling }: GenerationRequest): Generator<Reading | Made, void> {
  const tokens = Array.from(model.tokenizer.encode(prompt));
  const reader = new Reader(decoderOf(model));
  const stream = new TextStream(model.tokenizer, tokens);
  for (let made = 1; made <= count; made++) {
    const logits = yield* reader.logitsAfter(tokens, tokens.length);
    const token = chooseToken(logits, sampling, tokens.length);
    tokens.push(token);
    yield { kind: 'made', token, text: stream.add(token, made === count) };
  }
}
