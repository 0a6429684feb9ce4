/**
 * How large a batch may be: no larger than there are examples, and with rows of tokens no larger than what a browser can hold. Every token of
 * a batch keeps the values of all layers until the gradient has come back to it, so a batch of whole books would ask for tens of gigabytes.
 */
import type { Facts } from './kinds.ts';
import { isTableModel } from './model-kind.ts';

/** Numbers that a step may hold, forward and backward, before buffers are shared: two gigabytes in float32. */
const mostNumbers = 2 ** 29;

/** Numbers for a token: in a layer by its width (a GPT of 2 × 64 was counted to make 125), and around the head by the vocabulary. */
const perWidth = 128;
const perToken = 8;

/** Tokens of characters or symbols: no text of the app has more. */
const characters = 128;

/** The largest batch of a configuration. */
export function largestBatch(config: Facts): number {
  if (isTableModel(config.model)) return config.trainingSize;
  const { tokenizer, vocabulary, depth, width, task } = config;
  const size = task === 'text' && tokenizer === 'bpe' ? vocabulary : characters;
  const numbers = tokensOf(config) * (perWidth * depth * width + perToken * size);
  return Math.max(1, Math.min(config.trainingSize, Math.floor(mostNumbers / numbers)));
}

/** Tokens of an example; of a sequence at most, since tasks differ in their signs. */
function tokensOf({ task, context, length }: Facts): number {
  return task === 'text' ? context : 3 * length + 3;
}
