/**
 * What an executor is asked wherever it runs, in Node or in a browser's worker: graphs made at random, ops on shapes around and beyond their
 * tiles, and whole runs that were recorded. Answers are complaints in words, none if all is well.
 */
import { GraphBuilder } from '../graph/builder.ts';
import type { Executor } from '../graph/executor.ts';
import { sizeOf, type NodeId, type Shape } from '../graph/graph.ts';
import { fillKeepMask, fillNormal, fillUniform, stream } from '../shared/random.ts';
import recordedCnnRun from '../training/recorded/cnn.json' with { type: 'json' };
import { gap, gapToLargest } from './gap.ts';
import { interpret, Interpreter, output } from './interpreter.ts';
import { randomProgram } from './random-graph.ts';
import { recordedCnn } from './recorded-cnn.ts';
import { recordedCases, recordedRun } from './recorded-problem.ts';

const graphTolerance = 2e-5;
const shapeTolerance = 1e-5;
const seed = 77;

/** Graphs `from` … `from + count − 1`, of about `size` operations each, against double precision: any value, metrics and states of three steps. */
export async function complaintsOfGraphs(executor: Executor, from: number, count: number, size: number): Promise<string[]> {
  const complaints: string[] = [];
  for (let number = from; number < from + count; number++) {
    const { program, feeds } = randomProgram(number, size);
    const interpreter = new Interpreter();
    await Promise.all([executor.load(program), interpreter.load(program)]);
    const compare = (own: ArrayLike<number> | undefined, expected: ArrayLike<number>, what: string): void => {
      const found = gapToLargest(own ?? [], expected, 1);
      if (!(found < graphTolerance)) complaints.push(`graph ${String(number)}, ${what}: ${String(found)}`);
    };
    for (const [step, feed] of feeds.entries()) {
      const [watched, expected] = [await executor.evaluate('watch', feed), await interpreter.evaluate('watch', feed)];
      for (const [name, { values }] of Object.entries(expected))
        compare(watched[name]?.values, values, `${name} before step ${String(step)}`);
      const [own, metrics] = [await executor.run([feed]), await interpreter.run([feed])];
      for (const [name, column] of Object.entries(metrics)) compare(own[name], column, `${name} in step ${String(step)}`);
      const [state, expectedState] = [await executor.readState(), await interpreter.readState()];
      for (const [name, { values }] of Object.entries(expectedState))
        compare(state[name]?.values, values, `${name} after step ${String(step)}`);
    }
  }
  return complaints;
}

/** Every op that tiles, packs or reduces, on `count` shapes each. */
export async function complaintsOfShapes(executor: Executor, count: number): Promise<string[]> {
  const complaints: string[] = [];
  const sides = sidesFrom(seed);
  const check = async (what: string, feeds: Readonly<Record<string, Shape>>, build: (g: GraphBuilder) => NodeId): Promise<void> => {
    const found = await gapOn(executor, feeds, build);
    if (!(found < shapeTolerance)) complaints.push(`${what} of ${JSON.stringify(feeds)}: ${String(found)}`);
  };
  for (let trial = 0; trial < count; trial++) {
    await checkProducts(sides, trial, check);
    await checkImages(sides, check);
    await checkReductions(sides, trial, check);
    const rows: Shape = [sides(70), sides(300)];
    await check('softmax', { x: rows }, (g) => g.softmax(g.feed('x', rows)));
    const chosen: Shape = [sides(90)];
    await check('gather', { x: rows, rows: chosen }, (g) => g.gather(g.feed('x', rows), rowsWithin(g, chosen, rows[0] ?? 1)));
  }
  return [...complaints, ...(await complaintsOfNumbers(executor))];
}

type Sides = (largest: number) => number;
type Check = (what: string, feeds: Readonly<Record<string, Shape>>, build: (g: GraphBuilder) => NodeId) => Promise<void>;

/** Whole numbers from 1 on, drawn one after another, small ones as often as large ones. */
function sidesFrom(number: number): Sides {
  const numbers = new Float32Array(8192);
  fillUniform(numbers, number, stream.sampling, 0, 0);
  let drawn = 0;
  return (largest) => Math.floor(largest ** (numbers[drawn++ % numbers.length] ?? 0));
}

/** Row numbers below `count` out of any feed. */
function rowsWithin(g: GraphBuilder, shape: Shape, count: number): NodeId {
  return g.scale(g.unary('step', g.feed('rows', shape)), count - 1);
}

async function checkProducts(sides: Sides, trial: number, check: Check): Promise<void> {
  const limits = ([[12, 12, 20], [40, 300, 40], [150, 150, 90], [20, 20, 5000]] as const)[trial % 4] ?? [1, 1, 1]; // prettier-ignore
  const [m, n, k] = limits.map(sides) as [number, number, number];
  for (const [turnA, turnB] of [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ] as const) {
    // prettier-ignore
    const [a, b]: Shape[] = [turnA ? [k, m] : [m, k], turnB ? [n, k] : [k, n]];
    await check('product with a bias, a slope and itself', { a: a ?? [], b: b ?? [], c: [n] }, (g) => {
      const sum = g.plus(g.matMul(g.feed('a', a ?? []), g.feed('b', b ?? []), turnA, turnB), g.feed('c', [n]));
      return g.mul(g.unary('tanh', sum), sum);
    });
  }
}

async function checkImages(sides: Sides, check: Check): Promise<void> {
  const [count, height, width, inputs, outputs, size] = [sides(4), sides(14), sides(14), sides(9), sides(20), sides(4)] as const;
  const [kernelHeight, kernelWidth] = [2 * sides(3) - 1, 2 * sides(3) - 1];
  const [x, kernel, dy]: [Shape, Shape, Shape] = [
    [count, height, width, inputs],
    [kernelHeight, kernelWidth, inputs, outputs],
    [count, height, width, outputs],
  ];
  await check('conv2d', { x, kernel }, (g) => g.conv2d(g.feed('x', x), g.feed('kernel', kernel)));
  await check('conv2dInputGradient', { dy, kernel }, (g) => g.conv2dInputGradient(g.feed('dy', dy), g.feed('kernel', kernel)));
  await check('conv2dKernelGradient', { x, dy }, (g) => g.conv2dKernelGradient(g.feed('x', x), g.feed('dy', dy), kernel));
  if (size > height || size > width) return;
  const pooled = [count, Math.floor(height / size), Math.floor(width / size), inputs];
  await check('maxPool', { x }, (g) => g.maxPool(g.feed('x', x), size));
  await check('maxPoolGradient', { d: pooled, x }, (g) => g.maxPoolGradient(g.feed('d', pooled), g.feed('x', x), size));
}

async function checkReductions(sides: Sides, trial: number, check: Check): Promise<void> {
  const long: Shape = [1 + trial * sides(9000), sides(6)];
  await check('sum of all', { x: long }, (g) => g.sum(g.feed('x', long)));
  await check('sum of squares', { x: long }, (g) => g.sum(g.unary('square', g.feed('x', long))));
  await check('largest of columns', { x: long }, (g) => g.max(g.feed('x', long), [0]));
  const shape: Shape = [sides(9), sides(40), sides(9), sides(40)];
  for (const axes of [[0], [1], [3], [0, 2], [1, 3], [0, 1, 2], [2, 3]]) {
    await check(`sum over ${axes.join()}`, { x: shape }, (g) => g.sum(g.feed('x', shape), axes));
    await check(`largest over ${axes.join()}, kept`, { x: shape }, (g) => g.max(g.unary('neg', g.feed('x', shape)), axes, true));
  }
}

async function gapOn(executor: Executor, feeds: Readonly<Record<string, Shape>>, build: (g: GraphBuilder) => NodeId): Promise<number> {
  const g = new GraphBuilder();
  const graph = g.finish({ y: build(g) });
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, shape], place) => {
      const values = new Float32Array(sizeOf(shape));
      fillNormal(values, seed, stream.dataNoise, place, 0);
      return [name, values] as const;
    }),
  );
  await executor.load({ graphs: { step: graph }, data: {}, state: {}, seed });
  const { y } = await executor.evaluate('step', { step: 3, scalars: {}, tensors });
  const expected = output(graph, interpret(graph, { scalars: {}, feeds: tensors, data: {}, state: {}, seed, step: 3 }), 'y');
  return y?.shape.join() === expected.shape.join() ? gapToLargest(y.values, expected.values) : Number.POSITIVE_INFINITY;
}

/** Masks must be those of the host exactly; noise, which has logarithms and sines in it, nearly. */
async function complaintsOfNumbers(executor: Executor): Promise<string[]> {
  const complaints: string[] = [];
  for (const size of [1, 3, 5, 127, 100_003]) {
    const [mask, noise] = [new Float32Array(size), new Float32Array(size)];
    fillKeepMask(mask, 0.3, seed, 12, 5);
    fillNormal(noise, seed, stream.trainingNoise, 12, 6);
    const g = new GraphBuilder();
    const graph = g.finish({ mask: g.dropoutMask(g.scalar('rate'), [size], 5), noise: g.normalNoise([size], 6) });
    await executor.load({ graphs: { step: graph }, data: {}, state: {}, seed });
    const own = await executor.evaluate('step', { step: 12, scalars: { rate: 0.3 }, tensors: {} });
    const isSame = own['mask']?.values.every((value, i) => (value === 0) === (mask[i] === 0) && Math.abs(value - (mask[i] ?? 0)) < 3e-7);
    if (isSame !== true) complaints.push(`a mask of ${String(size)}`);
    const distance = Math.max(...Array.from({ length: Math.min(size, 5000) }, (_, i) => Math.abs((own['noise']?.values[size - 1 - i] ?? Number.NaN) - (noise[size - 1 - i] ?? 0)))); // prettier-ignore
    if (!(distance < 2e-6)) complaints.push(`noise of ${String(size)}: ${String(distance)}`);
  }
  return complaints;
}

/** Tolerance of a record in float32, by how far PyTorch's own float32 is from its float64. */
const bound = (float32Gap: number): number => 10 * float32Gap + 1e-6;

type Tensors = Readonly<Record<string, { readonly shape: readonly number[]; readonly values: ArrayLike<number> }>>;
const toSingle = (tensors: Tensors) =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, values }]) => [name, { shape, values: Float32Array.from(values) }]));

/** Every optimizer on a small MLP, and SGD on a small CNN, against what PyTorch and the papers made of them over 60 steps. */
export async function complaintsOfRecords(executor: Executor): Promise<string[]> {
  const complaints: string[] = [];
  const compare = (name: string, own: ArrayLike<number> | undefined, expected: readonly number[], float32Gap: number): void => {
    const found = gap(own ?? [], expected);
    if (!(found <= bound(float32Gap))) complaints.push(`${name}: ${String(found)} where ${String(bound(float32Gap))} is allowed`);
  };
  for (const item of recordedCases) {
    const { program, feeds } = recordedRun(item);
    await executor.load({ ...program, data: toSingle(program.data), state: toSingle(program.state) });
    const columns = await executor.run(feeds);
    const { parameters } = await executor.readState();
    compare(`${item.name}, loss`, columns['loss'], item.float64.loss, item.float32Gap.loss);
    compare(`${item.name}, gradient norm`, columns['gradNorm'], item.float64.gradNorm, item.float32Gap.gradNorm);
    compare(`${item.name}, parameters`, parameters?.values, item.float64.snapshots['60'].flat(), item.float32Gap.parameters);
  }
  const { float64, float32Gap } = recordedCnnRun;
  const { program, feeds } = recordedCnn();
  await executor.load(program);
  const columns = await executor.run(feeds);
  const { parameters } = await executor.readState();
  compare('CNN, loss', columns['loss'], float64.loss, float32Gap.loss);
  compare('CNN, gradient norm', columns['gradNorm'], float64.gradNorm, float32Gap.gradNorm);
  compare('CNN, parameters', parameters?.values, float64.parameters.flat(), float32Gap.parameters);
  return complaints;
}
