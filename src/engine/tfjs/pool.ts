/**
 * Arrays by size, used again: a step needs the same sizes as the one before, and making large arrays costs more than filling them.
 * It keeps at most as many of a size as it has made, so that arrays from elsewhere, such as those fed in at each step, never pile up.
 */

/** Hands out arrays whose contents may be anything, and takes back those that nobody uses any more. */
export interface Pool {
  take(size: number): Float32Array;
  put(values: Float32Array): void;
}

/** An empty pool. */
export function createPool(): Pool {
  const shelves = new Map<number, { readonly free: Float32Array[]; made: number }>();
  return {
    take(size) {
      let shelf = shelves.get(size);
      if (shelf === undefined) shelves.set(size, (shelf = { free: [], made: 0 }));
      const known = shelf.free.pop();
      if (known !== undefined) return known;
      shelf.made++;
      return new Float32Array(size);
    },
    put(values) {
      const shelf = shelves.get(values.length);
      // A view of another array is not ours to give away.
      if (shelf === undefined || shelf.free.length >= shelf.made || values.byteLength !== values.buffer.byteLength) return;
      shelf.free.push(values);
    },
  };
}
