/** Copies: whole tensors, rectangular pieces, repeated axes, and numbers into cells of four equal ones. */
import { copyFloats, word } from './vector';

/** `[…, to, from, floats]` */
export function copy(p: usize): void {
  copyFloats(word(p, 2), word(p, 3), word(p, 4));
}

/** A number as a vector of four equal ones: `[…, to, from]`. */
export function splat(p: usize): void {
  v128.store(word(p, 2), v128.load32_splat(word(p, 3)));
}

/**
 * Walks the result in order with a stride for each axis of the source: 0 repeats it. `[…, to, from, rank, …(size, stride) outermost first]`.
 * The innermost axis is a loop, the outer ones are counted in place of recursion.
 */
export function copyPiece(p: usize): void {
  let to = word(p, 2);
  const from = word(p, 3);
  const rank = word(p, 4);
  const axes = p + 20;
  const inner = word(axes, 2 * rank - 2);
  const innerStride = word(axes, 2 * rank - 1) << 2;
  let rows: usize = 1;
  for (let axis: usize = 0; axis + 1 < rank; axis++) rows *= word(axes, 2 * axis);
  for (let row: usize = 0; row < rows; row++) {
    let at = from;
    let rest = row;
    for (let axis = rank - 1; axis > 0; axis--) {
      const size = word(axes, 2 * axis - 2);
      at += (rest % size) * (word(axes, 2 * axis - 1) << 2);
      rest /= size;
    }
    for (let i: usize = 0; i < inner; i++) {
      store<f32>(to, load<f32>(at));
      to += 4;
      at += innerStride;
    }
  }
}
