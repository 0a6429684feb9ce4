/** Four floats at a time: what all kernels share. What is marked @inline is copied to where it is used by the build. */

/** Bytes of a vector; in line, since V8 would read it from memory at every step of a loop. @inline */
export const vectorBytes: usize = 16;

/** `a · b + c`; one rounding where the build and the CPU fuse it. @inline */
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Stores the first `lanes` (1 to 3) elements. @inline */
export function storeLanes(at: usize, value: v128, lanes: usize): void {
  if (lanes & 2) {
    v128.store64_lane(at, value, 0);
    if (lanes & 1) v128.store32_lane(at, value, 2, 8);
  } else if (lanes) {
    v128.store32_lane(at, value, 0);
  }
}

/** Lanes before `lanes` are all ones, the others zero. @inline */
export function lanesBelow(lanes: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(lanes));
}

/** Sum of the four lanes. @inline */
export function sumOfLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Copies `count` floats; nothing past them is written. @inline */
export function copyFloats(to: usize, from: usize, count: usize): void {
  const end = to + ((count >> 2) << 4);
  while (to < end) {
    v128.store(to, v128.load(from));
    to += vectorBytes;
    from += vectorBytes;
  }
  storeLanes(to, v128.load(from), count & 3);
}

/** Fills `count` floats. @inline */
export function fillFloats(to: usize, value: v128, count: usize): void {
  const end = to + ((count >> 2) << 4);
  while (to < end) {
    v128.store(to, value);
    to += vectorBytes;
  }
  storeLanes(to, value, count & 3);
}
