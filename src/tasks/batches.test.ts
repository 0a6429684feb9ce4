/** Batches: every example once an epoch, static shape, and a cursor that is all the state there is. */
import { describe, expect, it } from 'vitest';
import type { Place } from '../shared/cursor.ts';
import { createSampler, presenceOf, startCursor } from './batches.ts';
import type { Batch, SamplerOptions } from './batches.ts';

const options: SamplerOptions = { count: 10, seed: 3, shuffle: 'epoch', dropLast: false };

/** The next `times` batches with the cursor that each began at. */
function take(from: SamplerOptions, times: number, size: (i: number) => number, begin: Place = startCursor): Batch[] {
  const sampler = createSampler(from);
  let cursor = begin;
  return Array.from({ length: times }, (_, i) => {
    const batch = sampler.next(cursor, size(i));
    cursor = batch.next;
    return batch;
  });
}

const rowsOf = (batches: readonly Batch[]): number[] => batches.flatMap((batch) => Array.from(batch.rows.subarray(0, batch.count)));
const sorted = (rows: readonly number[]): number[] => [...rows].sort((a, b) => a - b);
const whole = Array.from({ length: 10 }, (_, i) => i);

describe('sampler', () => {
  it('fills a short last batch with row 0 at weight 0 and does not cross the epoch', () => {
    const batches = take(options, 6, () => 4);
    expect(batches.map((batch) => batch.count)).toEqual([4, 4, 2, 4, 4, 2]);
    expect(batches.every((batch) => batch.rows.length === 4)).toBe(true);
    expect(Array.from(batches[2]!.weights)).toEqual([1, 1, 0, 0]);
    expect(Array.from(batches[2]!.rows.subarray(2))).toEqual([0, 0]);
    expect(batches[2]!.next).toEqual({ epoch: 1, position: 0 });
    expect(sorted(rowsOf(batches.slice(0, 3)))).toEqual(whole);
    expect(sorted(rowsOf(batches.slice(3)))).toEqual(whole);
  });

  it('passes over the remainder with dropLast', () => {
    const batches = take({ ...options, dropLast: true }, 4, () => 4);
    expect(batches.map((batch) => batch.count)).toEqual([4, 4, 4, 4]);
    expect(batches.map((batch) => batch.next)).toEqual([
      { epoch: 0, position: 4 },
      { epoch: 1, position: 0 },
      { epoch: 1, position: 4 },
      { epoch: 2, position: 0 },
    ]);
  });

  it('never stalls on a batch larger than the split', () => {
    const [batch] = take({ ...options, dropLast: true }, 1, () => 16);
    expect(sorted(rowsOf([batch!]))).toEqual(whole);
    expect(batch!.next).toEqual({ epoch: 1, position: 0 });
    expect(batch!.weights.reduce((sum, weight) => sum + weight)).toBe(10);
  });

  it('goes on in the same permutation when the batch size changes', () => {
    const steady = rowsOf(take(options, 3, () => 4));
    expect(rowsOf(take(options, 4, (i) => [4, 1, 3, 5][i]!))).toEqual(steady);
    const larger = createSampler({ ...options, dropLast: true }).next({ epoch: 0, position: 8 }, 4);
    expect(larger.next).toEqual({ epoch: 1, position: 4 });
  });

  it('depends on the cursor alone', () => {
    const batches = take(options, 8, () => 4);
    expect(createSampler(options).next(batches[5]!.next, 4)).toEqual(batches[6]);
    const sampler = createSampler(options);
    sampler.next({ epoch: 7, position: 0 }, 4);
    expect(sampler.next(startCursor, 4)).toEqual(batches[0]);
  });

  it.each([{}, { dropLast: true }, { shuffle: 'never' }] as const)('deals many batches as one after another: %o', (choice) => {
    const own = { ...options, ...choice };
    for (const size of [1, 3, 5, 10, 16]) {
      const single = take(own, 9, () => size, { epoch: 2, position: 4 });
      const deal = createSampler(own).deal({ epoch: 2, position: 4 }, size, 9);
      expect(Array.from(deal.rows)).toEqual(single.flatMap(({ rows }) => Array.from(rows)));
      expect(Array.from(presenceOf(deal))).toEqual(single.flatMap(({ weights }) => Array.from(weights)));
      expect(Array.from(deal.counts)).toEqual(single.map(({ count }) => count));
      expect(Array.from(deal.epochs)).toEqual(single.map(({ next }) => next.epoch + next.position / 10));
      expect(deal.isShort).toBe(single.some(({ count }) => count < size));
      expect(deal.next).toEqual(single.at(-1)?.next);
    }
  });

  it('shuffles every epoch, once or never', () => {
    const epochs = (shuffle: SamplerOptions['shuffle'], seed = 3): number[][] =>
      take({ ...options, shuffle, seed }, 2, () => 10).map((batch) => Array.from(batch.rows));
    const [first, second] = epochs('epoch');
    expect(second).not.toEqual(first);
    expect(epochs('once')).toEqual([first, first]);
    expect(epochs('never')).toEqual([whole, whole]);
    expect(epochs('epoch', 4)[0]).not.toEqual(first);
  });
});
