/**
 * Every op's gradient against central finite differences, in double precision, on random shapes. One file, however long: a new op does not compile
 * until it stands in its list.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpret, output } from '../testing/interpreter.ts';
import { GraphBuilder } from './builder.ts';
import { gradients } from './gradients.ts';
import type { NodeId, OpName, Shape, UnaryName } from './graph.ts';
import { sizeOf } from './graph.ts';

type Build = (g: GraphBuilder, leaves: readonly NodeId[]) => NodeId;

/** How far values lie from 0 and from each other: far more than the difference step, so that no kink lies within it. */
const apart = 1e-3;

/** Reproducible values in ±range. */
function values(count: number, seed: number, range = 2, low = -range): Float64Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const drawn: number[] = [];
  while (drawn.length < count) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const value = low + ((range - low) * state) / 2 ** 32;
    if ([0, ...drawn].every((other) => Math.abs(value - other) > apart)) drawn.push(value);
  }
  return Float64Array.from(drawn);
}

/**
 * What is asked of each op here: its gradient, or nothing, since it is flat, or a leaf, or itself part of a gradient. A new op does not compile
 * until it stands here.
 */
const asked: Readonly<Record<OpName, boolean>> = {
  ...{ scalar: false, feed: false, data: false, state: true, constant: false },
  ...{ neg: true, exp: true, log: true, sqrt: true, square: true, abs: true, sign: false, step: false, isFinite: false },
  ...{ relu: true, tanh: true, sigmoid: true, softplus: true, erf: true, reciprocal: true },
  ...{ add: true, sub: true, mul: true, div: true, minimum: true, maximum: true, greater: false, select: true },
  ...{ sum: true, max: true, broadcast: true, reshape: true, slice: true, concat: true, matMul: true },
  ...{ gather: true, gatherGradient: true, oneHot: false, softmax: true, softmaxCrossEntropy: true },
  ...{ standardize: true, standardizeGradient: false, rotate: true, causalAttention: true, causalAttentionGradient: false },
  ...{ dropoutMask: false, normalNoise: false, maxPool: true, maxPoolGradient: false },
  ...{ conv2d: true, conv2dInputGradient: false, conv2dKernelGradient: false },
};

/** Ops that have been asked for so far: those of the nodes that a gradient went through. */
const met = new Set<OpName>();

/** Largest difference between the graph's gradient and the finite difference, relative to the larger of 1 and the gradient. */
function gap(shapes: readonly Shape[], inputs: readonly Float64Array[], build: Build): number {
  const g = new GraphBuilder();
  const leaves = shapes.map((shape, index) => g.state(`x${String(index)}`, shape));
  const y = build(g, leaves);
  for (let id = 0; id <= y; id++) met.add(g.node(id).op);
  // A fixed random weighting makes the loss see every element of the output.
  const weighting = g.feed('weighting', g.shape(y));
  const loss = g.sum(g.mul(y, weighting));
  const found = gradients(g, loss, leaves);
  const graph = g.finish({ loss, ...Object.fromEntries(found.map((id, index) => [`d${String(index)}`, id])) });
  const feeds = { weighting: values(sizeOf(g.shape(y)), 99) };
  const run = (xs: readonly Float64Array[]) =>
    interpret(graph, {
      scalars: { rate: 0.3 },
      feeds,
      data: {},
      state: Object.fromEntries(xs.map((x, index) => [`x${String(index)}`, { shape: shapes[index] ?? [], values: x }])),
      seed: 1,
      step: 0,
    });
  const base = run(inputs);
  const h = 1e-5;
  let worst = 0;
  inputs.forEach((input, which) => {
    const gradient = output(graph, base, `d${String(which)}`).values;
    expect(gradient.length).toBe(input.length);
    for (let i = 0; i < input.length; i++) {
      const moved = (by: number) =>
        output(graph, run(inputs.map((x, k) => (k === which ? x.map((v, j) => (j === i ? v + by : v)) : x))), 'loss').values[0] ?? NaN;
      const difference = (moved(h) - moved(-h)) / (2 * h);
      worst = Math.max(worst, Math.abs(difference - (gradient[i] ?? NaN)) / Math.max(1, Math.abs(difference)));
    }
  });
  return worst;
}

const tolerance = 1e-7;
const size = fc.integer({ min: 1, max: 4 });
const seed = fc.integer({ min: 1, max: 1000 });

function check(shapes: readonly Shape[], seedValue: number, build: Build, low?: number): void {
  const sizes = shapes.map(sizeOf);
  const all = values(
    sizes.reduce((sum, count) => sum + count, 0),
    seedValue,
    2,
    low,
  );
  let end = 0;
  const inputs = sizes.map((count) => all.slice(end, (end += count)));
  expect(gap(shapes, inputs, build)).toBeLessThan(tolerance);
}

describe('gradients against finite differences', () => {
  const unary: readonly UnaryName[] = [
    'neg',
    'exp',
    'square',
    'abs',
    'relu',
    'tanh',
    'sigmoid',
    'softplus',
    'erf',
    'reciprocal',
    'sqrt',
    'log',
  ];
  const positive: readonly UnaryName[] = ['sqrt', 'log', 'reciprocal'];
  it.each(unary)('%s', (name) => {
    fc.assert(
      fc.property(size, size, seed, (m, n, s) =>
        check([[m, n]], s, (g, [x = 0]) => g.unary(name, x), positive.includes(name) ? 0.3 : undefined),
      ),
      { numRuns: 10 },
    );
  });

  const pairs = fc.constantFrom<readonly [Shape, Shape]>(
    [
      [3, 2],
      [3, 2],
    ],
    [[3, 2], [2]],
    [[3, 2], []],
    [
      [3, 1],
      [1, 4],
    ],
    [[1], [3, 1]],
    [
      [2, 1, 3],
      [4, 1],
    ],
  );
  it.each(['add', 'sub', 'mul', 'div', 'minimum', 'maximum'] as const)('%s with broadcasting', (name) => {
    fc.assert(
      fc.property(pairs, seed, ([a, b], s) =>
        check([a, b], s, (g, [x = 0, y = 0]) => g.binary(name, x, y), name === 'div' ? 0.3 : undefined),
      ),
      { numRuns: 15 },
    );
  });

  it('minimum and maximum share the gradient of a tie', () => {
    const g = new GraphBuilder();
    const [a, b] = [g.state('a', []), g.state('b', [])];
    const [da = 0, db = 0] = gradients(g, g.binary('maximum', a, b), [a, b]);
    const graph = g.finish({ da, db });
    const one = { shape: [], values: [1] };
    const results = interpret(graph, { scalars: {}, feeds: {}, data: {}, state: { a: one, b: one }, seed: 0, step: 0 });
    expect([output(graph, results, 'da').values[0], output(graph, results, 'db').values[0]]).toEqual([0.5, 0.5]);
  });

  it('select, also past a NaN in the branch not taken', () => {
    fc.assert(
      fc.property(size, seed, (n, s) =>
        check([[n], [n]], s, (g, [x = 0, y = 0]) => g.select(g.binary('greater', x, g.constant(0)), g.mul(x, y), y)),
      ),
    );
  });

  it('sum and max over any axes', () => {
    const axes = fc.constantFrom<readonly number[]>([0], [1], [2], [0, 2], [0, 1, 2], [1, 2]);
    fc.assert(
      fc.property(size, size, size, axes, fc.boolean(), seed, (a, b, c, over, keep, s) => {
        check([[a, b, c]], s, (g, [x = 0]) => g.sum(x, over, keep));
        check([[a, b, c]], s, (g, [x = 0]) => g.max(x, over, keep));
      }),
      { numRuns: 25 },
    );
  });

  it('broadcast, reshape, slice and concat', () => {
    check([[3, 1]], 3, (g, [x = 0]) => g.broadcast(x, [2, 3, 4]));
    check([[4, 3]], 4, (g, [x = 0]) => g.mul(g.reshape(x, [2, 6]), g.reshape(x, [2, 6])));
    check([[5, 2]], 5, (g, [x = 0]) => g.unary('square', g.slice(x, 1, 3)));
    check([[5]], 5, (g, [x = 0]) => g.concat([g.unary('square', g.slice(x, 0, 2)), g.slice(x, 4, 1)]));
    check(
      [
        [2, 2],
        [1, 2],
      ],
      6,
      (g, [x = 0, y = 0]) => g.unary('square', g.concat([x, y, x])),
    );
  });

  it('matMul in all four transpositions, sizes 1 included', () => {
    fc.assert(
      fc.property(size, size, size, fc.boolean(), fc.boolean(), seed, (m, k, n, ta, tb, s) =>
        check([ta ? [k, m] : [m, k], tb ? [n, k] : [k, n]], s, (g, [x = 0, y = 0]) => g.matMul(x, y, ta, tb)),
      ),
      { numRuns: 30 },
    );
  });

  it('softmax and softmax cross-entropy', () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 2, max: 5 }), seed, (n, k, s) => {
        check([[n, k]], s, (g, [x = 0]) => g.softmax(x));
        const labels = Float32Array.from({ length: n }, (_, i) => (i + s) % k);
        check([[n, k]], s, (g, [x = 0]) => g.softmaxCrossEntropy(x, g.constant(labels, [n])));
      }),
      { numRuns: 20 },
    );
  });

  it('dropout keeps the same mask backwards', () => {
    check([[5, 4]], 8, (g, [x = 0]) => g.mul(g.unary('square', x), g.dropoutMask(g.scalar('rate'), [5, 4], 0)));
  });

  it('conv2d with respect to input and kernel, and maxPool', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2), size, size, fc.constantFrom(1, 3), fc.constantFrom(1, 2), seed, (n, h, w, kernel, channels, s) => {
        check(
          [
            [n, h, w, channels],
            [kernel, kernel, channels, 2],
          ],
          s,
          (g, [x = 0, k = 0]) => g.conv2d(x, k),
        );
        check([[n, h + 1, w + 1, channels]], s, (g, [x = 0]) => g.maxPool(x, 2));
      }),
      { numRuns: 12 },
    );
  });

  it('rows looked up, the same one more than once, and rows given back', () => {
    fc.assert(
      fc.property(size, size, size, seed, (rows, width, count, s) => {
        const ids = Float32Array.from({ length: count + 1 }, (_, i) => (i * i + s) % rows);
        const numbers = (g: GraphBuilder) => g.constant(ids, [count + 1]);
        check([[rows, width]], s, (g, [table = 0]) => g.unary('square', g.gather(table, numbers(g))));
        check([[rows]], s, (g, [table = 0]) => g.gather(table, numbers(g)));
        check([[count + 1, width]], s, (g, [dy = 0]) => g.gatherGradient(dy, numbers(g), [rows, width]));
      }),
      { numRuns: 20 },
    );
  });

  it('standardised rows, centred or not', () => {
    fc.assert(
      fc.property(size, size, fc.integer({ min: 2, max: 6 }), fc.boolean(), seed, (m, n, columns, centered, s) =>
        check([[m, n, columns]], s, (g, [x = 0]) => g.standardize(x, centered, 1e-2)),
      ),
      { numRuns: 20 },
    );
    check([[3, 1]], 5, (g, [x = 0]) => g.standardize(x, false, 1e-2));
  });

  it('pairs turned by position', () => {
    fc.assert(
      fc.property(size, size, size, size, seed, (sequences, context, heads, half, s) => {
        const table = (phase: number) => values(context * half, s + phase, 1);
        check([[sequences * context, heads * 2 * half]], s, (g, [x = 0]) =>
          g.rotate(x, g.constant(Float32Array.from(table(1)), [context, half]), g.constant(Float32Array.from(table(2)), [context, half])),
        );
      }),
      { numRuns: 15 },
    );
  });

  it('causal attention, size-1 contexts and heads included, values of another width than keys', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2), size, size, size, size, seed, (sequences, context, heads, keyWidth, valueWidth, s) => {
        const rows = sequences * context;
        const [keys, both] = [[rows, heads * keyWidth], [rows, heads * valueWidth]] as const; // prettier-ignore
        check([keys, keys, both], s, (g, [q = 0, k = 0, v = 0]) => g.causalAttention(q, k, v, heads, context));
      }),
      { numRuns: 20 },
    );
  });

  it('a weight used at every position, and pieces that overlap or leave gaps', () => {
    const shapes: readonly Shape[] = [
      [6, 3],
      [3, 3],
    ];
    check(shapes, 11, (g, [x = 0, w = 0]) => {
      const first = g.unary('tanh', g.matMul(g.slice(x, 0, 2), w));
      const second = g.unary('tanh', g.plus(g.slice(x, 2, 2), g.matMul(first, w)));
      return g.concat([first, second, g.matMul(g.slice(x, 4, 1), w)]);
    });
    check(shapes, 12, (g, [x = 0, w = 0]) => g.mul(g.matMul(g.slice(x, 0, 3), w), g.plus(g.slice(x, 1, 3), g.matMul(w, w))));
    const g = new GraphBuilder();
    const [x, w] = [g.state('x', [6, 3]), g.state('w', [3, 3])];
    const parts = [0, 1, 2].map((step) => g.unary('tanh', g.matMul(g.slice(x, 2 * step, 2), w)));
    const [dx = 0, dw = 0] = gradients(g, g.sum(g.concat(parts)), [x, w]);
    const made = g.finish({ dx: g.sum(dx), dw: g.sum(dw) }).nodes;
    expect(made.filter(({ op }) => op === 'matMul').map(({ shape }) => shape)).toEqual([[2, 3], [2, 3], [2, 3], [2, 3], [2, 3], [2, 3], [3, 3]]); // prettier-ignore
  });

  it('rows put in another order are put back, without a sum', () => {
    const order = Float32Array.of(2, 0, 3, 1);
    check([[4, 2]], 13, (g, [x = 0]) => g.unary('square', g.gather(x, g.constant(order, [4]))));
    const g = new GraphBuilder();
    const x = g.state('x', [4, 2]);
    const [dx = 0] = gradients(g, g.sum(g.gather(x, g.constant(order, [4]))), [x]);
    expect(g.node(dx).op).toBe('gather');
  });

  it('of a reshape that is reshaped again, which the builder takes from its source', () => {
    const g = new GraphBuilder();
    const table = g.reshape(g.state('x', [6]), [2, 3]);
    const [found = 0] = gradients(g, g.sum(g.unary('square', g.reshape(table, [3, 2]))), [table]);
    const graph = g.finish({ found });
    const x = { shape: [6], values: [1, 2, 3, 4, 5, 6] };
    const results = interpret(graph, { scalars: {}, feeds: {}, data: {}, state: { x }, seed: 0, step: 0 });
    expect(output(graph, results, 'found')).toEqual({ shape: [2, 3], values: Float64Array.of(2, 4, 6, 8, 10, 12) });
  });

  it('of what needs none are not built: neither towards the data nor of weights that stay', () => {
    const productsFor = (wanted: 'all' | 'last'): number => {
      const g = new GraphBuilder();
      const [first, last] = [g.state('first', [3, 4]), g.state('last', [4, 2])];
      const loss = g.sum(g.matMul(g.unary('tanh', g.matMul(g.data('x', [5, 3]), first)), last));
      const found = gradients(g, loss, wanted === 'all' ? [first, last] : [last]);
      const { nodes } = g.finish(Object.fromEntries([loss, ...found].map((id, i) => [String(i), id])));
      return nodes.filter(({ op }) => op === 'matMul').length;
    };
    // Two forwards; of each weight one, and one from the last layer to the first.
    expect(productsFor('all')).toBe(2 + 3);
    expect(productsFor('last')).toBe(2 + 1);
  });

  it('a node used twice gets the sum of its gradients', () => {
    check([[3]], 2, (g, [x = 0]) => g.plus(g.mul(x, x), g.unary('exp', x)));
  });

  it('are asked of every op that has one', () => {
    const wanted = (Object.keys(asked) as OpName[]).filter((op) => asked[op]);
    expect(wanted.filter((op) => !met.has(op))).toEqual([]);
  });
});
