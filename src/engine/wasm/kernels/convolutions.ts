/**
 * Convolutions of stride 1 with zeros around, and their gradients, straight on the images: one image at a time is copied into a frame
 * of zeros, after which every pixel is alike, and the pixels under a row of the kernel lie side by side.
 *
 * The frame must hold zeros where the image does not reach; it is never written there. `zeros`: 32 bytes of them.
 */
import { sixPixels, sixPlaces } from './convolution-tiles';
import { columnTile, rowTile } from './tiles';
import { copyFloats, fillFloats } from './vector';

/** Copies an image into the middle of the frame. */
function frameImage(frame: usize, image: usize, height: usize, rowFloats: usize, frameRow: usize, top: usize, left: usize): void {
  let to = frame + top * frameRow + left;
  for (let row: usize = 0; row < height; row++) {
    copyFloats(to, image, rowFloats);
    to += frameRow;
    image += rowFloats << 2;
  }
}

/** Rows of the next tile where so many are left: six as long as no more than two of a tile of four stay unused. */
function tileRows(left: usize): usize {
  return left > 8 || left == 5 || left == 6 ? min(left, 6) : min(left, 4);
}

/** `to [images, height, width, outputs]` from `x [images, height, width, channels]` and `kernel [kh, kw, channels, outputs]`. */
export function conv2d(
  to: usize,
  x: usize,
  kernel: usize,
  images: usize,
  height: usize,
  width: usize,
  channels: usize,
  outputs: usize,
  kernelHeight: usize,
  kernelWidth: usize,
  frame: usize,
  zeros: usize,
): void {
  const pixel = channels << 2;
  const frameRow = (width + kernelWidth - 1) * pixel;
  const toPixel = outputs << 2;
  const run = kernelWidth * channels;
  for (let image: usize = 0; image < images; image++) {
    frameImage(frame, x, height, width * channels, frameRow, kernelHeight >> 1, (kernelWidth >> 1) * pixel);
    x += height * width * pixel;
    for (let row: usize = 0; row < height; row++) {
      let rows: usize = 0;
      for (let column: usize = 0; column < width; column += rows) {
        rows = tileRows(width - column);
        const a0 = frame + row * frameRow + column * pixel;
        if (rows > 4 && outputs > 4) {
          for (let j: usize = 0; j < outputs; j += 8) {
            const columns = min(outputs - j, 8);
            sixPixels(a0, pixel, run, kernelHeight, frameRow, kernel + (j << 2), toPixel, to + (j << 2), toPixel, rows, columns, zeros);
          }
          to += rows * toPixel;
          continue;
        }
        rows = min(rows, 4);
        const a1 = rows > 1 ? a0 + pixel : a0;
        const a2 = rows > 2 ? a1 + pixel : a0;
        const a3 = rows > 3 ? a2 + pixel : a0;
        for (let j: usize = 0; j < outputs; j += 8) {
          const columns = min(outputs - j, 8);
          rowTile(a0, a1, a2, a3, run, kernelHeight, frameRow, kernel + (j << 2), toPixel, to + (j << 2), toPixel, rows, columns, zeros, 0);
        }
        to += rows * toPixel;
      }
    }
  }
}

/** A convolution of dy with the kernel turned by 180°, inputs and outputs exchanged. */
export function conv2dInputGradient(
  to: usize,
  dy: usize,
  kernel: usize,
  images: usize,
  height: usize,
  width: usize,
  channels: usize,
  outputs: usize,
  kernelHeight: usize,
  kernelWidth: usize,
  frame: usize,
  zeros: usize,
  turned: usize,
): void {
  const taps = kernelHeight * kernelWidth;
  for (let tap: usize = 0; tap < taps; tap++) {
    let from = kernel + (((taps - 1 - tap) * channels * outputs) << 2);
    for (let channel: usize = 0; channel < channels; channel++) {
      let at = turned + ((tap * outputs * channels + channel) << 2);
      for (let output: usize = 0; output < outputs; output++) {
        store<f32>(at, load<f32>(from));
        at += channels << 2;
        from += 4;
      }
    }
  }
  conv2d(to, dy, turned, images, height, width, outputs, channels, kernelHeight, kernelWidth, frame, zeros);
}

/**
 * Each image's share is summed in registers and added. `rows` rows of the gradient, of `outputs` numbers each, from `firstRow` on, a whole four. If
 * `share` is not 0, what the first `shareImages` come to goes there.
 */
export function conv2dKernelGradient(
  to: usize,
  x: usize,
  dy: usize,
  images: usize,
  height: usize,
  width: usize,
  channels: usize,
  outputs: usize,
  kernelHeight: usize,
  kernelWidth: usize,
  frame: usize,
  share: usize,
  shareImages: usize,
  firstRow: usize,
  rows: usize,
): void {
  const pixel = channels << 2;
  const frameRow = (width + kernelWidth - 1) * pixel;
  const toStep = outputs << 2;
  const run = kernelWidth * channels;
  const endRow = firstRow + rows;
  fillFloats(to + firstRow * toStep, f32x4.splat(0), rows * outputs);
  for (let image: usize = 0; image < images; image++) {
    frameImage(frame, x, height, width * channels, frameRow, kernelHeight >> 1, (kernelWidth >> 1) * pixel);
    for (let row = firstRow; row < endRow;) {
      const i = row % run;
      const a = frame + (row / run) * frameRow + (i << 2);
      let tall = tileRows(min(run - i, endRow - row));
      if (tall < 6 || outputs <= 4) tall = min(tall, 4);
      for (let j: usize = 0; j < outputs; j += 8) {
        const at = to + row * toStep + (j << 2);
        const columns = min(outputs - j, 8);
        if (tall > 4) sixPlaces(a, pixel, width, height, frameRow, dy + (j << 2), toStep, at, toStep, columns);
        else columnTile(a, pixel, width, height, frameRow, dy + (j << 2), toStep, at, toStep, tall, columns, at, toStep);
      }
      row += tall;
    }
    x += height * width * pixel;
    dy += height * width * toStep;
    if (share && image + 1 == shareImages) copyFloats(share + firstRow * toStep, to + firstRow * toStep, rows * outputs);
  }
}
