/**
 * The self-test of sums over rows beside the same over the first of them, which an executor may carry out as one: a gradient, and the share of the first
 * examples in it. All values are small whole numbers, so that every executor must answer exactly.
 */
import { GraphBuilder } from '../graph/builder.ts';
import type { Feed, HostTensor } from '../graph/executor.ts';
import type { Graph, NodeId } from '../graph/graph.ts';

const [rows, first, inputs, outputs] = [19, 7, 29, 37] as const;

/**
 * Four matrices, one below the other: the product of `x` and `y` over the first rows and over all, and the gradients of a kernel of one pixel, which
 * are products over the pixels of all images, here of one each.
 */
export function sharesGraph(): Graph {
  const g = new GraphBuilder();
  const [x, y] = [g.feed('x', [rows, inputs]), g.feed('y', [rows, outputs])];
  const images = (matrix: NodeId, channels: number): NodeId => g.reshape(matrix, [rows, 1, 1, channels]);
  const kernel = (a: NodeId, b: NodeId): NodeId => g.reshape(g.conv2dKernelGradient(a, b, [1, 1, inputs, outputs]), [inputs, outputs]);
  const head = (whole: NodeId): NodeId => g.slice(whole, 0, first);
  const [left, right] = [images(x, inputs), images(y, outputs)];
  const products = [g.matMul(head(x), head(y), true), g.matMul(x, y, true)];
  return g.finish({ answer: g.concat([...products, kernel(head(left), head(right)), kernel(left, right)]) });
}

const x = Float32Array.from({ length: rows * inputs }, (_, i) => ((i * 7919) % 11) - 5);
const y = Float32Array.from({ length: rows * outputs }, (_, i) => ((i * 7907) % 7) - 3);

/** What it is asked with. */
export const sharesFeed: Feed = { step: 0, scalars: {}, tensors: { x, y } };

/** What it must answer. */
export function sharesAnswer(): HostTensor {
  const values = [first, rows, first, rows].flatMap((count) =>
    Array.from({ length: inputs * outputs }, (_, at) => {
      const [i, j] = [Math.floor(at / outputs), at % outputs];
      let sum = 0;
      for (let row = 0; row < count; row++) sum += x[row * inputs + i]! * y[row * outputs + j]!;
      return sum;
    }),
  );
  return { shape: [4 * inputs, outputs], values: Float32Array.from(values) };
}
