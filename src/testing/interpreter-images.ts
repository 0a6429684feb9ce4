/** Convolution and pooling in double precision, as plain loops over every index. Tensors are `[n, height, width, channels]`. */
import type { Shape } from '../graph/graph.ts';

interface Tensor {
  readonly shape: Shape;
  readonly values: Float64Array;
}

/** Calls `visit(x, kernel, y)` with the flat positions that meet in a same-padded, stride-1 convolution. */
function forEachTap(xShape: Shape, kernelShape: Shape, visit: (x: number, kernel: number, y: number) => void): void {
  const [count = 0, height = 0, width = 0, inputs = 0] = xShape;
  const [kernelHeight = 0, kernelWidth = 0, , outputs = 0] = kernelShape;
  for (let n = 0; n < count; n++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (let i = 0; i < kernelHeight; i++)
          for (let j = 0; j < kernelWidth; j++) {
            const r = row + i - (kernelHeight - 1) / 2;
            const c = column + j - (kernelWidth - 1) / 2;
            if (r < 0 || r >= height || c < 0 || c >= width) continue;
            for (let input = 0; input < inputs; input++)
              for (let out = 0; out < outputs; out++)
                visit(
                  ((n * height + r) * width + c) * inputs + input,
                  ((i * kernelWidth + j) * inputs + input) * outputs + out,
                  ((n * height + row) * width + column) * outputs + out,
                );
          }
}

const at = (values: Float64Array, index: number): number => values[index] ?? Number.NaN;

/** `conv2d` */
export function convolution(x: Tensor, kernel: Tensor): Float64Array {
  const [count = 0, height = 0, width = 0] = x.shape;
  const y = new Float64Array(count * height * width * (kernel.shape[3] ?? 0));
  forEachTap(x.shape, kernel.shape, (a, k, out) => (y[out] = at(y, out) + at(x.values, a) * at(kernel.values, k)));
  return y;
}

/** `conv2dInputGradient`: dx of shape `shape`. */
export function convolutionInputGradient(dy: Tensor, kernel: Tensor, shape: Shape): Float64Array {
  const dx = new Float64Array(shape.reduce((a, b) => a * b, 1));
  forEachTap(shape, kernel.shape, (a, k, out) => (dx[a] = at(dx, a) + at(dy.values, out) * at(kernel.values, k)));
  return dx;
}

/** `conv2dKernelGradient`: dk of shape `shape`. */
export function convolutionKernelGradient(x: Tensor, dy: Tensor, shape: Shape): Float64Array {
  const dk = new Float64Array(shape.reduce((a, b) => a * b, 1));
  forEachTap(x.shape, shape, (a, k, out) => (dk[k] = at(dk, k) + at(x.values, a) * at(dy.values, out)));
  return dk;
}

/** For each pooled element the flat position of the first largest input of its window. */
function argMax(x: Tensor, size: number): Int32Array {
  const [count = 0, height = 0, width = 0, channels = 0] = x.shape;
  const rows = Math.floor(height / size);
  const columns = Math.floor(width / size);
  const positions = new Int32Array(count * rows * columns * channels);
  let index = 0;
  for (let n = 0; n < count; n++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (let channel = 0; channel < channels; channel++) {
          let best = -1;
          for (let i = 0; i < size * size; i++) {
            const r = row * size + Math.floor(i / size);
            const position = ((n * height + r) * width + column * size + (i % size)) * channels + channel;
            if (best < 0 || at(x.values, position) > at(x.values, best)) best = position;
          }
          positions[index++] = best;
        }
  return positions;
}

/** `maxPool` */
export function maxPool(x: Tensor, size: number): Float64Array {
  return Float64Array.from(argMax(x, size), (position) => at(x.values, position));
}

/** `maxPoolGradient` */
export function maxPoolGradient(dy: Tensor, x: Tensor, size: number): Float64Array {
  const dx = new Float64Array(x.values.length);
  argMax(x, size).forEach((position, index) => (dx[position] = at(dx, position) + at(dy.values, index)));
  return dx;
}
