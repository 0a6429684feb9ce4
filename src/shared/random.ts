/**
 * Random numbers as pure functions of (seed, stream, a, b, element), on Philox.
 *
 * Idea: the key is (seed, stream) and the counter is (element / 4, a, b, 0), so that weights, data order, dropout masks and noise never
 * share a number, and nothing depends on what was drawn before. What `a` and `b` mean is each stream's own: for `order` a is the epoch; for
 * `dropout` and `trainingNoise` a is the step and b the site; for `sampling` a is the place of the token. Seeds, a and b are whole numbers below 2^32.
 */
import { philoxBlocks } from './philox.ts';

/** The independent streams of one seed. The numbers are part of the meaning of a link: never renumber. */
export const stream = { initialization: 0, order: 1, dropout: 2, dataNoise: 3, sampling: 4, split: 5, trainingNoise: 6 } as const;
/** The number of a stream. */
export type Stream = (typeof stream)[keyof typeof stream];

const chunkBlocks = 256;
const words = new Uint32Array(4 * chunkBlocks);
const twoPi = 2 * Math.PI;
const perWord = 2 ** -32;
const perMantissa = 2 ** -24;

/** Calls `visit(first element, word count)` for each filled part of `words`; element i is word i % 4 of block floor(i / 4). */
function eachChunk(elements: number, seed: number, of: Stream, a: number, b: number, visit: (first: number, count: number) => void): void {
  for (let first = 0; first < elements; first += words.length) {
    const count = Math.min(words.length, elements - first);
    philoxBlocks(words, Math.ceil(count / 4), first / 4, a, b, 0, seed, of);
    visit(first, count);
  }
}

/** Uniform numbers in [0, 1), multiples of 2^-24. */
export function fillUniform(out: Float32Array, seed: number, of: Stream, a: number, b: number): void {
  eachChunk(out.length, seed, of, a, b, (first, count) => {
    for (let i = 0; i < count; i++) out[first + i] = (words[i]! >>> 8) * perMantissa;
  });
}

/**
 * Standard normal numbers by Box and Muller (1958): each pair of words gives a pair of numbers. The radius takes (word + 1) / 2^32, so it is
 * finite and at most 6.66. Computed in double precision and then rounded to float32, which hides the last-digit freedom that
 * `Math.log`, `sin` and `cos` have between JavaScript engines (but for about one number in 10^8).
 */
export function fillNormal(out: Float32Array, seed: number, of: Stream, a: number, b: number): void {
  eachChunk(out.length + (out.length % 2), seed, of, a, b, (first, count) => {
    for (let i = 0; i < count; i += 2) {
      const radius = Math.sqrt(-2 * Math.log((words[i]! + 1) * perWord));
      const angle = twoPi * words[i + 1]! * perWord;
      out[first + i] = radius * Math.cos(angle);
      if (first + i + 1 < out.length) out[first + i + 1] = radius * Math.sin(angle);
    }
  });
}

/**
 * The order of epoch `epoch`: indices 0 … count − 1 sorted by a 53-bit Philox key each (words 2i and 2i + 1 of the sequence), ties by index.
 */
export function permutation(count: number, seed: number, of: Stream, epoch: number): Uint32Array<ArrayBuffer> {
  const keys = new Float64Array(count);
  eachChunk(2 * count, seed, of, epoch, 0, (first, wordCount) => {
    for (let i = 0; i < wordCount; i += 2) keys[(first + i) / 2] = (words[i]! >>> 11) * 2 ** 32 + words[i + 1]!;
  });
  return sortedByKey(keys);
}

/** Writes the order of as many indices as fit, in floats. */
export type FillOrder = (out: Float32Array, seed: number, of: Stream, epoch: number) => void;

/** `permutation` in floats. */
export const fillOrder: FillOrder = (out, seed, of, epoch) => {
  out.set(permutation(out.length, seed, of, epoch));
};

/** Indices by key: dealt into as many buckets as there are keys, which for evenly spread keys leaves next to nothing to sort. */
function sortedByKey(keys: Float64Array): Uint32Array<ArrayBuffer> {
  const count = keys.length;
  const perBucket = count / 2 ** 53;
  const ends = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) ends[Math.floor(keys[i]! * perBucket) + 1]!++;
  for (let bucket = 0; bucket < count; bucket++) ends[bucket + 1]! += ends[bucket]!;
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[ends[Math.floor(keys[i]! * perBucket)]!++] = i;
  for (let place = 1; place < count; place++) {
    const index = order[place]!;
    const key = keys[index]!;
    let to = place;
    // Indices rise within a bucket, so equal keys stay in order.
    while (to > 0 && keys[order[to - 1]!]! > key) order[to] = order[--to]!;
    order[to] = index;
  }
  return order;
}

/**
 * An inverted-dropout mask: 0 with probability `rate`, else 1 / (1 − rate). Element i is a pure function of (seed, step, site, i). The rate is
 * compared in float32, as executors hold it.
 */
export function fillKeepMask(out: Float32Array, rate: number, seed: number, step: number, site: number): void {
  const threshold = Math.fround(rate);
  const kept = threshold < 1 ? 1 / (1 - threshold) : 0;
  eachChunk(out.length, seed, stream.dropout, step, site, (first, count) => {
    for (let i = 0; i < count; i++) out[first + i] = (words[i]! >>> 8) * perMantissa < threshold ? 0 : kept;
  });
}
