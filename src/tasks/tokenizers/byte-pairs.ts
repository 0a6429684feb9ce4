/**
 * Learns byte pairs from a text (Gage 1994; Sennrich et al. 2016): the commonest pair of neighbouring tokens becomes a token of its own, again
 * and again. Idea: equal words are counted once, and a merge touches only the places where its pair stands, so that thousands of merges of
 * millions of characters take seconds. It is a generator that never works long between two yields: who drives it can show progress, let
 * messages in or stop.
 */
import { WordPairs } from './word-pairs.ts';
import type { Merge } from './word-pairs.ts';
import { wordsOf } from './words.ts';

/** How far it is: part of the text counted, then merges made. */
export interface BytePairProgress {
  readonly stage: 'counting' | 'merging';
  /** 0 … 1 within the stage. */
  readonly share: number;
}

/** The least and the most tokens. The least are the bytes alone. */
const vocabularyRange = { min: 256, max: 4096 } as const;

/** Characters counted, and places touched, between two yields. */
const countedAtOnce = 100_000;
const touchedAtOnce = 50_000;

/**
 * The merges of `text`, merge i making the token 256 + i (the first 256 are the bytes), up to a vocabulary of `size`; fewer when no pair
 * occurs twice. Throws `RangeError` for a size out of range.
 */
export function* learnBytePairs(text: string, size: number): Generator<BytePairProgress, readonly Merge[]> {
  if (!Number.isInteger(size) || size < vocabularyRange.min || size > vocabularyRange.max)
    throw new RangeError(`A vocabulary has ${vocabularyRange.min} to ${vocabularyRange.max} tokens, not ${size}.`);
  const pairs = new WordPairs(yield* countWords(text));
  const merges: Merge[] = [];
  const wanted = size - vocabularyRange.min;
  let touched = 0;
  while (merges.length < wanted) {
    const best = pairs.commonest();
    if (best === undefined) break;
    touched += pairs.merge(best, vocabularyRange.min + merges.length);
    merges.push(best);
    if (touched < touchedAtOnce) continue;
    touched = 0;
    yield { stage: 'merging', share: merges.length / wanted };
  }
  return merges;
}

function* countWords(text: string): Generator<BytePairProgress, ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let seen = 0;
  let reported = 0;
  for (const word of wordsOf(text)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
    seen += word.length;
    if (seen - reported < countedAtOnce) continue;
    reported = seen;
    yield { stage: 'counting', share: seen / text.length };
  }
  return counts;
}
