/**
 * Which examples make the next batch. A pure function of (seed, cursor, batch size): the cursor is all the state there is, so a run can stop,
 * be saved and go on. Every batch has the size asked for, since a step graph has one static shape: a short last batch of an epoch is filled
 * up with example 0 at weight 0, and the loss is Σ wᵢ lᵢ / Σ wᵢ.
 */
import { freshColumns } from '../shared/column-memory.ts';
import type { ColumnMemory } from '../shared/column-memory.ts';
import type { Place } from '../shared/cursor.ts';
import { fillOrder, stream } from '../shared/random.ts';
import type { FillOrder } from '../shared/random.ts';

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

/** The batches of consecutive steps. Rows and counts are the sampler's own and last until it deals again. */
export interface Deal {
  /** Rows of the training split, `[steps × batchSize]`, as whole numbers in floats; what fills up a short batch is row 0. */
  readonly rows: Float32Array;
  /** Real examples in each batch. */
  readonly counts: Float64Array;
  /** Some batch is filled up. */
  readonly isShort: boolean;
  /** Epochs done after each step, with fraction. */
  readonly epochs: Float64Array;
  /** Where the batch after the last begins. */
  readonly next: Place;
}

/** Deals out the training split. */
export interface Sampler {
  /**
   * The batch at the cursor. A batch never crosses epochs. A new batch size goes on in the same permutation. With `dropLast` a remainder
   * smaller than the batch is passed over (a batch larger than the whole split counts as the whole split).
   */
  next(cursor: Place, batchSize: number): Batch;
  /** The same for many steps at once; `memory` takes the column `epoch`. */
  deal(cursor: Place, batchSize: number, steps: number, memory?: ColumnMemory): Deal;
}

/** A sampler; it remembers the order of the last epoch that it was asked for, and nothing else. `fill`: a faster way to the same order. */
export function createSampler(options: SamplerOptions, fill: FillOrder = fillOrder): Sampler {
  const { count, seed, shuffle, dropLast } = options;
  let orderEpoch = -1;
  const order = new Float32Array(count);
  let rowSpace = new Float32Array(0);
  let countSpace = new Float64Array(0);

  const orderOf = (epoch: number): Float32Array => {
    const asked = shuffle === 'epoch' ? epoch : 0;
    if (orderEpoch !== asked) {
      if (shuffle === 'never') order.forEach((_, i) => (order[i] = i));
      else fill(order, seed, stream.order, asked);
      orderEpoch = asked;
    }
    return order;
  };

  const deal: Sampler['deal'] = (cursor, batchSize, steps, memory = freshColumns) => {
    // Fresh memory for every chunk would cost more than all the rest.
    if (rowSpace.length < steps * batchSize) rowSpace = new Float32Array(steps * batchSize);
    if (countSpace.length < steps) countSpace = new Float64Array(steps);
    const rows = rowSpace.subarray(0, steps * batchSize);
    const counts = countSpace.subarray(0, steps).fill(batchSize);
    const epochs = memory('epoch', steps);
    const least = dropLast ? Math.min(batchSize, count) : 1;
    let { epoch, position } = cursor;
    let isShort = false;
    /** With nothing left to take in its epoch, the cursor moves to the next. */
    const settle = (): boolean => {
      if (count - position >= least) return false;
      epoch++;
      position = 0;
      return true;
    };
    settle();
    // Batches of one epoch lie one after another in its order: they are copied together, up to a short one, which is the last.
    for (let i = 0; i < steps;) {
      const [first, from] = [i, position];
      const order = orderOf(epoch);
      for (const end = Math.min(steps, i + Math.floor((count - position) / batchSize)); i < end; i++) {
        position += batchSize;
        epochs[i] = epoch + position / count;
      }
      if (i < steps && count - position >= least) {
        isShort = true;
        counts[i] = count - position;
        rows.fill(0, i * batchSize + count - position, (i + 1) * batchSize);
        position = count;
        i++;
      }
      rows.set(order.subarray(from, position), first * batchSize);
      if (settle()) epochs[i - 1] = epoch;
    }
    return { rows, counts, isShort, epochs, next: { epoch, position } };
  };
  return {
    next(cursor, batchSize) {
      const { rows, counts, next } = deal(cursor, batchSize, 1);
      const [taken = 0] = counts;
      return { rows: rows.slice(), weights: new Float32Array(batchSize).fill(1, 0, taken), count: taken, next };
    },
    deal,
  };
}

/** The weights of many batches, `[steps × batchSize]`: 1 for an example, 0 for filling. */
export function presenceOf({ rows, counts }: Deal): Float32Array {
  const weights = new Float32Array(rows.length);
  const batchSize = rows.length / counts.length;
  counts.forEach((count, step) => weights.fill(1, step * batchSize, step * batchSize + count));
  return weights;
}
