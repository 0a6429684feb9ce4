/** Sequence tasks: right answers, no example twice, and tokens that read as written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequenceSpace } from '../../params/language-sizes.ts';
import type { SequenceName } from '../../params/task-kind.ts';
import { symbolTokenizer } from '../tokenizers/symbols.ts';
import { distinctNumbers } from './distinct.ts';
import { sequenceExamples, sequenceOf } from './sequences.ts';

function written(name: SequenceName, length: number, modulus: number, count: number): string[] {
  const sequence = sequenceOf(name, { length, modulus });
  const tokens = sequenceExamples(sequence, count, 5);
  const tokenizer = symbolTokenizer(sequence.names);
  return Array.from({ length: count }, (_, i) => tokenizer.decode(tokens.subarray(i * sequence.length, (i + 1) * sequence.length)));
}

describe('sequences', () => {
  it.each(['copy', 'reverse', 'addition', 'modular'] as const)('are as many as the parameter table says: %s', (name) => {
    for (const options of [
      { length: 2, modulus: 7 },
      { length: 5, modulus: 97 },
    ])
      expect(sequenceOf(name, options).space).toBe(sequenceSpace(name, options));
  });

  it('copy and reverse letters', () => {
    for (const line of written('copy', 6, 97, 200)) expect(line).toMatch(/^([a-j]{6})=\1$/);
    for (const line of written('reverse', 6, 97, 200)) {
      const [prompt, answer] = line.split('=');
      expect(answer).toBe(
        Array.from(prompt ?? '')
          .reverse()
          .join(''),
      );
    }
  });

  it('add with all digits', () => {
    for (const line of written('addition', 3, 97, 200)) {
      const [, left, right, sum] = /^(\d{3})\+(\d{3})=(\d{4})$/.exec(line) ?? [];
      expect(Number(left) + Number(right)).toBe(Number(sum));
    }
  });

  it('add modulo a number, all pairs once', () => {
    const lines = written('modular', 1, 13, 169);
    expect(new Set(lines).size).toBe(169);
    for (const line of lines) {
      const [, left, right, sum] = /^(\d+) \+ (\d+) = (\d+)$/.exec(line) ?? [];
      expect((Number(left) + Number(right)) % 13).toBe(Number(sum));
    }
  });

  it.each<[SequenceName, number, number]>([
    ['copy', 0, 97],
    ['reverse', 15, 97],
    ['addition', 8, 97],
    ['addition', 1.5, 97],
    ['modular', 3, 1],
    ['modular', 3, 513],
  ])('refuse %s of %d, modulo %d', (name, length, modulus) => {
    expect(() => sequenceOf(name, { length, modulus })).toThrow(RangeError);
  });

  it('reach their limits', () => {
    for (const [name, length] of [
      ['copy', 14],
      ['addition', 7],
    ] as const) {
      const lines = written(name, length, 97, 50);
      expect(new Set(lines).size).toBe(50);
      expect(new Set(lines.map((line) => line[0])).size).toBeGreaterThan(5);
    }
  });
});

describe('distinctNumbers', () => {
  it('are distinct, in range and the same for the same seed, however many there are', () => {
    fc.assert(
      fc.property(fc.nat({ max: 300 }), fc.constantFrom(300, 2 ** 16, 2 ** 16 + 1, 2 ** 40), fc.nat(), (count, space, seed) => {
        const numbers = distinctNumbers(count, space, seed);
        expect(new Set(numbers).size).toBe(count);
        expect(numbers.every((number) => Number.isInteger(number) && number >= 0 && number < space)).toBe(true);
        expect(distinctNumbers(count, space, seed)).toEqual(numbers);
      }),
      { numRuns: 40 },
    );
  });

  it('draw again where a number comes twice', () => {
    const numbers = distinctNumbers(20_000, 2 ** 16 + 1, 1);
    expect(new Set(numbers).size).toBe(20_000);
  });
});

describe('symbolTokenizer', () => {
  it('reads names with or without blanks, the longest first, and names what it does not know', () => {
    const numbers = symbolTokenizer(['1', '12', '+', '=']);
    expect(Array.from(numbers.encode('12 + 1=\n1 2'.slice(0, 8)))).toEqual([1, 2, 0, 3]);
    expect(numbers.decode([1, 2, 0, 3])).toBe('12 + 1 =');
    expect(symbolTokenizer(['a', '=']).decode([0, 1, 0])).toBe('a=a');
    expect(() => numbers.encode('1 - 🧀 -')).toThrow('"-", "🧀".');
  });
});
