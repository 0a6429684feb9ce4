/**
 * The self-test of what no single op shows: a model's weights are pieces of one long vector, and textures and buffers have widths that such a
 * vector outgrows. All values are small whole numbers, so that every executor must answer exactly.
 */
import { GraphBuilder } from '../graph/builder.ts';
import type { Feed, HostTensor } from '../graph/executor.ts';
import type { Graph } from '../graph/graph.ts';

const [examples, inputs, outputs, hidden] = [4, 100, 170, 3] as const;
/** Longer than textures of 16,384 are wide, and no square. */
const total = inputs * outputs + outputs * hidden;

/** Two products, of examples with a long piece of the vector and of that with a short one behind it. */
export function weightsGraph(): Graph {
  const g = new GraphBuilder();
  const vector = g.feed('vector', [total]);
  const first = g.reshape(g.slice(vector, 0, inputs * outputs), [inputs, outputs]);
  const second = g.reshape(g.slice(vector, inputs * outputs, outputs * hidden), [outputs, hidden]);
  return g.finish({ answer: g.matMul(g.matMul(g.feed('x', [examples, inputs]), first), second) });
}

const x = Float32Array.from({ length: examples * inputs }, (_, i) => ((i * 5) % 3) - 1);
const vector = Float32Array.from({ length: total }, (_, i) => ((i * 7919) % 13) - 6);

/** What it is asked with. */
export const weightsFeed: Feed = { step: 0, scalars: {}, tensors: { x, vector } };

/** What it must answer. */
export function weightsAnswer(): HostTensor {
  const product = (a: Float32Array, b: Float32Array, inner: number, columns: number) =>
    Float32Array.from({ length: (a.length / inner) * columns }, (_, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      let sum = 0;
      for (let i = 0; i < inner; i++) sum += a[row * inner + i]! * b[i * columns + column]!;
      return sum;
    });
  const middle = product(x, vector.subarray(0, inputs * outputs), inputs, outputs);
  return { shape: [examples, hidden], values: product(middle, vector.subarray(inputs * outputs), outputs, hidden) };
}
