/**
 * The self-test of sizes that have code of their own: products between, beyond and far beyond a tile, sums that are cut in parts, rows longer than a
 * workgroup. Values are small whole numbers, so that every executor must answer exactly where no exponential is taken.
 */
import { make, tensor, type SelfTestCase } from './self-test-case.ts';
import type { HostTensor } from '../graph/executor.ts';
import { sizeOf, type Shape } from '../graph/graph.ts';

/** Whole numbers from −`most` to `most`, without pattern. */
function whole(shape: Shape, most: number): HostTensor {
  return tensor(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7919 + (i >> 5)) % (2 * most + 1)) - most),
  );
}

/** All of them. */
export function sizeCases(): readonly SelfTestCase[] {
  return [...products(), ...sums(), ...softmaxes()];
}

function products(): SelfTestCase[] {
  const sizes: readonly (readonly [note: string, m: number, n: number, k: number])[] = [
    ['more than a few', 7, 37, 21],
    ['deep, few results', 4, 3, 1100],
    ['many tiles', 449, 460, 3],
  ];
  return sizes.map(([note, m, n, k], index) => {
    const [transposeA, transposeB] = [index === 2, index === 0];
    const [a, b] = [whole(transposeA ? [k, m] : [m, k], 2), whole(transposeB ? [n, k] : [k, n], 5)];
    const expected = new Array<number>(m * n).fill(0);
    for (let row = 0; row < m; row++)
      for (let i = 0; i < k; i++) {
        const factor = a.values[transposeA ? i * m + row : row * k + i]!;
        for (let column = 0; column < n; column++)
          expected[row * n + column]! += factor * b.values[transposeB ? column * k + i : i * n + column]!;
      }
    return make({ op: 'matMul', transposeA, transposeB }, note, [a, b], [m, n], expected, 0);
  });
}

function sums(): SelfTestCase[] {
  const shapes: readonly (readonly [note: string, rows: number, columns: number])[] = [
    ['many columns', 70, 67],
    ['long columns', 2000, 33],
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
