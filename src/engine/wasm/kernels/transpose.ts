/** Matrices turned: whole ones, and strips of four rows or two, four by four in registers, for what reads a few rows side by side. */

/** `[columns, rows]` from `[rows, columns]`. */
export function transpose(to: usize, from: usize, rows: usize, columns: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    let at = to + (i << 2);
    for (let j: usize = 0; j < columns; j++) {
      store<f32>(at, load<f32>(from));
      at += rows << 2;
      from += 4;
    }
  }
}

/** Writes `count` vectors, each of one element of up to four rows, `toStep` bytes apart. */
export function transposeFour(to: usize, toStep: usize, from: usize, step: usize, count: usize, rows: usize): void {
  let r0 = from;
  let r1 = rows > 1 ? r0 + step : r0;
  let r2 = rows > 2 ? r1 + step : r0;
  let r3 = rows > 3 ? r2 + step : r0;
  for (let i = count >> 2; i > 0; i--) {
    const x0 = v128.load(r0);
    const x1 = v128.load(r1);
    const x2 = v128.load(r2);
    const x3 = v128.load(r3);
    const low01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
    const high01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
    const low23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
    const high23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
    v128.store(to, i64x2.shuffle(low01, low23, 0, 2));
    to += toStep;
    v128.store(to, i64x2.shuffle(low01, low23, 1, 3));
    to += toStep;
    v128.store(to, i64x2.shuffle(high01, high23, 0, 2));
    to += toStep;
    v128.store(to, i64x2.shuffle(high01, high23, 1, 3));
    to += toStep;
    r0 += 16;
    r1 += 16;
    r2 += 16;
    r3 += 16;
  }
  for (let i = count & 3; i > 0; i--) {
    store<f32>(to, load<f32>(r0));
    store<f32>(to, load<f32>(r1), 4);
    store<f32>(to, load<f32>(r2), 8);
    store<f32>(to, load<f32>(r3), 12);
    to += toStep;
    r0 += 4;
    r1 += 4;
    r2 += 4;
    r3 += 4;
  }
}

/** The same with pairs, each of one element of two rows. */
export function transposeTwo(to: usize, toStep: usize, from: usize, step: usize, count: usize): void {
  for (let i = count >> 2; i > 0; i--) {
    const x0 = v128.load(from);
    const x1 = v128.load(from + step);
    const low = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
    const high = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
    v128.store64_lane(to, low, 0);
    v128.store64_lane(to + toStep, low, 1);
    v128.store64_lane(to + 2 * toStep, high, 0);
    v128.store64_lane(to + 3 * toStep, high, 1);
    to += 4 * toStep;
    from += 16;
  }
  for (let i = count & 3; i > 0; i--) {
    store<f32>(to, load<f32>(from));
    store<f32>(to, load<f32>(from + step), 4);
    to += toStep;
    from += 4;
  }
}
