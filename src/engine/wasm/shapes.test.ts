/** Ops that tile and pack, on shapes around and beyond their tiles, against the double-precision interpreter; and random numbers bit for bit. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, NodeId, Shape } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/graph.ts';
import { fillKeepMask, fillNormal, stream } from '../../shared/random.ts';
import { gapToLargest } from '../../testing/gap.ts';
import { interpret, output } from '../../testing/interpreter.ts';
import { createExecutor } from './executor.ts';
import type { HelperMessage } from './helpers.ts';
import { sliceBits, stateAt } from './kernels/desk-layout.ts';
import { openWasm } from './open.ts';

const executor = createExecutor(await openWasm());
/** Jobs that were laid down so far. */
let jobs = (): number => 0;
/** Cuts whatever can be cut into slices, as finely as can be, for helpers that never come. */
const slicing = createExecutor({
  ...(await openWasm(3, { program: 0, job: 0, slice: 1 })),
  startHelper: () => ({
    postMessage(message) {
      const told = message as HelperMessage;
      if (told.kind === 'start')
        jobs = () => Number((new BigInt64Array(told.memory.buffer)[(told.desk + stateAt) / 8] ?? 0n) >> BigInt(sliceBits));
    },
    terminate: () => {},
  }),
});
const seed = 77;

function numbers(shape: Shape, place: number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  fillNormal(values, seed, stream.dataNoise, place, 0);
  return values;
}

function graphOf(build: (g: GraphBuilder) => NodeId): Graph {
  const g = new GraphBuilder();
  return g.finish({ y: build(g) });
}

/**
 * Asks the executors and the interpreter for `y` of a graph that reads feeds of the given shapes; slices change no bit. Answers whether some of it was
 * done in slices.
 */
async function check(feeds: Readonly<Record<string, Shape>>, build: (g: GraphBuilder) => NodeId, tolerance = 1e-5): Promise<boolean> {
  const graph = graphOf(build);
  const tensors = Object.fromEntries(Object.entries(feeds).map(([name, shape], index) => [name, numbers(shape, index)]));
  const [program, feed] = [
    { graphs: { step: graph }, data: {}, state: {}, seed },
    { step: 3, scalars: {}, tensors },
  ] as const;
  await Promise.all([executor.load(program), slicing.load(program)]);
  const { y } = await executor.evaluate('step', feed);
  const before = jobs();
  expect(await slicing.evaluate('step', feed)).toEqual({ y });
  const expected = output(graph, interpret(graph, { scalars: {}, feeds: tensors, data: {}, state: {}, seed, step: 3 }), 'y');
  expect(y?.shape).toEqual(expected.shape);
  expect(gapToLargest(y?.values ?? [], expected.values)).toBeLessThan(tolerance);
  return jobs() > before;
}

beforeAll(async () => {
  // Helpers are started after a run.
  const step = graphOf((g) => g.softmax(g.feed('x', [64, 64])));
  await slicing.load({ graphs: { step }, data: {}, state: {}, seed });
  await slicing.run([{ step: 0, scalars: {}, tensors: { x: numbers([64, 64], 0) } }]);
});

/** Runs a test in which some work must have been done in slices, in so many jobs at least. */
async function inSlices(least: number, test: () => Promise<void>): Promise<void> {
  const before = jobs();
  await test();
  expect(jobs() - before).toBeGreaterThanOrEqual(least);
}

const side = (largest: number) => fc.integer({ min: 1, max: largest });

describe('shapes in WebAssembly', () => {
  it('products of any size, either side transposed, with and without a bias', async () => {
    const sizes = fc.oneof(
      fc.tuple(side(12), side(12), side(20)),
      fc.tuple(side(40), side(300), side(40)),
      fc.tuple(side(300), side(40), side(40)),
      fc.tuple(side(70), side(20), side(600)),
    );
    const asked = fc.asyncProperty(sizes, fc.boolean(), fc.boolean(), fc.boolean(), async ([m, n, k], turnA, turnB, withBias) => {
      await check({ a: turnA ? [k, m] : [m, k], b: turnB ? [n, k] : [k, n], c: [n] }, (g) => {
        const product = g.matMul(g.feed('a', turnA ? [k, m] : [m, k]), g.feed('b', turnB ? [n, k] : [k, n]), turnA, turnB);
        return withBias ? g.plus(product, g.feed('c', [n])) : product;
      });
    });
    await inSlices(30, () => fc.assert(asked, { numRuns: 150, seed }));
  });

  it('products that tell their share over the first places, and join both', async () => {
    const sizes = fc.oneof(
      fc.tuple(side(40), side(300), side(40)),
      fc.tuple(side(300), side(40), side(40)),
      fc.tuple(side(70), side(20), side(600)),
    );
    const asked = fc.asyncProperty(sizes, fc.double({ min: 0, max: 1, noNaN: true }), async ([m, n, k], part) => {
      const places = Math.ceil(part * (k - 1)) || 1;
      await check({ a: [k, m], b: [k, n] }, (g) => {
        const sides = [g.feed('a', [k, m]), g.feed('b', [k, n])] as const;
        const [a, b] = sides.map((x) => g.slice(x, 0, places));
        const both = [g.matMul(a ?? -1, b ?? -1, true), g.matMul(...sides, true)];
        return g.concat(both.map((x) => g.reshape(x, [m * n])));
      });
    });
    await inSlices(30, () => fc.assert(asked, { numRuns: 150, seed }));
  });

  it('convolutions, their gradients and pooling', async () => {
    const sizes = fc.tuple(side(3), side(9), side(11), side(9), side(10), fc.constantFrom(1, 3, 5), fc.constantFrom(1, 3, 5), side(4));
    const asked = fc.asyncProperty(sizes, async ([count, height, width, inputs, outputs, kernelHeight, kernelWidth, pool]) => {
      const [x, kernel, dy] = [
        [count, height, width, inputs],
        [kernelHeight, kernelWidth, inputs, outputs],
        [count, height, width, outputs],
      ] as const;
      await check({ x, kernel }, (g) => g.conv2d(g.feed('x', x), g.feed('kernel', kernel)));
      await check({ dy, kernel }, (g) => g.conv2dInputGradient(g.feed('dy', dy), g.feed('kernel', kernel)));
      await check({ x, dy }, (g) => g.conv2dKernelGradient(g.feed('x', x), g.feed('dy', dy), kernel));
      await check({ x, dy }, (g) => {
        const sides = [g.feed('x', x), g.feed('dy', dy)] as const;
        const [a, b] = sides.map((side) => g.slice(side, 0, Math.ceil(count / 2)));
        return g.concat([g.conv2dKernelGradient(a ?? -1, b ?? -1, kernel), g.conv2dKernelGradient(...sides, kernel)]);
      });
      if (pool > height || pool > width) return;
      const pooled = [count, Math.floor(height / pool), Math.floor(width / pool), inputs];
      await check({ x }, (g) => g.maxPool(g.feed('x', x), pool));
      await check({ d: pooled, x }, (g) => g.maxPoolGradient(g.feed('d', pooled), g.feed('x', x), pool));
    });
    await inSlices(100, () => fc.assert(asked, { numRuns: 40, seed }));
  });

  it('sums and largest values over any axes', async () => {
    const shapes = fc.array(side(9), { minLength: 1, maxLength: 4 });
    const asked = fc.asyncProperty(shapes, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), async (shape, picked) => {
      const axes = shape.flatMap((_, axis) => (picked[axis] ? [axis] : []));
      if (axes.length === 0) return;
      await check({ x: shape }, (g) => g.sum(g.feed('x', shape), axes));
      await check({ x: shape }, (g) => g.max(g.feed('x', shape), axes, true));
    });
    await fc.assert(asked, { numRuns: 80, seed });
    await check({ x: [3001, 5] }, (g) => g.sum(g.feed('x', [3001, 5])));
  });

  it('sums of what a group computes, from single vectors to several runs, in slices where there are two', async () => {
    for (const shape of [[2], [3], [5], [31], [40], [1023], [1025], [2047], [2048], [2049], [3090], [4099], [70_001], [7, 9], [64, 300]]) {
      const isCut = await check({ x: shape, r: shape.slice(-1) }, (g) => {
        const x = g.feed('x', shape);
        const squares = g.unary('square', shape.length > 1 ? g.plus(x, g.feed('r', shape.slice(-1))) : x);
        return g.plus(g.sum(squares), g.sum(g.unary('abs', squares)));
      });
      expect(isCut, String(shape)).toBe(shape.length === 1 && sizeOf(shape) >= 2048);
    }
  });

  it('sums of few columns, and few rows by index', async () => {
    for (const shape of [
      [1, 3],
      [2, 8],
      [10, 5],
      [64, 16],
      [65, 16],
    ] as const) {
      await check({ x: shape }, (g) => g.sum(g.feed('x', shape), [0]));
      const rows = Float32Array.from({ length: 70 }, (_, i) => (i * 7) % shape[0]);
      for (const width of [1, 2, 3])
        await check({ x: [shape[0], width] }, (g) =>
          g.gather(g.feed('x', [shape[0], width]), g.constant(rows.slice(0, shape[1]), [shape[1]])),
        );
    }
  });

  it('rows looked up and summed by index, standardised, turned by position', async () => {
    const asked = fc.asyncProperty(
      side(9),
      side(9),
      side(6),
      side(11),
      fc.boolean(),
      async (rows, columns, sequences, positions, centered) => {
        const count = sequences * positions;
        const ids = (g: GraphBuilder, below: number) =>
          g.constant(
            Float32Array.from({ length: count }, (_, i) => (7 * i * i + rows) % below),
            [count],
          );
        await check({ x: [rows, columns] }, (g) => g.gather(g.feed('x', [rows, columns]), ids(g, rows)));
        await check({ dy: [count, columns] }, (g) => g.gatherGradient(g.feed('dy', [count, columns]), ids(g, rows), [rows, columns]));
        await check({ x: [rows, columns] }, (g) => g.standardize(g.feed('x', [rows, columns]), centered, 0.01));
        await check({ dy: [rows, columns], x: [rows, columns] }, (g) =>
          g.standardizeGradient(g.feed('dy', [rows, columns]), g.feed('x', [rows, columns]), centered, 0.01),
        );
        const [turned, table] = [[count, 2 * columns * rows], [positions, columns]] as const; // prettier-ignore
        await check({ x: turned, c: table, s: table }, (g) => g.rotate(g.feed('x', turned), g.feed('c', table), g.feed('s', table)));
      },
    );
    await inSlices(80, () => fc.assert(asked, { numRuns: 40, seed }));
  });

  it('elementwise operations without sums, in slices where there are enough', async () => {
    for (const shape of [[15], [61], [64], [127], [129], [1000], [1031], [9, 7], [13, 33], [64, 40], [5, 211]]) {
      const isCut = await check({ x: shape, r: shape.slice(-1) }, (g) => {
        const x = g.feed('x', shape);
        return g.mul(g.unary('tanh', x), g.unary('abs', shape.length > 1 ? g.plus(x, g.feed('r', shape.slice(-1))) : x));
      });
      expect(isCut, String(shape)).toBe(shape.length > 1 || sizeOf(shape) >= 127);
    }
  });

  it('softmax, its cross-entropy and the gradient, rows of any length, in slices where there are two rows', async () => {
    const asked = fc.asyncProperty(side(30), side(70), async (rows, columns) => {
      const labels = (g: GraphBuilder) =>
        g.constant(
          Float32Array.from({ length: rows }, (_, i) => (5 * i + rows) % columns),
          [rows],
        );
      expect(await check({ x: [rows, columns] }, (g) => g.softmax(g.feed('x', [rows, columns])))).toBe(rows > 1);
      expect(await check({ x: [rows, columns] }, (g) => g.softmaxCrossEntropy(g.feed('x', [rows, columns]), labels(g)))).toBe(rows > 1);
    });
    await fc.assert(asked, { numRuns: 40, seed });
  });

  it('causal attention and its gradient, contexts and heads that are no multiples of tiles', async () => {
    const sizes = fc.tuple(side(3), side(21), side(4), side(10), side(13));
    const asked = fc.asyncProperty(sizes, async ([sequences, context, heads, keyWidth, valueWidth]) => {
      const [keys, values] = [[sequences * context, heads * keyWidth], [sequences * context, heads * valueWidth]] as const; // prettier-ignore
      const three = (g: GraphBuilder) => [g.feed('q', keys), g.feed('k', keys), g.feed('v', values)] as const;
      await check({ q: keys, k: keys, v: values }, (g) => g.causalAttention(...three(g), heads, context));
      await check({ dy: values, q: keys, k: keys, v: values }, (g) =>
        g.causalAttentionGradient(g.feed('dy', values), ...three(g), heads, context),
      );
    });
    await inSlices(80, () => fc.assert(asked, { numRuns: 60, seed }));
  });

  it('masks and noise are those of the host, bit for bit', async () => {
    for (const size of [1, 2, 3, 4, 5, 127, 1030]) {
      const [mask, noise] = [new Float32Array(size), new Float32Array(size)];
      fillKeepMask(mask, 0.3, seed, 12, 5);
      fillNormal(noise, seed, stream.trainingNoise, 12, 6);
      const g = new GraphBuilder();
      const graph = g.finish({ mask: g.dropoutMask(g.scalar('rate'), [size], 5), noise: g.normalNoise([size], 6) });
      await executor.load({ graphs: { step: graph }, data: {}, state: {}, seed });
      const own = await executor.evaluate('step', { step: 12, scalars: { rate: 0.3 }, tensors: {} });
      expect(own['mask']?.values).toEqual(mask);
      expect(own['noise']?.values).toEqual(noise);
    }
  });
});
