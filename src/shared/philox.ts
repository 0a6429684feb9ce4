/**
 * Philox 4×32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 *
 * Idea: a random word is a keyed scrambling of its own address. There is no state to save or to pass on, so any part of a
 * sequence can be computed alone, in any order, by any executor, with the same bits. All arithmetic is exact on 32-bit words.
 */

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;
const rounds = 10;

const multiplier0Low = multiplier0 & 0xffff;
const multiplier0High = multiplier0 >>> 16;
const multiplier1Low = multiplier1 & 0xffff;
const multiplier1High = multiplier1 >>> 16;

/** Four words (counter or output) and two words (key). */
export type PhiloxCounter = readonly [number, number, number, number];
/** Two words, each a whole number below 2^32. */
export type PhiloxKey = readonly [number, number];

/** One block of four words for one counter and key, written to the front of `out`. */
export function philox(counter: PhiloxCounter, key: PhiloxKey, out: Uint32Array): void {
  philoxBlocks(out, 1, counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
}

/**
 * `blocks` blocks of four words each into `out`, for the counters `(c0 + j, c1, c2, c3)`, j = 0, 1, …; only the first word counts up.
 * Allocates nothing. Words past the end of `out` are dropped, as typed arrays do.
 */
export function philoxBlocks(
  out: Uint32Array,
  blocks: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  key0: number,
  key1: number,
): void {
  for (let block = 0; block < blocks; block++) {
    let x0 = (c0 + block) | 0;
    let x1 = c1 | 0;
    let x2 = c2 | 0;
    let x3 = c3 | 0;
    let k0 = key0 | 0;
    let k1 = key1 | 0;
    for (let round = 0; round < rounds; round++) {
      // High words of the 64-bit products, from 16-bit halves; every partial sum fits in 32 bits without sign.
      const x0Low = x0 & 0xffff;
      const x0High = x0 >>> 16;
      const cross0 = (Math.imul(x0Low, multiplier0High) + (Math.imul(x0Low, multiplier0Low) >>> 16)) | 0;
      const middle0 = (Math.imul(x0High, multiplier0Low) + (cross0 & 0xffff)) | 0;
      const high0 = (Math.imul(x0High, multiplier0High) + (cross0 >>> 16) + (middle0 >>> 16)) | 0;
      const x2Low = x2 & 0xffff;
      const x2High = x2 >>> 16;
      const cross1 = (Math.imul(x2Low, multiplier1High) + (Math.imul(x2Low, multiplier1Low) >>> 16)) | 0;
      const middle1 = (Math.imul(x2High, multiplier1Low) + (cross1 & 0xffff)) | 0;
      const high1 = (Math.imul(x2High, multiplier1High) + (cross1 >>> 16) + (middle1 >>> 16)) | 0;
      const low0 = Math.imul(x0, multiplier0);
      const low1 = Math.imul(x2, multiplier1);
      x0 = high1 ^ x1 ^ k0;
      x1 = low1;
      x2 = high0 ^ x3 ^ k1;
      x3 = low0;
      k0 = (k0 + weyl0) | 0;
      k1 = (k1 + weyl1) | 0;
    }
    const at = block * 4;
    out[at] = x0;
    out[at + 1] = x1;
    out[at + 2] = x2;
    out[at + 3] = x3;
  }
}
