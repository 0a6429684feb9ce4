/**
 * Which examples make the next batch. A pure function of (seed, cursor, batch size): the cursor is all the state there is, so a run can stop,
 * be saved and go on. Every batch has the size asked for, since a step graph has one static shape: a short last batch of an epoch is filled
 * up with example 0 at weight 0, and the loss is Σ wᵢ lᵢ / Σ wᵢ.
 */
import type { Place } from '../shared/cursor.ts';
import { permutation, stream } from '../shared/random.ts';

/** One batch. */
export interface Batch {
  /** Rows of the training split, `[batchSize]`, as whole numbers in floats. */
  readonly rows: Float32Array;
  /** 1 for an example, 0 for filling, `[batchSize]`. */
  readonly weights: Float32Array;
  /** Real examples in it. */
  readonly count: number;
  /** Where the batch after it begins. */
  readonly next: Place;
}

/** What decides the order of examples. */
export interface SamplerOptions {
  /** Examples in the training split. */
  readonly count: number;
  readonly seed: number;
  readonly shuffle: 'epoch' | 'once' | 'never';
  readonly dropLast: boolean;
}

/** Where a run begins. */
export const startCursor: Place = { epoch: 0, position: 0 };

/** Deals out the training split. */
export interface Sampler {
  /**
   * The batch at the cursor. A batch never crosses epochs. A new batch size goes on in the same permutation. With `dropLast` a remainder
   * smaller than the batch is passed over (a batch larger than the whole split counts as the whole split).
   */
  next(cursor: Place, batchSize: number): Batch;
  /** The same, written from element `at` on into arrays of zeros for many batches. */
  put(cursor: Place, batchSize: number, rows: Float32Array, weights: Float32Array, at: number): Pick<Batch, 'count' | 'next'>;
}

/** A sampler; it remembers the permutation of the last epoch that it was asked for, and nothing else. */
export function createSampler(options: SamplerOptions): Sampler {
  const { count, seed, shuffle, dropLast } = options;
  let orderEpoch = -1;
  let order = new Uint32Array(0);

  const orderOf = (epoch: number): Uint32Array => {
    const drawn = shuffle === 'epoch' ? epoch : 0;
    if (orderEpoch !== drawn) {
      order = shuffle === 'never' ? Uint32Array.from({ length: count }, (_, i) => i) : permutation(count, seed, stream.order, drawn);
      orderEpoch = drawn;
    }
    return order;
  };

  /** A cursor with nothing left to take in its epoch moves to the next. */
  const settle = (cursor: Place, batchSize: number): Place => {
    const least = dropLast ? Math.min(batchSize, count) : 1;
    return count - cursor.position < least ? { epoch: cursor.epoch + 1, position: 0 } : cursor;
  };

  const put: Sampler['put'] = (cursor, batchSize, rows, weights, at) => {
    const { epoch, position } = settle(cursor, batchSize);
    const all = orderOf(epoch);
    const taken = Math.min(batchSize, count - position);
    for (let i = 0; i < taken; i++) {
      rows[at + i] = all[position + i]!;
      weights[at + i] = 1;
    }
    return { count: taken, next: settle({ epoch, position: position + taken }, batchSize) };
  };
  return {
    next(cursor, batchSize) {
      const [rows, weights] = [new Float32Array(batchSize), new Float32Array(batchSize)];
      return { rows, weights, ...put(cursor, batchSize, rows, weights, 0) };
    },
    put,
  };
}
