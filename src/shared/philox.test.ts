/** Philox against the known answers published with Random123 (kat_vectors, philox4x32 10), and its bulk form against the single one. */
import { describe, expect, it } from 'vitest';
import { philox, philoxBlocks } from './philox.ts';
import type { PhiloxCounter, PhiloxKey } from './philox.ts';

const ones = 0xffffffff;
const knownAnswers: readonly [PhiloxCounter, PhiloxKey, readonly number[]][] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [ones, ones, ones, ones],
    [ones, ones],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

/** The same cipher in exact big integers, straight from the paper's definition. */
function reference(counter: PhiloxCounter, key: PhiloxKey): number[] {
  const mask = 0xffffffffn;
  let [x0, x1, x2, x3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * x0;
    const p1 = 0xcd9e8d57n * x2;
    [x0, x1, x2, x3] = [(p1 >> 32n) ^ x1 ^ k0, p1 & mask, (p0 >> 32n) ^ x3 ^ k1, p0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [x0, x1, x2, x3].map(Number);
}

describe('philox', () => {
  it.each(knownAnswers)('gives the known answer for counter %j, key %j', (counter, key, answer) => {
    const out = new Uint32Array(4);
    philox(counter, key, out);
    expect(Array.from(out)).toEqual(answer);
  });

  it('equals big-integer arithmetic on words that stress every carry', () => {
    const words = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffff0001, ones];
    const out = new Uint32Array(4);
    for (const a of words) {
      for (const b of words) {
        philox([a, b, b, a], [b, a], out);
        expect(Array.from(out)).toEqual(reference([a, b, b, a], [b, a]));
      }
    }
  });

  it('counts up the first word in bulk, wrapping at 2^32', () => {
    const bulk = new Uint32Array(12);
    philoxBlocks(bulk, 3, ones - 1, 7, 8, 9, 10, 11);
    const single = new Uint32Array(4);
    [ones - 1, ones, 0].forEach((first, block) => {
      philox([first, 7, 8, 9], [10, 11], single);
      expect(bulk.slice(4 * block, 4 * block + 4)).toEqual(single);
    });
  });
});
