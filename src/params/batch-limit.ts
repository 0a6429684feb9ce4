/**
 * How large a batch may be: no larger than there are examples, and with rows of tokens no larger than what a browser can hold. Every token of
 * a batch keeps the values of all layers until the gradient has come back to it, so a batch of whole books would ask for tens of gigabytes.
 */
import { formatCount } from '../shared/format.ts';
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
  const { depth, width } = config;
  const numbers = tokensOf(config) * (perWidth * depth * width + perToken * vocabularyOf(config));
  return Math.max(1, Math.min(config.trainingSize, Math.floor(mostNumbers / numbers)));
}

/** Where it is memory that sets the limit: what to lower for a larger batch, the greater part of what a token takes first. */
export function whyNoLargerBatch(config: Facts): string | undefined {
  const limit = largestBatch(config);
  if (isTableModel(config.model) || limit >= config.trainingSize) return undefined;
  const { depth, width, task } = config;
  const ofTokens = task === 'text' ? ['context'] : task === 'modular' ? [] : ['length'];
  const parts = perToken * vocabularyOf(config) > perWidth * depth * width ? 'vocabulary' : 'width or depth';
  return `no more than ${formatCount(limit)} fit in memory: a smaller ${[...ofTokens, parts].join(', ')} makes room for more`;
}

/** Tokens that there are, or as many as there may be. */
function vocabularyOf({ task, tokenizer, vocabulary, modulus }: Facts): number {
  if (task === 'modular') return Math.max(characters, modulus + 2);
  return task === 'text' && tokenizer === 'bpe' ? vocabulary : characters;
}

/** Tokens of an example; of a sequence at most, since tasks differ in their signs. */
function tokensOf({ task, context, length }: Facts): number {
  return task === 'text' ? context : 3 * length + 3;
}
