/**
 * Which token comes next. In the order of Hugging Face's samplers: logits are divided by the temperature, the k likeliest tokens stay, of these
 * the likeliest that together reach the share p (nucleus sampling, Holtzman et al. 2020), and one of them is drawn.
 *
 * Idea: the draw is a pure function of logits, seed and the token's place in the text, prompt included. So a text that was begun goes on as it
 * would have gone on.
 */
import { fillUniform, stream } from '../shared/random.ts';
import { likeliest, ranking } from './ranking.ts';

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
  if (!(temperature >= 0 && topK >= 0 && topP > 0 && topP <= 1)) throw new RangeError('Temperature, top-k or top-p is out of range.');
  if (temperature === 0) return likeliest(logits);
  const heated = logits.map((logit) => logit / temperature);
  const { tokens, probabilities } = ranking(heated, topK === 0 ? heated.length : topK);
  const nucleus = probabilities.subarray(0, countReaching(probabilities, topP));
  return tokens[countReaching(nucleus, uniformAt(seed, place)) - 1]!;
}

/** How many of the first probabilities reach `share` of the sum of all. */
function countReaching(probabilities: Float64Array, share: number): number {
  const target = share * probabilities.reduce((sum, probability) => sum + probability, 0);
  let reached = 0;
  let count = 0;
  while (count < probabilities.length && (count === 0 || reached < target)) reached += probabilities[count++]!;
  return count;
}

/** Uniform in [0, 1). */
function uniformAt(seed: number, place: number): number {
  const drawn = new Float32Array(1);
  fillUniform(drawn, seed, stream.sampling, place, 0);
  return drawn[0]!;
}
