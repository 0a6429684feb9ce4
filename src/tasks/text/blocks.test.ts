/** Splits of text and the windows in them: whole, disjoint, contiguous, the same for the same seed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitText } from './blocks.ts';
import type { TextParts } from './blocks.ts';
import { countWindows, evenly, windowsOf } from './windows.ts';

const lines = Array.from({ length: 4000 }, (_, i) => `line ${i} of the text\n`).join('');
const all = ({ train, validation, test }: TextParts): readonly string[] => [...train, ...validation, ...test];

describe('splitText', () => {
  it('deals out every character once, without cutting a pair, for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-composite', maxLength: 4000, minLength: 10 }),
        fc.nat(),
        fc.double({ min: 0.4, max: 0.9, noNaN: true }),
        (text, seed, share) => {
          const parts = all(splitText(text, { share, seed }));
          expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(text.length);
          for (const part of parts) {
            expect(text).toContain(part);
            expect(part).not.toMatch(/^\p{Surrogate}|\p{Surrogate}$/u);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps lines whole and puts no line into two splits', () => {
    const parts = splitText(lines, { share: 0.8, seed: 3 });
    const dealt = all(parts).flatMap((part) => part.split('\n').filter(Boolean));
    expect(dealt).toHaveLength(4000);
    expect(new Set(dealt).size).toBe(4000);
    expect(parts.validation.join('').length / lines.length).toBeCloseTo(0.1, 1);
    expect(parts.test.join('').length / lines.length).toBeCloseTo(0.1, 1);
    // Held-out blocks lie apart, and what lies together stays one part.
    expect(parts.validation.length).toBeGreaterThan(3);
    expect(parts.train.length).toBeLessThan(14);
  });

  it('cuts before a word where there are no lines', () => {
    const words = 'some words without an end '.repeat(2000);
    for (const part of all(splitText(words, { share: 0.8, seed: 1 }))) expect(part).toMatch(/^( |some)/);
  });

  it('repeats, and changes with the seed', () => {
    const of = (seed: number): TextParts => splitText(lines, { share: 0.8, seed });
    expect(of(1)).toEqual(of(1));
    expect(of(2).validation).not.toEqual(of(1).validation);
  });
});

describe('windows', () => {
  const parts = [
    Uint16Array.from({ length: 10 }, (_, i) => i),
    Uint16Array.of(50),
    new Uint16Array(),
    Uint16Array.from({ length: 7 }, (_, i) => 20 + i),
  ];

  it('predict every token but the first of a part once, and never look across parts', () => {
    expect(countWindows(parts, 3)).toBe(3 + 2);
    const { count, inputs, targets } = windowsOf(parts, 3, Uint32Array.of(0, 1, 2, 3, 4));
    expect(count).toBe(5);
    expect(Array.from(inputs)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 20, 21, 22, 23, 24, 25]);
    expect(Array.from(targets)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 21, 22, 23, 24, 25, 26]);
  });

  it('can be chosen', () => {
    expect(Array.from(windowsOf(parts, 3, Uint32Array.of(1, 4)).inputs)).toEqual([3, 4, 5, 23, 24, 25]);
    expect(Array.from(evenly(10, 3))).toEqual([1, 5, 8]);
    expect(Array.from(evenly(2, 3))).toEqual([0, 1]);
  });
});
