/**
 * The self-test of a product beside the same over the first rows of its sides, which an executor may carry out as one: a gradient, and the share of the
 * first examples in it. All values are small whole numbers, so that every executor must answer exactly.
 */
import { GraphBuilder } from '../graph/builder.ts';
import type { Feed, HostTensor } from '../graph/executor.ts';
import type { Graph } from '../graph/graph.ts';

const [rows, first, inputs, outputs] = [19, 7, 29, 37] as const;

/** Both products of `x` and `y`, one behind the other, the share first. */
export function sharesGraph(): Graph {
  const g = new GraphBuilder();
  const [left, right] = [g.feed('x', [rows, inputs]), g.feed('y', [rows, outputs])];
  const share = g.matMul(g.slice(left, 0, first), g.slice(right, 0, first), true);
  return g.finish({ answer: g.concat([share, g.matMul(left, right, true)]) });
}

const x = Float32Array.from({ length: rows * inputs }, (_, i) => ((i * 7919) % 11) - 5);
const y = Float32Array.from({ length: rows * outputs }, (_, i) => ((i * 7907) % 7) - 3);

/** What it is asked with. */
export const sharesFeed: Feed = { step: 0, scalars: {}, tensors: { x, y } };

/** What it must answer. */
export function sharesAnswer(): HostTensor {
  const values = new Float32Array(2 * inputs * outputs);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < inputs; i++)
      for (let j = 0; j < outputs; j++) {
        const product = x[row * inputs + i]! * y[row * outputs + j]!;
        if (row < first) values[i * outputs + j]! += product;
        values[(inputs + i) * outputs + j]! += product;
      }
  return { shape: [2 * inputs, outputs], values };
}
