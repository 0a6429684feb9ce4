/**
 * Which token comes next. In the order of Hugging Face's samplers: logits are divided by the temperature, the k likeliest tokens stay, of these
 * the likeliest that together reach the share p (nucleus sampling, Holtzman et al. 2020), and one of them is drawn.
 *
 * Idea: the draw is a pure function of logits, seed and the token's place in the text, prompt included. So a text that was begun goes on as it
 * would have gone on.
 */
import { fillUniform, stream } from '../shared/random.ts';
import { descending, OutputsNotFinite, tokenAtRank } from './ranking.ts';

/** How to choose. */
export interface Sampling {
  /** 0: always the likeliest token, of equals the lowest id. Otherwise logits are divided by it. */
  readonly temperature: number;
  /** So many tokens may be chosen; 0: all. */
  readonly topK: number;
  /** The least share of the probability that may be chosen, in (0, 1]; 1: all. */
  readonly topP: number;
  /** A whole number below 2³². */
  readonly seed: number;
}

/** Chooses token `place` of a text. Throws `RangeError` for settings out of range and `OutputsNotFinite` for such logits. */
export function chooseToken(logits: Float64Array, { temperature, topK, topP, seed }: Sampling, place: number): number {
  if (!(temperature >= 0)) throw new RangeError(`Temperature ${String(temperature)} is ${temperature < 0 ? 'below 0' : 'no number'}.`);
  if (!(topK >= 0)) throw new RangeError(`Top-k ${String(topK)} is below 0.`);
  if (!(topP > 0 && topP <= 1)) throw new RangeError(`Top-p ${String(topP)} is not above 0 and at most 1.`);
  if (logits.some((logit) => !Number.isFinite(logit))) throw new OutputsNotFinite();
  const sorted = descending(logits);
  if (temperature === 0) return tokenAtRank(logits, sorted, 0);
  const largest = sorted[0]!;
  // Relative to the likeliest, so that a low temperature overflows nowhere.
  const shares = sorted.subarray(0, topK === 0 ? sorted.length : topK).map((logit) => Math.exp((logit - largest) / temperature));
  const nucleus = shares.subarray(0, countReaching(shares, topP));
  return tokenAtRank(logits, sorted, countReaching(nucleus, uniformAt(seed, place)) - 1);
}

/** How many of the first `parts` reach `share` of the sum of all, at least one. */
function countReaching(parts: Float64Array, share: number): number {
  const target = share * parts.reduce((sum, part) => sum + part, 0);
  let reached = parts[0]!;
  let count = 1;
  while (count < parts.length && reached < target) reached += parts[count++]!;
  return count;
}

/** Uniform in [0, 1). */
function uniformAt(seed: number, place: number): number {
  const drawn = new Float32Array(1);
  fillUniform(drawn, seed, stream.sampling, place, 0);
  return drawn[0]!;
}
