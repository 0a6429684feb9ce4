/** How much each token of a text surprises a model, and what it would rather have read. */
import { decoderOf } from './language-model.ts';
import type { LanguageModel } from './language-model.ts';
import { descending, logSumExp, tokenAtRank } from './ranking.ts';
import { Reader } from './reader.ts';
import type { Reading } from './reader.ts';

/** A token and its probability, 0 … 1. */
export interface Alternative {
  readonly token: number;
  readonly probability: number;
}

/** What the model makes of one token, having seen those before it. */
export interface TokenLoss {
  readonly kind: 'judged';
  /** Its place in the text, from 1 on: nothing predicts the first token. */
  readonly place: number;
  readonly token: number;
  /** −ln of its probability, nats. */
  readonly loss: number;
  /** The likeliest tokens, likeliest first; the token itself may be among them. */
  readonly alternatives: readonly Alternative[];
}

/**
 * Judges every token but the first, each with `count` alternatives, and yields `Reading` where more must be read. A text beyond the context is
 * seen through the window of `window.ts`, as it is when it is made. Throws `OutputsNotFinite`.
 */
export function* tokenLosses(
  model: Pick<LanguageModel, 'options' | 'weights'>,
  tokens: ArrayLike<number>,
  count: number,
): Generator<Reading | TokenLoss, void> {
  const reader = new Reader(decoderOf(model));
  for (let place = 1; place < tokens.length; place++) {
    const logits = yield* reader.logitsAfter(tokens, place);
    const token = tokens[place]!;
    const total = logSumExp(logits);
    const sorted = descending(logits);
    const alternatives = Array.from(sorted.subarray(0, count), (logit, rank) => {
      return { token: tokenAtRank(logits, sorted, rank), probability: Math.exp(logit - total) };
    });
    yield { kind: 'judged', place, token, loss: total - logits[token]!, alternatives };
  }
}
