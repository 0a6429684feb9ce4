/** What works on rows: lookup by index and sums by index, one-hot rows, softmax, and cross-entropy with whole-number labels. */
import { exponential } from './functions';
import { copyFloats, fillFloats, lanesBelow, storeLanes, sumOfLanes, vectorBytes } from './vector';

/** Copies `count` rows of `width` floats; `rows` are whole numbers in floats. */
export function gather(to: usize, table: usize, rows: usize, count: usize, width: usize): void {
  const end = rows + (count << 2);
  const bytes = width << 2;
  while (rows < end) {
    const from = table + <usize>load<f32>(rows) * bytes;
    if (width == 1) store<f32>(to, load<f32>(from));
    else if (width == 2) store<u64>(to, load<u64>(from));
    else copyFloats(to, from, width);
    to += bytes;
    rows += 4;
  }
}

/** Adds `count` rows of `width` floats, one after another, to the rows of a table of zeros with `tableRows` rows. */
export function gatherGradient(to: usize, dy: usize, rows: usize, count: usize, width: usize, tableRows: usize): void {
  fillFloats(to, f32x4.splat(0), tableRows * width);
  const bytes = width << 2;
  const whole = (width >> 2) << 4;
  const rest = width & 3;
  for (let i: usize = 0; i < count; i++) {
    let at = to + <usize>load<f32>(rows) * bytes;
    const end = at + whole;
    let from = dy;
    while (at < end) {
      v128.store(at, f32x4.add(v128.load(at), v128.load(from)));
      at += vectorBytes;
      from += vectorBytes;
    }
    storeLanes(at, f32x4.add(v128.load(at), v128.load(from)), rest);
    dy += bytes;
    rows += 4;
  }
}

/** `[count, depth]` from `[count]` labels; a label outside gives a row of zeros. */
export function oneHot(to: usize, labels: usize, count: usize, depth: usize): void {
  fillFloats(to, f32x4.splat(0), count * depth);
  for (let i: usize = 0; i < count; i++) {
    const label = <usize>load<f32>(labels);
    if (label < depth) store<f32>(to + (label << 2), 1);
    to += depth << 2;
    labels += 4;
  }
}

/** The largest of four, in all lanes. @inline */
export function largestOfLanes(v: v128): v128 {
  const pairs = f32x4.pmax(v, i32x4.shuffle(v, v, 2, 3, 0, 1));
  return f32x4.pmax(pairs, i32x4.shuffle(pairs, pairs, 1, 0, 3, 2));
}

/** The largest of a row, in all lanes. A NaN in it may get lost: e^(NaN − largest) is NaN all the same. `max` would be several instructions. */
function largestOf(from: usize, count: usize): v128 {
  let largest = f32x4.splat(-Infinity);
  const end = from + ((count >> 2) << 4);
  while (from < end) {
    largest = f32x4.pmax(largest, v128.load(from));
    from += vectorBytes;
  }
  if (count & 3) {
    const last = v128.bitselect(v128.load(from), f32x4.splat(-Infinity), lanesBelow(<i32>(count & 3)));
    largest = f32x4.pmax(largest, last);
  }
  return largestOfLanes(largest);
}

/** Writes e^(x − largest) of a row and returns the sum. */
function exponentials(to: usize, from: usize, count: usize, largest: v128): f32 {
  let total = f32x4.splat(0);
  const end = to + ((count >> 2) << 4);
  while (to < end) {
    const y = exponential(f32x4.sub(v128.load(from), largest));
    v128.store(to, y);
    total = f32x4.add(total, y);
    to += vectorBytes;
    from += vectorBytes;
  }
  if (count & 3) {
    const y = v128.and(exponential(f32x4.sub(v128.load(from), largest)), lanesBelow(<i32>(count & 3)));
    storeLanes(to, y, count & 3);
    total = f32x4.add(total, y);
  }
  return sumOfLanes(total);
}

/** Over the last axis. */
export function softmax(to: usize, from: usize, rows: usize, columns: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const total = f32x4.splat(exponentials(to, from, columns, largestOf(from, columns)));
    const end = to + ((columns >> 2) << 4);
    while (to < end) {
      v128.store(to, f32x4.div(v128.load(to), total));
      to += vectorBytes;
    }
    storeLanes(to, f32x4.div(v128.load(to), total), columns & 3);
    to += (columns & 3) << 2;
    from += columns << 2;
  }
}

/** Loss of each row; `scratch` has room for one. */
export function softmaxCrossEntropy(to: usize, from: usize, rows: usize, columns: usize, labels: usize, scratch: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const largest = largestOf(from, columns);
    const total = exponentials(scratch, from, columns, largest);
    const right = load<f32>(from + ((<usize>load<f32>(labels)) << 2));
    // In double: a loss near 0 is a difference of numbers that may be large.
    const logarithm = Math.log(<f64>total) + <f64>f32x4.extract_lane(largest, 0);
    store<f32>(to, <f32>(logarithm - <f64>right));
    to += 4;
    labels += 4;
    from += columns << 2;
  }
}
