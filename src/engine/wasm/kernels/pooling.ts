/** Largest values of windows of size × size, and the way back: ties go to the first element of a window. */
import { fillFloats, storeLanes, word } from './vector';

/** `[…, to, x, images, height, width, channels, size]`, the size of x. */
export function maxPool(p: usize): void {
  let to = word(p, 2);
  const x = word(p, 3);
  const images = word(p, 4);
  const height = word(p, 5);
  const width = word(p, 6);
  const channels = word(p, 7);
  const size = word(p, 8);
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
              largest = f32x4.max(largest, v128.load(at));
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

/** `[…, to, dy, images, height, width, channels, size, x]`, sizes of x. */
export function maxPoolGradient(p: usize): void {
  const to = word(p, 2);
  let dy = word(p, 3);
  const images = word(p, 4);
  const height = word(p, 5);
  const width = word(p, 6);
  const channels = word(p, 7);
  const size = word(p, 8);
  const x = word(p, 9);
  const pixelBytes = channels << 2;
  const rowBytes = width * pixelBytes;
  const rows = height / size;
  const columns = width / size;
  fillFloats(to, f32x4.splat(0), images * height * width * channels);
  for (let image: usize = 0; image < images; image++) {
    for (let row: usize = 0; row < rows; row++) {
      for (let column: usize = 0; column < columns; column++) {
        const corner = (image * height + row * size) * rowBytes + column * size * pixelBytes;
        for (let channel: usize = 0; channel < channels; channel++) {
          let best = corner + (channel << 2);
          let largest = load<f32>(x + best);
          for (let i: usize = 0; i < size; i++) {
            let at = corner + i * rowBytes + (channel << 2);
            for (let j: usize = 0; j < size; j++) {
              const value = load<f32>(x + at);
              if (value > largest) {
                largest = value;
                best = at;
              }
              at += pixelBytes;
            }
          }
          store<f32>(to + best, load<f32>(dy + (channel << 2)));
        }
        dy += pixelBytes;
      }
    }
  }
}
