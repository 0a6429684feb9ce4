/**
 * The self-test of sizes that have code of their own: products between, beyond and far beyond a tile, sums that are cut in parts, rows longer than a
 * workgroup, and what threads share only where there is more than one of it. Values are small whole numbers, so that every executor must answer exactly where no exponential is taken.
 */
import { make, tensor, type SelfTestCase } from './self-test-case.ts';
import type { HostTensor } from '../graph/executor.ts';
import { sizeOf, type Shape } from '../graph/graph.ts';

/** Whole numbers from −`most` to `most`, without pattern. */
function whole(shape: Shape, most: number): HostTensor {
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = ((i * 7919 + (i >> 5)) % (2 * most + 1)) - most;
  return { shape, values };
}

/** All of them. */
export function sizeCases(): readonly SelfTestCase[] {
  return [...products(), ...sums(), ...softmaxes(), ...elementwise(), ...pooling()];
}

function products(): SelfTestCase[] {
  const sizes: readonly (readonly [note: string, m: number, n: number, k: number])[] = [
    ['more than a few', 7, 37, 21],
    ['deep, few results', 4, 3, 1100],
    ['many tiles', 1985, 65, 2],
  ];
  return sizes.map(([note, m, n, k], index) => {
    const [transposeA, transposeB] = [index === 2, index === 0];
    const [a, b] = [whole(transposeA ? [k, m] : [m, k], 2), whole(transposeB ? [n, k] : [k, n], 5)];
    const expected = new Float32Array(m * n);
    for (let row = 0; row < m; row++)
      for (let i = 0; i < k; i++) {
        const factor = a.values[transposeA ? i * m + row : row * k + i]!;
        for (let column = 0; column < n; column++)
          expected[row * n + column]! += factor * b.values[transposeB ? column * k + i : i * n + column]!;
      }
    return {
      op: { op: 'matMul', transposeA, transposeB },
      note,
      inputs: [a, b],
      expected: { shape: [m, n], values: expected },
      tolerance: 0,
    };
  });
}

function sums(): SelfTestCase[] {
  const shapes: readonly (readonly [note: string, rows: number, columns: number])[] = [
    ['many columns', 70, 67],
    ['long columns', 512, 33],
    ['one long column', 5003, 1],
  ];
  return shapes.map(([note, rows, columns]) => {
    const x = whole([rows, columns], 9);
    const expected = new Array<number>(columns).fill(0);
    x.values.forEach((value, i) => (expected[i % columns]! += value));
    return make({ op: 'sum', axes: [0], keep: false }, note, [x], [columns], expected, 0);
  });
}

function softmaxes(): SelfTestCase[] {
  const [rows, columns] = [3, 150];
  const x = whole([rows, columns], 6);
  const expected = Array.from({ length: rows }, (_, row) => {
    const exponentials = [...x.values.subarray(row * columns, (row + 1) * columns)].map(Math.exp);
    const total = exponentials.reduce((sum, value) => sum + value, 0);
    return exponentials.map((value) => value / total);
  });
  return [make({ op: 'softmax' }, 'long rows', [x], [rows, columns], expected.flat(), 1e-6)];
}

function elementwise(): SelfTestCase[] {
  return [
    [7, 61],
    [9, 16],
  ].map((shape) => {
    const [x, row] = [whole(shape, 9), whole(shape.slice(-1), 5)];
    const expected = Array.from(x.values, (value, i) => value * row.values[i % row.values.length]!);
    return make({ op: 'mul' }, 'many numbers', [x, row], shape, expected, 0);
  });
}

function pooling(): SelfTestCase[] {
  const images = tensor([2, 2, 2, 1], [1, 4, 3, 2, -5, -6, -8, -7]);
  const gradient = tensor([2, 1, 1, 1], [5, 7]);
  return [
    make({ op: 'maxPool', size: 2 }, 'two images', [images], [2, 1, 1, 1], [4, -5], 0),
    make({ op: 'maxPoolGradient', size: 2 }, 'two images', [gradient, images], [2, 2, 2, 1], [0, 5, 0, 0, 7, 0, 0, 0], 0),
  ];
}
