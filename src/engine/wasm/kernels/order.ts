/** The order of an epoch, number for number that of `permutation` in `shared/random.ts`: indices sorted by a 53-bit key each, ties by index. */
import { fourBlocks } from './philox';

/** Bytes of working memory for `count` indices: keys as they are drawn (a few too many), keys by bucket, counts of the buckets. */
export function orderBytes(count: u32): usize {
  return 16 * (<usize>count + 8) + 4 * (((<usize>1) << bucketBits(count)) + 1);
}

/** As many buckets as keys, to the next power of two: evenly spread keys leave next to nothing to sort within one. @inline */
function bucketBits(count: u32): u32 {
  return count < 2 ? 1 : 32 - clz(count - 1);
}

/** Writes the order to `to`, `count` whole numbers in floats; `work`: see `orderBytes`, of any content. */
export function order(to: usize, work: usize, count: u32, seed: u32, stream: u32, epoch: u32): void {
  const shift = <u64>(53 - bucketBits(count));
  const sorted = work + 8 * (<usize>count + 8);
  const ends = sorted + 8 * (<usize>count + 8);
  const buckets = (<usize>1) << bucketBits(count);
  memory.fill(ends, 0, 4 * (buckets + 1));
  // Words 2i and 2i + 1 are the key of index i, so eight keys come at a time.
  for (let first: u32 = 0; first < count; first += 8) {
    const keys = work + 8 * <usize>first;
    fourBlocks(keys, first >> 1, epoch, 0, seed, stream);
    const drawn = min(count - first, 8);
    for (let i: u32 = 0; i < drawn; i++) {
      const at = keys + 8 * <usize>i;
      const words = load<u64>(at);
      const key = (((words & 0xffffffff) >> 11) << 32) | (words >> 32);
      store<u64>(at, key);
      const end = ends + 4 + 4 * <usize>(key >> shift);
      store<u32>(end, load<u32>(end) + 1);
    }
  }
  for (let at = ends; at < ends + 4 * buckets; at += 4) store<u32>(at, load<u32>(at, 4) + load<u32>(at), 4);
  for (let i: u32 = 0; i < count; i++) {
    const key = load<u64>(work + 8 * <usize>i);
    const end = ends + 4 * <usize>(key >> shift);
    const place = <usize>load<u32>(end);
    store<u32>(end, place + 1);
    store<u64>(sorted + 8 * place, key);
    store<f32>(to + 4 * place, <f32>i);
  }
  sortNeighbours(to, sorted, count);
}

/** By insertion: indices rise within a bucket, so equal keys stay in order. */
function sortNeighbours(to: usize, keys: usize, count: u32): void {
  for (let place: usize = 1; place < <usize>count; place++) {
    const key = load<u64>(keys + 8 * place);
    if (load<u64>(keys + 8 * place - 8) <= key) continue;
    const index = load<f32>(to + 4 * place);
    let at = place;
    do {
      store<u64>(keys + 8 * at, load<u64>(keys + 8 * at - 8));
      store<f32>(to + 4 * at, load<f32>(to + 4 * at - 4));
      at--;
    } while (at > 0 && load<u64>(keys + 8 * at - 8) > key);
    store<u64>(keys + 8 * at, key);
    store<f32>(to + 4 * at, index);
  }
}
