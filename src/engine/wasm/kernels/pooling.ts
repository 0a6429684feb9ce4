/** Largest values of windows of size × size, and the way back: ties go to the first element of a window. */
import { fillFloats, storeLanes } from './vector';

/** Sizes are those of x. */
export function maxPool(to: usize, x: usize, images: usize, height: usize, width: usize, channels: usize, size: usize): void {
  const pixelBytes = channels << 2;
  const rowBytes = width * pixelBytes;
  const rows = height / size;
  const columns = width / size;
  for (let image: usize = 0; image < images; image++) {
    for (let row: usize = 0; row < rows; row++) {
      for (let column: usize = 0; column < columns; column++) {
        const corner = x + (image * height + row * size) * rowBytes + column * size * pixelBytes;
        for (let channel: usize = 0; channel < channels; channel += 4) {
          let largest = f32x4.splat(-Infinity);
          for (let i: usize = 0; i < size; i++) {
            let at = corner + i * rowBytes + (channel << 2);
            for (let j: usize = 0; j < size; j++) {
              largest = f32x4.pmax(largest, v128.load(at));
              at += pixelBytes;
            }
          }
          if (channels - channel >= 4) v128.store(to + (channel << 2), largest);
          else storeLanes(to + (channel << 2), largest, channels - channel);
        }
        to += pixelBytes;
      }
    }
  }
}

/** Sizes are those of x, and of the result. */
export function maxPoolGradient(
  to: usize,
  dy: usize,
  images: usize,
  height: usize,
  width: usize,
  channels: usize,
  size: usize,
  x: usize,
): void {
  const pixelBytes = channels << 2;
  const rowBytes = width * pixelBytes;
  const rows = height / size;
  const columns = width / size;
  // Rows and columns that no window reaches.
  if (rows * size < height || columns * size < width) fillFloats(to, f32x4.splat(0), images * height * width * channels);
  for (let image: usize = 0; image < images; image++) {
    for (let row: usize = 0; row < rows; row++) {
      for (let column: usize = 0; column < columns; column++) {
        const corner = (image * height + row * size) * rowBytes + column * size * pixelBytes;
        for (let channel: usize = 0; channel < channels; channel += 4) {
          giveToLargest(to, x, corner + (channel << 2), rowBytes, pixelBytes, size, v128.load(dy + (channel << 2)), channels - channel);
        }
        dy += pixelBytes;
      }
    }
  }
}

/** Writes the gradient of four channels of a window: to the first of its largest elements, and 0 to the others. @inline */
function giveToLargest(
  to: usize,
  x: usize,
  first: usize,
  rowBytes: usize,
  pixelBytes: usize,
  size: usize,
  gradient: v128,
  lanes: usize,
): void {
  let largest = f32x4.splat(-Infinity);
  for (let i: usize = 0; i < size; i++) {
    let at = first + i * rowBytes;
    for (let j: usize = 0; j < size; j++) {
      largest = f32x4.pmax(largest, v128.load(x + at));
      at += pixelBytes;
    }
  }
  let left = gradient;
  for (let i: usize = 0; i < size; i++) {
    let at = first + i * rowBytes;
    for (let j: usize = 0; j < size; j++) {
      const isLargest = f32x4.eq(v128.load(x + at), largest);
      const given = v128.and(left, isLargest);
      left = v128.andnot(left, isLargest);
      if (lanes >= 4) v128.store(to + at, given);
      else storeLanes(to + at, given, lanes);
      at += pixelBytes;
    }
  }
}
