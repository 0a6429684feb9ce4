/** Logits as probabilities, likeliest token first. */

/** Tokens and their probabilities, in the same order. */
export interface Ranking {
  readonly tokens: Uint32Array;
  readonly probabilities: Float64Array;
}

/** Outputs that are no numbers, as those of a model whose training has diverged. */
export class OutputsNotFinite extends Error {
  override readonly name = 'OutputsNotFinite';

  constructor() {
    super('The model’s outputs are not finite numbers.');
  }
}

/** ln Σ e^logit. Throws `OutputsNotFinite`. */
export function logSumExp(logits: Float64Array): number {
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - largest);
  const value = largest + Math.log(total);
  if (!Number.isFinite(value)) throw new OutputsNotFinite();
  return value;
}

/** The token with the largest logit; of equals the lowest id. Throws `OutputsNotFinite`. */
export function likeliest(logits: Float64Array): number {
  logSumExp(logits);
  let best = 0;
  for (let token = 1; token < logits.length; token++) if (logits[token]! > logits[best]!) best = token;
  return best;
}

/**
 * The `count` likeliest tokens, likeliest first, of equals the lowest id first; their probabilities are those among all tokens. Throws
 * `OutputsNotFinite`.
 */
export function ranking(logits: Float64Array, count: number): Ranking {
  const total = logSumExp(logits);
  const tokens = Uint32Array.from(logits.keys())
    .sort((a, b) => logits[b]! - logits[a]! || a - b)
    .subarray(0, count);
  return { tokens, probabilities: Float64Array.from(tokens, (token) => Math.exp(logits[token]! - total)) };
}
