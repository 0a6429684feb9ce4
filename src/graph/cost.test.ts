/** Work counted by hand. */
import { describe, expect, it } from 'vitest';
import { dispatchesOf, flopsOf, peakBytesOf } from './cost.ts';
import type { Graph } from './graph.ts';

describe('the cost of a graph', () => {
  const graph: Graph = {
    nodes: [
      { op: 'scalar', name: 'rate', inputs: [], shape: [] },
      { op: 'square', inputs: [0], shape: [] },
      { op: 'feed', name: 'x', inputs: [], shape: [4, 3] },
      { op: 'state', name: 'w', inputs: [], shape: [5, 3] },
      { op: 'matMul', transposeA: false, transposeB: true, inputs: [2, 3], shape: [4, 5] },
      { op: 'mul', inputs: [4, 1], shape: [4, 5] },
      { op: 'reshape', inputs: [5], shape: [20] },
    ],
    outputs: { y: 6 },
    updates: {},
  };

  it('counts multiply-adds twice and elements once', () => {
    expect(flopsOf(graph)).toBe(2 * 4 * 5 * 3 + 20 + 1);
  });

  it('holds what is still to be read, and what is given back', () => {
    // The product, what becomes of it, and a scalar: 20 + 20 + 1; the reshape is the same memory.
    expect(peakBytesOf(graph)).toBe(4 * 41);
    const nodes: Graph['nodes'] = [
      { op: 'feed', name: 'x', inputs: [], shape: [100] },
      { op: 'square', inputs: [0], shape: [100] },
      { op: 'reshape', inputs: [1], shape: [10, 10] },
      { op: 'sum', axes: [0], keep: false, inputs: [2], shape: [10] },
      { op: 'square', inputs: [3], shape: [10] },
      { op: 'square', inputs: [4], shape: [10] },
    ];
    // At the sum: 100 and 10. After it the first square is gone.
    expect(peakBytesOf({ nodes, outputs: { y: 5 }, updates: {} })).toBe(4 * 110);
    expect(peakBytesOf({ nodes, outputs: { x: 1, y: 5 }, updates: {} })).toBe(4 * 120);
  });

  it('counts the rows that are gathered or cut out, not the table', () => {
    const nodes: Graph['nodes'] = [
      { op: 'data', name: 'table', inputs: [], shape: [5000, 3] },
      { op: 'feed', name: 'rows', inputs: [], shape: [4] },
      { op: 'gather', inputs: [0, 1], shape: [4, 3] },
      { op: 'slice', begin: [0, 0], inputs: [0], shape: [2, 3] },
    ];
    expect(flopsOf({ nodes, outputs: {}, updates: {} })).toBe(4 * 3 + 2 * 3);
  });

  it('counts kernels, but neither leaves nor reshapes nor host numbers', () => {
    expect(dispatchesOf(graph)).toBe(2);
  });

  it('counts a convolution and its gradients alike', () => {
    const convolution = (op: 'conv2d' | 'conv2dInputGradient' | 'conv2dKernelGradient'): number => {
      const [x, kernel, y] = [
        [2, 4, 4, 3],
        [3, 3, 3, 5],
        [2, 4, 4, 5],
      ];
      const shapes = { conv2d: [x, kernel, y], conv2dInputGradient: [y, kernel, x], conv2dKernelGradient: [x, y, kernel] }[op];
      const nodes: Graph['nodes'] = [
        { op: 'feed', name: 'a', inputs: [], shape: shapes[0] ?? [] },
        { op: 'feed', name: 'b', inputs: [], shape: shapes[1] ?? [] },
        { op, inputs: [0, 1], shape: shapes[2] ?? [] },
      ];
      return flopsOf({ nodes, outputs: {}, updates: {} });
    };
    const expected = 2 * (2 * 4 * 4 * 5) * 27;
    expect(convolution('conv2d')).toBe(expected);
    expect(convolution('conv2dInputGradient')).toBe(expected);
    expect(convolution('conv2dKernelGradient')).toBe(expected);
  });

  it('counts the half of the scores that attention sees, and five products where its gradient is taken', () => {
    const [sequences, context, heads, width] = [2, 8, 4, 12];
    const shape = [sequences * context, width];
    const leaf = { op: 'feed', name: 'x', inputs: [], shape } as const;
    const nodes: Graph['nodes'] = [
      leaf,
      { op: 'causalAttention', heads, context, inputs: [0, 0, 0], shape },
      { op: 'causalAttentionGradient', heads, context, inputs: [0, 0, 0, 0], shape: [3 * sequences * context * width] },
    ];
    const pairs = (sequences * context * (context + 1)) / 2;
    const softmax = 6 * heads * pairs;
    const product = 2 * width * pairs;
    expect(flopsOf({ nodes: nodes.slice(0, 2), outputs: {}, updates: {} })).toBe(2 * product + softmax);
    expect(flopsOf({ nodes, outputs: {}, updates: {} })).toBe(7 * product + 2 * softmax);
  });

  it('counts rows added to a table, not the table', () => {
    const nodes: Graph['nodes'] = [
      { op: 'feed', name: 'dy', inputs: [], shape: [4, 3] },
      { op: 'feed', name: 'rows', inputs: [], shape: [4] },
      { op: 'gatherGradient', inputs: [0, 1], shape: [5000, 3] },
    ];
    expect(flopsOf({ nodes, outputs: {}, updates: {} })).toBe(4 * 3);
  });
});
