/** Learning and using byte pairs: against a slow version written from the definition, on worked examples, and on any text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drained } from '../../testing/drained.ts';
import { bytePairTokenizer } from './byte-pair-tokenizer.ts';
import { learnBytePairs } from './byte-pairs.ts';
import { wordsOf } from './words.ts';

const learn = (text: string, size: number): readonly (readonly [number, number])[] => drained(learnBytePairs(text, size)).result;

/** Counts all pairs of all words anew for every merge. */
function learnSlowly(text: string, size: number): [number, number][] {
  let words = Array.from(wordsOf(text), (word) => Array.from(new TextEncoder().encode(word)));
  const merges: [number, number][] = [];
  while (256 + merges.length < size) {
    const counts = new Map<number, number>();
    for (const word of words)
      for (let i = 1; i < word.length; i++)
        counts.set(word[i - 1]! * 65536 + word[i]!, (counts.get(word[i - 1]! * 65536 + word[i]!) ?? 0) + 1);
    const [best] = Array.from(counts).sort(([a, m], [b, n]) => n - m || a - b);
    if (!best || best[1] < 2) break;
    const [left, right] = [Math.floor(best[0] / 65536), best[0] % 65536];
    words = words.map((word) => {
      const merged: number[] = [];
      for (let i = 0; i < word.length; i++) {
        const isPair = word[i] === left && word[i + 1] === right;
        merged.push(isPair ? 256 + merges.length : word[i]!);
        if (isPair) i++;
      }
      return merged;
    });
    merges.push([left, right]);
  }
  return merges;
}

/** Texts of few letters, in which pairs repeat, overlap and tie. */
const dense = fc.array(fc.constantFrom('a', 'b', 'c', ' ', 'aa', 'é', '1', '.\n'), { maxLength: 120 }).map((parts) => parts.join(''));

describe('learnBytePairs', () => {
  it('finds what counting anew for every merge finds', () => {
    fc.assert(
      fc.property(dense, (text) => {
        expect(learn(text, 300)).toEqual(learnSlowly(text, 300));
      }),
      { numRuns: 300 },
    );
  });

  it('merges the commonest first, of equals the smaller, and stops when nothing repeats', () => {
    expect(learn('ab ab ab', 400)).toEqual([
      [97, 98],
      [32, 256],
    ]);
    // " z", "xy" and "zw" occur twice each; the blank is the smallest token.
    expect(learn('xy zw xy zw', 257)).toEqual([[32, 122]]);
    expect(learn('abcdefg', 400)).toEqual([]);
    expect(learn('', 400)).toEqual([]);
  });

  it('never joins what the cut keeps apart', () => {
    const { names } = bytePairTokenizer(learn("it's mine; it's mine; ".repeat(9), 400));
    expect(names.slice(256).sort()).toEqual(["'s", 'it', '␣it', '␣m', 'in', '␣min', '␣mine'].sort());
  });

  it('shows progress that rises to the end, and yields on long texts', () => {
    const text = Array.from({ length: 90_000 }, (_, i) => `w${(i * 7919) % 60_013}`).join(' ');
    const { yielded } = drained(learnBytePairs(text, 1024));
    const counting = yielded.filter(({ stage }) => stage === 'counting').map(({ share }) => share);
    const merging = yielded.filter(({ stage }) => stage === 'merging').map(({ share }) => share);
    expect(counting.length).toBeGreaterThan(2);
    expect(merging.length).toBeGreaterThan(2);
    for (const shares of [counting, merging]) {
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
    }
  });

  it.each([255, 4097, 300.5])('refuses a vocabulary of %d', (size) => {
    expect(() => drained(learnBytePairs('text', size))).toThrow('256 to 4096');
  });
});

describe('bytePairTokenizer', () => {
  const tokenizer = bytePairTokenizer(learn('the cat sat on the mat. the dog, the end. '.repeat(20), 300));

  it('brings back any text exactly', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), dense), (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it('writes half a surrogate pair as the replacement character', () => {
    expect(tokenizer.decode(tokenizer.encode('the \ud83e mat \udd00'))).toBe('the \ufffd mat \ufffd');
  });

  it('is as short as its merges allow', () => {
    expect(Array.from(tokenizer.encode('the the'), (id) => tokenizer.names[id])).toEqual(['the', '␣the']);
    expect(tokenizer.encode('')).toHaveLength(0);
  });

  it('shows bytes that are no character, and decodes them as far as can be', () => {
    expect(tokenizer.names[0xe2]).toBe('<E2>');
    expect(tokenizer.names[10]).toBe('⏎');
    expect(tokenizer.decode([104, 0xe2, 105])).toBe('h\ufffdi');
    expect(tokenizer.decode([104, 60_000])).toBe('h');
  });

  it('refuses a merge of tokens that are not there', () => {
    expect(() => bytePairTokenizer([[97, 256]])).toThrow('Merge 0');
  });
});
