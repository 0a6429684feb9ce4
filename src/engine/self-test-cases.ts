/**
 * One small question per op, with the answer worked out here in plain JavaScript. Shapes are odd on purpose: size-1 axes,
 * sides that do not divide, more than one channel; values include ties, infinities and NaN where an op must cope with them.
 */
import type { HostTensor } from '../graph/executor.ts';
import { sizeOf, type BinaryName, type Shape, type UnaryName } from '../graph/graph.ts';
import { make, spread, tensor, type SelfTestCase } from './self-test-case.ts';
import { sequenceCases } from './self-test-sequences.ts';

const unaryFunctions: Readonly<Record<Exclude<UnaryName, 'erf' | 'isFinite'>, (x: number) => number>> = {
  neg: (x) => -x,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  square: (x) => x * x,
  abs: Math.abs,
  sign: Math.sign,
  step: (x) => (x > 0 ? 1 : 0),
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))),
  reciprocal: (x) => 1 / x,
};

function unaryCases(): SelfTestCase[] {
  const signed = [-20, -3, -0.5, 0, 0.25, 1, 15];
  const positive = [1e-6, 0.25, 0.5, 1, 2, 9, 1e4];
  const names = Object.keys(unaryFunctions) as (keyof typeof unaryFunctions)[];
  const cases = names.map((op) => {
    const values = ['log', 'sqrt', 'reciprocal'].includes(op) ? positive : signed;
    return make({ op }, 'seven values', [tensor([7], values)], [7], values.map(unaryFunctions[op]), 5e-6);
  });
  // Abramowitz and Stegun, Handbook of Mathematical Functions, table 7.1.
  cases.push(
    make(
      { op: 'erf' },
      'tabulated',
      [tensor([5], [-2, -0.5, 0, 1, 4])],
      [5],
      [-0.9953222650189527, -0.5204998778130465, 0, 0.8427007929497149, 0.9999999845827421],
    ),
  );
  const odd = [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -3e38];
  cases.push(make({ op: 'isFinite' }, 'infinities and NaN', [tensor([5], odd)], [5], [1, 0, 0, 0, 1]));
  return cases;
}

const binaryFunctions: Readonly<Record<BinaryName, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  minimum: Math.min,
  maximum: Math.max,
  greater: (a, b) => (a > b ? 1 : 0),
};

function binaryCases(): SelfTestCase[] {
  const names = Object.keys(binaryFunctions) as BinaryName[];
  const shapes: readonly (readonly [string, Shape, Shape, Shape])[] = [
    ['same shape', [3, 5], [3, 5], [3, 5]],
    ['row', [3, 5], [5], [3, 5]],
    ['column', [3, 1], [3, 5], [3, 5]],
    ['scalar', [], [3, 5], [3, 5]],
    ['both ways', [3, 1], [1, 5], [3, 5]],
  ];
  return names.flatMap((op) =>
    shapes.map(([note, shapeA, shapeB, shape]) => {
      const [a, b] = [spread(shapeA, 3), spread(shapeB, 11)];
      const pick = (source: HostTensor, index: number): number => source.values[broadcastIndex(source.shape, shape, index)] ?? Number.NaN;
      const expected = Array.from({ length: 15 }, (_, index) => binaryFunctions[op](pick(a, index), pick(b, index)));
      return make({ op }, note, [a, b], shape, expected, 2e-6);
    }),
  );
}

/** For two axes: which element of a tensor of shape `from` stands at `index` of `to`. */
function broadcastIndex(from: Shape, to: Shape, index: number): number {
  const columns = to[1] ?? 1;
  const [rowCount, columnCount] = from.length === 2 ? [from[0] ?? 1, from[1] ?? 1] : [1, from[0] ?? 1];
  const row = rowCount === 1 ? 0 : Math.floor(index / columns);
  return row * columnCount + (columnCount === 1 ? 0 : index % columns);
}

function selectCases(): SelfTestCase[] {
  const { NaN: nan } = Number;
  const a = tensor([4], [1, nan, 3, Number.POSITIVE_INFINITY]);
  const b = tensor([4], [nan, 6, nan, 8]);
  const [square, other] = [spread([3, 5], 1), spread([3, 5], 9)];
  const each = { op: 'select' } as const;
  return [
    make(each, 'element by element, NaN in the branch not taken', [tensor([4], [1, 0, 2, 0]), a, b], [4], [1, 6, 3, 8]),
    make(each, 'one condition, true', [tensor([], [1]), tensor([3], [1, 2, 3]), tensor([3], [nan, nan, nan])], [3], [1, 2, 3]),
    make(each, 'one condition, false', [tensor([], [0]), tensor([3, 5], new Array(15).fill(nan)), other], [3, 5], [...other.values]),
    make(
      each,
      'one condition, a fraction',
      [tensor([], [0.25]), square, tensor([3, 5], new Array(15).fill(nan))],
      [3, 5],
      [...square.values],
    ),
    make(each, 'scalars', [tensor([], [0]), tensor([], [nan]), tensor([], [7])], [], [7]),
  ];
}

function shapeCases(): SelfTestCase[] {
  const x = tensor([2, 3], [1, 2, 3, 4, 5, 7]);
  const negative = tensor([2, 3], [-1, -2, -3, -4, -5, -7]);
  const cube = spread([2, 3, 2], 5);
  const at = (i: number, j: number, k: number): number => cube.values[(i * 3 + j) * 2 + k] ?? 0;
  const outer = [0, 1, 2].map((j) => at(0, j, 0) + at(0, j, 1) + at(1, j, 0) + at(1, j, 1));
  return [
    make({ op: 'sum', axes: [0], keep: false }, 'columns', [x], [3], [5, 7, 10]),
    make({ op: 'sum', axes: [1], keep: true }, 'rows, kept', [x], [2, 1], [6, 16]),
    make({ op: 'sum', axes: [0, 1], keep: false }, 'all', [x], [], [22]),
    make({ op: 'sum', axes: [0, 2], keep: false }, 'outer axes', [cube], [3], outer),
    make({ op: 'max', axes: [1], keep: false }, 'rows, all negative', [negative], [2], [-1, -4]),
    make({ op: 'max', axes: [0], keep: true }, 'columns, kept', [x], [1, 3], [4, 5, 7]),
    make({ op: 'broadcast' }, 'scalar', [tensor([], [3])], [2, 2], [3, 3, 3, 3]),
    make({ op: 'broadcast' }, 'row', [tensor([3], [1, 2, 3])], [2, 3], [1, 2, 3, 1, 2, 3]),
    make({ op: 'broadcast' }, 'column', [tensor([2, 1], [1, 2])], [2, 3], [1, 1, 1, 2, 2, 2]),
    make({ op: 'reshape' }, 'to three rows', [x], [3, 2], [1, 2, 3, 4, 5, 7]),
    make({ op: 'slice', begin: [0, 1] }, 'two columns', [x], [2, 2], [2, 3, 5, 7]),
    make(
      { op: 'concat' },
      'three pieces',
      [tensor([1, 2], [1, 2]), tensor([2, 2], [3, 4, 5, 6]), tensor([1, 2], [7, 8])],
      [4, 2],
      [1, 2, 3, 4, 5, 6, 7, 8],
    ),
  ];
}

function matMulCases(): SelfTestCase[] {
  return [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => {
      const [m, k, n] = [3, 7, 5];
      const a = spread(transposeA ? [k, m] : [m, k], 2);
      const b = spread(transposeB ? [n, k] : [k, n], 23);
      const expected = Array.from({ length: m * n }, (_, index) => {
        const [row, column] = [Math.floor(index / n), index % n];
        let total = 0;
        for (let i = 0; i < k; i++) {
          total += (a.values[transposeA ? i * m + row : row * k + i] ?? 0) * (b.values[transposeB ? column * k + i : i * n + column] ?? 0);
        }
        return total;
      });
      return make(
        { op: 'matMul', transposeA, transposeB },
        `${transposeA ? 'Aᵀ' : 'A'}${transposeB ? 'Bᵀ' : 'B'}`,
        [a, b],
        [m, n],
        expected,
        5e-6,
      );
    }),
  );
}

function indexCases(): SelfTestCase[] {
  const table = spread([4, 3], 8);
  const rows = [2, 0, 2, 3, 1].flatMap((row) => [...table.values.subarray(row * 3, row * 3 + 3)]);
  const logits = tensor([3, 3], [0, 0, 0, 1000, 0, -1000, 1, 2, 4]);
  const last = [Math.exp(-3), Math.exp(-2), 1].map((value) => value / (Math.exp(-3) + Math.exp(-2) + 1));
  const losses = [Math.log(3), 0, Math.log(Math.exp(-3) + Math.exp(-2) + 1) + 2];
  return [
    make({ op: 'gather' }, 'rows of a table', [table, tensor([5], [2, 0, 2, 3, 1])], [5, 3], rows),
    make({ op: 'gather' }, 'labels', [tensor([4], [5, 6, 7, 8]), tensor([3], [3, 0, 0])], [3], [8, 5, 5]),
    make({ op: 'oneHot', depth: 4 }, 'three labels', [tensor([3], [3, 0, 2])], [3, 4], [0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0]),
    make({ op: 'softmax' }, 'large logits', [logits], [3, 3], [1 / 3, 1 / 3, 1 / 3, 1, 0, 0, ...last], 5e-6),
    make({ op: 'softmaxCrossEntropy' }, 'large logits', [logits, tensor([3], [1, 0, 1])], [3], losses, 5e-6),
  ];
}

function convolutionCases(): SelfTestCase[] {
  const [x, kernel, dy] = [spread([2, 5, 4, 2], 1), spread([3, 3, 2, 3], 17), spread([2, 5, 4, 3], 29)];
  const [y, dx, dKernel] = convolve(x, kernel, dy);
  return [
    make({ op: 'conv2d' }, '3 × 3, two channels to three', [x, kernel], dy.shape, y, 5e-6),
    make({ op: 'conv2dInputGradient' }, '3 × 3', [dy, kernel], x.shape, dx, 5e-6),
    make({ op: 'conv2dKernelGradient' }, '3 × 3', [x, dy], kernel.shape, dKernel, 5e-6),
  ];
}

/** A convolution and both its gradients, term by term. */
function convolve(x: HostTensor, kernel: HostTensor, dy: HostTensor): readonly [number[], number[], number[]] {
  const [count = 0, height = 0, width = 0, inner = 0] = x.shape;
  const [kernelHeight = 0, kernelWidth = 0, , outer = 0] = kernel.shape;
  const [y, dx, dKernel] = [dy, x, kernel].map((like) => new Array<number>(sizeOf(like.shape)).fill(0)) as [number[], number[], number[]];
  const bump = (target: number[], index: number, term: number): void => {
    target[index] = (target[index] ?? 0) + term;
  };
  for (let pixel = 0; pixel < count * height * width; pixel++) {
    const [image, row, column] = [Math.floor(pixel / (height * width)), Math.floor(pixel / width) % height, pixel % width];
    for (let tap = 0; tap < kernelHeight * kernelWidth; tap++) {
      const fromRow = row + Math.floor(tap / kernelWidth) - (kernelHeight >> 1);
      const fromColumn = column + (tap % kernelWidth) - (kernelWidth >> 1);
      if (fromRow < 0 || fromRow >= height || fromColumn < 0 || fromColumn >= width) continue;
      for (let pair = 0; pair < inner * outer; pair++) {
        const [c, o] = [Math.floor(pair / outer), pair % outer];
        const atX = ((image * height + fromRow) * width + fromColumn) * inner + c;
        const [atK, atY] = [(tap * inner + c) * outer + o, pixel * outer + o];
        bump(y, atY, (x.values[atX] ?? 0) * (kernel.values[atK] ?? 0));
        bump(dx, atX, (dy.values[atY] ?? 0) * (kernel.values[atK] ?? 0));
        bump(dKernel, atK, (x.values[atX] ?? 0) * (dy.values[atY] ?? 0));
      }
    }
  }
  return [y, dx, dKernel];
}

function poolCases(): SelfTestCase[] {
  const ties = tensor([1, 3, 5, 1], [1, 1, -2, -2, 9, 1, 1, -2, -3, 9, 9, 9, 9, 9, 9]);
  const three = tensor([1, 3, 3, 1], [0, 4, 0, 4, 4, 0, 0, 0, 4]);
  const channels = tensor([1, 2, 2, 2], [1, -1, 2, -2, 3, -3, 4, -4]);
  return [
    make({ op: 'maxPool', size: 2 }, 'ties, odd sides', [ties], [1, 1, 2, 1], [1, -2]),
    make({ op: 'maxPool', size: 2 }, 'two channels', [channels], [1, 1, 1, 2], [4, -1]),
    make(
      { op: 'maxPoolGradient', size: 2 },
      'ties go to the first, odd sides',
      [tensor([1, 1, 2, 1], [5, 7]), ties],
      [1, 3, 5, 1],
      [5, 0, 7, 0, 0, ...new Array<number>(10).fill(0)],
    ),
    make(
      { op: 'maxPoolGradient', size: 3 },
      'ties go to the first',
      [tensor([1, 1, 1, 1], [2]), three],
      [1, 3, 3, 1],
      [0, 2, 0, 0, 0, 0, 0, 0, 0],
    ),
    make(
      { op: 'maxPoolGradient', size: 2 },
      'two channels',
      [tensor([1, 1, 1, 2], [5, 7]), channels],
      [1, 2, 2, 2],
      [0, 7, 0, 0, 0, 0, 5, 0],
    ),
  ];
}

/** All cases. Every op but the leaves and what is drawn at random, which the self-test asks differently, occurs. */
export function selfTestCases(): readonly SelfTestCase[] {
  return [
    ...unaryCases(),
    ...binaryCases(),
    ...selectCases(),
    ...shapeCases(),
    ...matMulCases(),
    ...indexCases(),
    ...convolutionCases(),
    ...poolCases(),
    ...sequenceCases(),
  ];
}
