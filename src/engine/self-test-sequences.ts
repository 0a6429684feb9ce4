/** Questions about what language models add, answered in double precision term by term: contexts of one and of more than a tile, large scores. */
import type { HostTensor } from '../graph/executor.ts';
import { sizeOf, type Shape } from '../graph/graph.ts';
import { make, spread, tensor, type SelfTestCase } from './self-test-case.ts';

/** All cases. */
export function sequenceCases(): readonly SelfTestCase[] {
  return [...gatherGradientCases(), ...standardizeCases(), ...rotateCases(), ...attentionCases()];
}

function gatherGradientCases(): SelfTestCase[] {
  const dy = tensor([4, 3], [1, 2, 3, 10, 20, 30, 100, 200, 300, 1000, 2000, 3000]);
  const op = { op: 'gatherGradient' } as const;
  return [
    make(
      op,
      'a row twice, rows never',
      [dy, tensor([4], [2, 0, 2, 4])],
      [5, 3],
      [10, 20, 30, 0, 0, 0, 101, 202, 303, 0, 0, 0, 1000, 2000, 3000],
    ),
    make(op, 'numbers', [tensor([3], [1, 2, 4]), tensor([3], [1, 1, 0])], [2], [4, 3]),
  ];
}

function standardizeCases(): SelfTestCase[] {
  const epsilon = 1e-3;
  const shapes: readonly Shape[] = [
    [2, 3, 7],
    [3, 1],
  ];
  return shapes.flatMap((shape) =>
    [true, false].flatMap((centered) => {
      const [x, dy] = [spread(shape, 4), spread(shape, 13)];
      const { y, dx } = standardized(x, dy, centered, epsilon);
      const note = `rows of ${String(shape.at(-1))}, ${centered ? 'centred' : 'not centred'}`;
      return [
        make({ op: 'standardize', centered, epsilon }, note, [x], shape, y, 1e-5),
        make({ op: 'standardizeGradient', centered, epsilon }, note, [dy, x], shape, dx, 2e-5),
      ];
    }),
  );
}

function standardized(x: HostTensor, dy: HostTensor, centered: boolean, epsilon: number): { readonly y: number[]; readonly dx: number[] } {
  const columns = x.shape.at(-1) ?? 1;
  const [y, dx]: [number[], number[]] = [[], []];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / columns;
  for (let from = 0; from < x.values.length; from += columns) {
    const [row, slopes] = [x, dy].map(({ values }) => [...values.subarray(from, from + columns)]) as [number[], number[]];
    const shifted = row.map((value) => value - (centered ? mean(row) : 0));
    const deviation = Math.sqrt(mean(shifted.map((value) => value ** 2)) + epsilon);
    const own = shifted.map((value) => value / deviation);
    const along = mean(own.map((value, i) => value * (slopes[i] ?? 0)));
    y.push(...own);
    dx.push(...slopes.map((slope, i) => (slope - (centered ? mean(slopes) : 0) - (own[i] ?? 0) * along) / deviation));
  }
  return { y, dx };
}

function rotateCases(): SelfTestCase[] {
  const [positions, half] = [3, 5];
  const angles = Array.from({ length: positions * half }, (_, index) => 0.3 * index);
  const [cosines, sines] = [Math.cos, Math.sin].map((of) => tensor([positions, half], angles.map(of))) as [HostTensor, HostTensor];
  const x = spread([2 * positions, 2 * 2 * half], 6);
  const at = (row: number, head: number, column: number): number => x.values[row * 4 * half + head * 2 * half + column] ?? 0;
  const expected = Array.from({ length: sizeOf(x.shape) }, (_, index) => {
    const [row, column] = [Math.floor(index / (4 * half)), index % (2 * half)];
    const head = Math.floor(index / (2 * half)) % 2;
    const angle = angles[(row % positions) * half + (column % half)] ?? 0;
    const own = at(row, head, column) * Math.cos(angle);
    return column < half ? own - at(row, head, column + half) * Math.sin(angle) : own + at(row, head, column - half) * Math.sin(angle);
  });
  return [make({ op: 'rotate' }, 'two heads, two sequences', [x, cosines, sines], x.shape, expected, 2e-6)];
}

/** Sizes of a question about attention. */
interface Sizes {
  readonly sequences: number;
  readonly context: number;
  readonly heads: number;
  readonly keyWidth: number;
  readonly valueWidth: number;
}

function attentionCases(): SelfTestCase[] {
  const questions: readonly (readonly [note: string, size: number, sizes: Sizes])[] = [
    ['two sequences, more than a tile', 1, { sequences: 2, context: 11, heads: 3, keyWidth: 3, valueWidth: 9 }],
    ['more than a workgroup', 1, { sequences: 1, context: 70, heads: 1, keyWidth: 5, valueWidth: 3 }],
    ['large scores', 30, { sequences: 1, context: 6, heads: 1, keyWidth: 4, valueWidth: 4 }],
  ];
  return questions.flatMap(([note, size, sizes]) => {
    const { sequences, context, heads, keyWidth, valueWidth } = sizes;
    const rows = sequences * context;
    const [keys, outputs] = [[rows, heads * keyWidth], [rows, heads * valueWidth]] as const; // prettier-ignore
    const large = (x: HostTensor): HostTensor =>
      tensor(
        x.shape,
        [...x.values].map((value) => value * size),
      );
    const [q, k, v, dy] = [large(spread(keys, 3)), large(spread(keys, 19)), spread(outputs, 7), spread(outputs, 31)];
    const { y, gradient } = attend(q, k, v, dy, sizes);
    return [
      make({ op: 'causalAttention', heads, context }, note, [q, k, v], outputs, y, 1e-5),
      make({ op: 'causalAttentionGradient', heads, context }, note, [dy, q, k, v], [gradient.length], gradient, 3e-5),
    ];
  });
}

/** Attention and its gradient, one query after another. */
function attend(
  q: HostTensor,
  k: HostTensor,
  v: HostTensor,
  dy: HostTensor,
  sizes: Sizes,
): { readonly y: number[]; readonly gradient: number[] } {
  const { context, heads, keyWidth, valueWidth } = sizes;
  const rows = sizes.sequences * context;
  const zeros = (count: number): number[] => new Array<number>(count).fill(0);
  const [y, dq, dk, dv] = [v, q, k, v].map(({ values }) => zeros(values.length)) as [number[], number[], number[], number[]];
  const dot = (a: HostTensor, i: number, b: HostTensor, j: number): number => {
    const width = (a.shape[1] ?? 0) / heads;
    let sum = 0;
    for (let c = 0; c < width; c++) sum += (a.values[i * width + c] ?? 0) * (b.values[j * width + c] ?? 0);
    return sum;
  };
  const bump = (to: number[], i: number, from: HostTensor, j: number, width: number, factor: number): void => {
    for (let c = 0; c < width; c++) to[i * width + c] = (to[i * width + c] ?? 0) + factor * (from.values[j * width + c] ?? 0);
  };
  for (let query = 0; query < rows * heads; query++) {
    const row = Math.floor(query / heads);
    // Heads of a position stand side by side, so that the same head of the position before is `heads` further up.
    const seen = Array.from({ length: (row % context) + 1 }, (_, back) => query - back * heads);
    const scores = seen.map((key) => dot(q, query, k, key) / Math.sqrt(keyWidth));
    const exponentials = scores.map((score) => Math.exp(score - Math.max(...scores)));
    const total = exponentials.reduce((sum, value) => sum + value, 0);
    const p = exponentials.map((value) => value / total);
    const slopes = seen.map((key) => dot(dy, query, v, key));
    const along = p.reduce((sum, value, i) => sum + value * (slopes[i] ?? 0), 0);
    seen.forEach((key, i) => {
      const [share, s] = [p[i] ?? 0, ((p[i] ?? 0) * ((slopes[i] ?? 0) - along)) / Math.sqrt(keyWidth)];
      bump(y, query, v, key, valueWidth, share);
      bump(dv, key, dy, query, valueWidth, share);
      bump(dq, query, k, key, keyWidth, s);
      bump(dk, key, q, query, keyWidth, s);
    });
  }
  return { y, gradient: [...dq, ...dk, ...dv] };
}
