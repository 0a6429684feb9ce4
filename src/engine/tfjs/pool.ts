/**
 * Arrays by size, used again: a step needs the same sizes as the one before, and making large arrays costs more than filling them.
 * It takes back only what it has handed out, so that arrays from elsewhere, such as those fed in at each step, never pile up.
 */

/** Hands out arrays whose contents may be anything, and takes back those that nobody uses any more. */
export interface Pool {
  take(size: number): Float32Array;
  put(values: Float32Array): void;
}

/** An empty pool. */
export function createPool(): Pool {
  const free = new Map<number, Float32Array[]>();
  const handedOut = new WeakSet<Float32Array>();
  return {
    take(size) {
      const values = free.get(size)?.pop() ?? new Float32Array(size);
      handedOut.add(values);
      return values;
    },
    put(values) {
      if (!handedOut.delete(values)) return;
      const same = free.get(values.length);
      if (same === undefined) free.set(values.length, [values]);
      else same.push(values);
    },
  };
}
