/** Copies: whole tensors, rectangular pieces, repeated axes. */
import { copyFloats } from './vector';

/** Copies `count` floats. */
export function copy(to: usize, from: usize, count: usize): void {
  copyFloats(to, from, count);
}

/** Word `index` of a list. @inline */
function word(words: usize, index: usize): usize {
  return load<u32>(words + (index << 2));
}

/**
 * Walks the result in order with a stride for each axis of the source: 0 repeats it. `axes`: size and stride of each, outermost first.
 * The innermost axis is a loop, the outer ones are counted in place of recursion.
 */
export function copyPiece(to: usize, from: usize, rank: usize, axes: usize): void {
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
