/** The factors of products: matrices, and images and kernels as convolutions multiply them. */
import type { NodeId } from '../../../graph/graph.ts';
import { whole } from './indexing.ts';
import type { Factor } from './products.ts';

/** A matrix of so many columns as it lies in memory, or turned: its columns are then rows. */
export function matrix(id: NodeId, columns: number, isTurned: boolean): Factor {
  return {
    isByRow: !isTurned,
    body: (scope) => {
      const [outer, inner] = isTurned ? ['column', 'row'] : ['row', 'column'];
      return `return ${scope.load(id, `${outer} * ${whole(columns)} + ${inner}`)};\n`;
    },
  };
}

/** Sizes of an image `[count, height, width, channels]` and of a kernel. */
export interface Window {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
}

/**
 * Every pixel with its surroundings: a row for each pixel, a column for each tap of the kernel and each channel; zero outside the image.
 * `direction` −1 turns the window round, as the gradient of the input needs it. `isTurned`: pixels are the columns.
 */
export function surroundings(image: NodeId, window: Window, direction: 1 | -1, isTurned: boolean): Factor {
  const { height, width, channels, kernelHeight, kernelWidth } = window;
  const [pixel, within] = isTurned ? ['column', 'row'] : ['row', 'column'];
  const [up, left] = [(kernelHeight - 1) / 2, (kernelWidth - 1) / 2].map(String) as [string, string];
  const shift = (tap: string, half: string): string => (direction === 1 ? `i32(${tap}) - ${half}` : `${half} - i32(${tap})`);
  return {
    isByRow: !isTurned,
    body: (scope) => `let tap = ${within} / ${whole(channels)};
let down = ${shift(`tap / ${whole(kernelWidth)}`, up)};
let right = ${shift(`tap % ${whole(kernelWidth)}`, left)};
let x = i32(${pixel} % ${whole(width)}) + right;
let y = i32((${pixel} / ${whole(width)}) % ${whole(height)}) + down;
if (x < 0 || y < 0 || x >= ${String(width)} || y >= ${String(height)}) { return 0.0; }
return ${scope.load(image, `u32(i32(${pixel}) + down * ${String(width)} + right) * ${whole(channels)} + ${within} % ${whole(channels)}`)};
`,
  };
}

/** A kernel `[height, width, inputs, outputs]` with a row for each tap and output, and a column for each input. */
export function turnedKernel(kernel: NodeId, inputs: number, outputs: number): Factor {
  return {
    isByRow: false,
    body: (scope) => `let tap = row / ${whole(outputs)};
return ${scope.load(kernel, `(tap * ${whole(inputs)} + column) * ${whole(outputs)} + row % ${whole(outputs)}`)};
`,
  };
}
