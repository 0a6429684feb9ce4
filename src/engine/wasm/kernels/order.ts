/**
 * The order of an epoch, number for number that of `permutation` in `shared/random.ts`: indices sorted by a 53-bit key each, ties by index.
 *
 * Idea: keys are dealt into as many buckets as there are indices. Then an index and the first 32 bits of its key are one number of 64, and sorting
 * those leaves next to nothing to do; only where 32 bits are the same are the others looked up.
 */
import { eightBlocks } from './philox';

/** Bytes of working memory for `count` indices: words as they are drawn (a few too many), indices by bucket, counts of the buckets. */
export function orderBytes(count: u32): usize {
  return 16 * (<usize>count + 16) + 4 * (((<usize>1) << bucketBits(count)) + 1);
}

/** As many buckets as keys, to the next power of two, but no more than the 21 bits of a key's first word tell apart. @inline */
function bucketBits(count: u32): u32 {
  return count < 2 ? 1 : min(21, 32 - clz(count - 1));
}

/** Writes the order to `to`, `count` whole numbers in floats; `work`: see `orderBytes`, of any content. */
export function order(to: usize, work: usize, count: u32, seed: u32, stream: u32, epoch: u32): void {
  const shift = 32 - bucketBits(count);
  const dealt = work + 8 * (<usize>count + 16);
  const ends = dealt + 8 * (<usize>count + 16);
  const buckets = (<usize>1) << bucketBits(count);
  memory.fill(ends, 0, 4 * (buckets + 1));
  // Words 2i and 2i + 1 are the key of index i, so sixteen keys come at a time.
  for (let first: u32 = 0; first < count; first += 16) {
    const words = work + 8 * <usize>first;
    eightBlocks(words, first >> 1, epoch, 0, seed, stream);
    const last = words + 8 * <usize>min(count - first, 16);
    for (let at = words; at < last; at += 8) {
      const end = ends + 4 * <usize>(load<u32>(at) >> shift);
      store<u32>(end, load<u32>(end, 4) + 1, 4);
    }
  }
  addUp(ends + 4, buckets);
  for (let i: u32 = 0, at = work; i < count; i++, at += 8) {
    const word = load<u32>(at);
    const end = ends + 4 * <usize>(word >> shift);
    const place = <usize>load<u32>(end);
    store<u32>(end, place + 1);
    store<u64>(dealt + 8 * place, ((<u64>((word & 0xfffff800) | (load<u32>(at, 4) >> 21))) << 32) | i);
  }
  sortNeighbours(to, dealt, work, count);
}

/** Makes of each count the sum of those up to it: four at a time where there are. */
function addUp(at: usize, count: usize): void {
  let sums = i32x4.splat(0);
  for (let i = count >> 2; i > 0; i--) {
    let counts = v128.load(at);
    counts = i32x4.add(counts, i32x4.shuffle(counts, i32x4.splat(0), 4, 0, 1, 2));
    counts = i32x4.add(counts, i32x4.shuffle(counts, i32x4.splat(0), 4, 4, 0, 1));
    sums = i32x4.add(counts, i32x4.shuffle(sums, sums, 3, 3, 3, 3));
    v128.store(at, sums);
    at += 16;
  }
  let sum = i32x4.extract_lane(sums, 3);
  for (let i = count & 3; i > 0; i--) {
    sum += load<i32>(at);
    store<i32>(at, sum);
    at += 4;
  }
}

/** By insertion; and takes the indices out. */
function sortNeighbours(to: usize, dealt: usize, words: usize, count: usize): void {
  let place: usize = 1;
  while (place < count) {
    place = sortPairs(to, dealt, place, count);
    if (place >= count) break;
    insert(to, dealt, words, place - 1);
    insert(to, dealt, words, place++);
  }
  store<f32>(to + 4 * count - 4, <f32>(<u32>load<u64>(dealt + 8 * count - 8)));
}

/**
 * From a place on, puts the smaller of two neighbours first and carries the larger on: without a branch, which would be foretold wrong for one in six.
 * Stops at the first place where that is not enough: what must move further, or has the same 32 bits, is rare.
 */
function sortPairs(to: usize, dealt: usize, place: usize, count: usize): usize {
  let at = dealt + 8 * place;
  let out = to + 4 * place - 4;
  const end = dealt + 8 * count;
  let last: u64 = place > 1 ? load<u64>(at - 16) >> 32 : 0;
  let before = load<u64>(at - 8);
  while (at < end) {
    const entry = load<u64>(at);
    const change = (entry ^ before) & (0 - <u64>(entry < before));
    const low = before ^ change;
    before = entry ^ change;
    store<u64>(at - 8, low);
    store<f32>(out, <f32>(<i32>low));
    const key = low >> 32;
    if ((<i32>(key <= last)) | (<i32>(key == before >> 32))) break;
    last = key;
    at += 8;
    out += 4;
  }
  store<u64>(at < end ? at : at - 8, before);
  return (at - dealt) >> 3;
}

function insert(to: usize, dealt: usize, words: usize, place: usize): void {
  const entry = load<u64>(dealt + 8 * place);
  let at = place;
  while (at > 0 && !isInOrder(load<u64>(dealt + 8 * at - 8), entry, words)) {
    store<u64>(dealt + 8 * at, load<u64>(dealt + 8 * at - 8));
    store<f32>(to + 4 * at, load<f32>(to + 4 * at - 4));
    at--;
  }
  store<u64>(dealt + 8 * at, entry);
  store<f32>(to + 4 * at, <f32>(<u32>entry));
}

/** Whether one entry may stand before another: by the first 32 bits of the keys, then by the last 21, then by index. @inline */
function isInOrder(a: u64, b: u64, words: usize): bool {
  return (a ^ b) >> 32 != 0 ? a < b : isInOrderToTheEnd(a, b, words);
}

function isInOrderToTheEnd(a: u64, b: u64, words: usize): bool {
  const restOfA = load<u32>(words + 8 * <usize>(<u32>a), 4) & 0x1fffff;
  const restOfB = load<u32>(words + 8 * <usize>(<u32>b), 4) & 0x1fffff;
  return restOfA == restOfB ? a < b : restOfA < restOfB;
}
