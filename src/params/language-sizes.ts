/** How much there is to learn from in the tasks of language, known without loading anything; tests hold it against the tasks. */
import type { Facts } from './kinds.ts';

const single = {
  stories: 1_054_218,
  novels: 2_018_772,
  voyage: 1_213_829,
  mysteries: 1_160_537,
  plays: 375_342,
  verse: 1_204_956,
  speeches: 1_138_636,
  names: 59_167,
} as const;

/** Most bytes of a text of your own, and so most characters. */
export const ownTextLimit = 10_000_000;

/** Characters of each text; those of several files are joined by a line end. */
export const textCharacters: Readonly<Record<Facts['text'], number>> = {
  ...single,
  // Whatever it is, it is no longer than what is read.
  own: ownTextLimit,
  prose: single.stories + single.novels + single.voyage + single.mysteries + 3,
};

/** Kinds of letter in rows that are copied or reversed. */
const letterCount = 10;

/** How many different examples a sequence task has. */
export function sequenceSpace(
  task: 'copy' | 'reverse' | 'addition' | 'modular',
  { length, modulus }: Pick<Facts, 'length' | 'modulus'>,
): number {
  if (task === 'modular') return modulus ** 2;
  return task === 'addition' ? 10 ** (2 * length) : letterCount ** length;
}
