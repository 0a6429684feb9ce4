/**
 * Sums over rows that tell their share over the first rows: the kernels bit for bit, which sums of a network do, in slices and not, and that training
 * with the noise scale leaves every number as it is without.
 */
import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, NodeId } from '../../graph/graph.ts';
import { fillNormal, stream } from '../../shared/random.ts';
import { normalize } from '../../params/config.ts';
import type { ConfigPatch } from '../../params/config.ts';
import { makeTask } from '../../tasks/make-task.ts';
import { gapToLargest } from '../../testing/gap.ts';
import { testAssets } from '../../testing/test-assets.ts';
import { programShape } from '../../training/program-shape.ts';
import { openRun } from '../../training/run.ts';
import { setUp } from '../../training/setup.ts';
import { stepGraph } from '../../training/step-graph.ts';
import { valuesOf } from '../plan/values.ts';
import { createExecutor } from './executor.ts';
import { openWasm } from './open.ts';
import { schedule } from './schedule.ts';
import { rowsOf } from './shares.ts';

const plain = await openWasm();
// Node 20 has relaxed SIMD behind a flag.
setFlagsFromString('--experimental-wasm-relaxed-simd');
const builds = [plain, await openWasm()];

/** The longest block of the inner dimension, and how long those of `k` places are, as in `kernels/products.ts`. */
const innerBlock = 320;
const blockOf = (k: number): number => 4 * Math.ceil(Math.ceil(k / Math.ceil(k / innerBlock)) / 4);

function kernelOf(module: WebAssembly.Module) {
  const memory = new WebAssembly.Memory({ initial: 32 });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const call = (name: string, ...operands: number[]): number => (exports[name] as (...all: number[]) => number)(...operands);
  const scratch = 64 * Math.ceil(call('freeFrom') / 64);
  call('setScratch', scratch);
  const free = 64 * Math.ceil((scratch + call('scratchBytes')) / 64);
  return { call, free, floats: new Float32Array(memory.buffer) };
}

describe.each(builds)('the kernel of large products on $device', ({ module }) => {
  const { call, free, floats } = kernelOf(module);
  // Rows and columns that fill no tile; whatever stands behind a result stays.
  const [m, n, most] = [17, 21, 700] as const;
  const size = m * n;
  const room = 4 * (size + 8);
  const [whole, share, a] = [free, free + room, free + 2 * room];
  const b = a + 4 * (m * most + 8);
  fillNormal(floats.subarray(a / 4, b / 4 + n * most), 5, stream.dataNoise, 0, 0);
  const read = (at: number): Float32Array => floats.slice(at / 4, at / 4 + size + 8);
  /** The product over `k` places, and its share over `places` of them, in `slices`. */
  const multiply = (k: number, places = 0, slices: readonly (readonly number[])[] = [[0, m, 0, n]]) => {
    floats.fill(-7, whole / 4, a / 4);
    for (const slice of slices) call('product', whole, a, 1, b, 0, m, n, k, 0, places === 0 ? 0 : share, places, ...slice);
    return { whole: read(whole), share: read(share) };
  };
  const pieces = [
    [0, 12, 0, n],
    [12, m - 12, 0, n],
  ];

  it.each([1, 2, 3, 63, 64, 321, 700])('over %i places tells any share and stays what it is', (k) => {
    const alone = multiply(k).whole;
    for (let places = 1; places < k; places++) {
      const both = multiply(k, places);
      expect(both.whole).toEqual(alone);
      expect(multiply(k, places, pieces)).toEqual(both);
      const expected = multiply(places).whole;
      // Sums of blocks are added up: where both products are cut in the same blocks they agree to the bit, elsewhere as far as rounding goes.
      const isAlike = places <= Math.min(innerBlock, blockOf(k)) || blockOf(places) === blockOf(k);
      if (isAlike) expect(both.share).toEqual(expected);
      else expect(gapToLargest(both.share.subarray(0, size), expected.subarray(0, size))).toBeLessThan(1e-6);
      expect(both.share.subarray(size)).toEqual(new Float32Array(8).fill(-7));
    }
  });
});

/** A product over sixty rows of thirty and twenty numbers each, and what `others` are besides. */
function toldBeside(others: (g: GraphBuilder, a: NodeId, b: NodeId) => Readonly<Record<string, NodeId>>) {
  const g = new GraphBuilder();
  const [a, b] = [g.feed('a', [60, 30]), g.feed('b', [60, 20])];
  const graph = g.finish({ whole: g.matMul(a, b, true), ...others(g, a, b) });
  return sharesIn(graph);
}

/** Sums of a graph that tell shares, with the rows of the whole and of the share, and all calls for such sums and other products. */
function sharesIn(graph: Graph) {
  const values = valuesOf(graph, [...Object.values(graph.outputs), ...Object.values(graph.updates)]);
  const ops: readonly string[] = ['matMul', 'conv2dKernelGradient'];
  const sums = schedule(values).flatMap((one) => (one.kind === 'single' && ops.includes(values.node(one.id).op) ? [one] : []));
  const told = sums.flatMap(({ id, share }) => (share === undefined ? [] : [[rowsOf(values, id), rowsOf(values, share)]]));
  return { told, calls: sums.length };
}

describe('a plan has a sum tell', () => {
  const head = (g: GraphBuilder, x: NodeId, rows: number, first = 0): NodeId => g.slice(x, first, rows);

  it('one over the first rows of both sides', () => {
    expect(toldBeside((g, a, b) => ({ share: g.matMul(head(g, a, 25), head(g, b, 25), true) }))).toEqual({ told: [[60, 25]], calls: 1 });
  });

  it('one at most', () => {
    const found = toldBeside((g, a, b) => ({
      one: g.matMul(head(g, a, 25), head(g, b, 25), true),
      two: g.matMul(head(g, a, 30), head(g, b, 30), true),
    }));
    expect(found).toEqual({ told: [[60, 25]], calls: 2 });
  });

  it.each<readonly [string, Parameters<typeof toldBeside>[0]]>([
    ['over other rows', (g, a, b) => ({ other: g.matMul(head(g, a, 25, 5), head(g, b, 25, 5), true) })],
    ['over rows of which those of one side are others', (g, a, b) => ({ other: g.matMul(head(g, a, 25), head(g, b, 25, 5), true) })],
    ['over another matrix', (g, a) => ({ other: g.matMul(head(g, a, 25), g.feed('c', [25, 20]), true) })],
    [
      'over rows that are shorter',
      (g, a, b) => ({ other: g.matMul(g.reshape(head(g, a, 25), [50, 15]), g.reshape(head(g, b, 25), [50, 10]), true) }),
    ],
    ['that a row is added to', (g, a, b) => ({ other: g.plus(g.matMul(head(g, a, 25), head(g, b, 25), true), g.feed('c', [20])) })],
  ])('none %s', (_, others) => {
    expect(toldBeside(others)).toEqual({ told: [], calls: 2 });
  });

  it('gradients of a kernel over the first images, with the bits of each alone', async () => {
    const kernel = [3, 5, 3, 11] as const;
    const gradientOf = (g: GraphBuilder, images?: number) => {
      const [x, dy] = [g.feed('x', [7, 6, 9, 3]), g.feed('dy', [7, 6, 9, 11])];
      return g.conv2dKernelGradient(
        ...(images === undefined ? ([x, dy] as const) : ([head(g, x, images), head(g, dy, images)] as const)),
        kernel,
      );
    };
    const tensors = { x: new Float32Array(7 * 54 * 3), dy: new Float32Array(7 * 54 * 11) };
    fillNormal(tensors.x, 5, stream.dataNoise, 0, 0);
    fillNormal(tensors.dy, 5, stream.dataNoise, 1, 0);
    const executor = createExecutor(plain);
    const asked = async (build: (g: GraphBuilder) => Readonly<Record<string, NodeId>>) => {
      const g = new GraphBuilder();
      const graph = g.finish(build(g));
      await executor.load({ graphs: { step: graph }, data: {}, state: {}, seed: 1 });
      return { ...sharesIn(graph), answer: await executor.evaluate('step', { step: 0, scalars: {}, tensors }) };
    };
    const whole = (await asked((g) => ({ whole: gradientOf(g) }))).answer['whole'];
    for (let images = 1; images < 7; images++) {
      const share = (await asked((g) => ({ share: gradientOf(g, images) }))).answer['share'];
      const both = await asked((g) => ({ share: gradientOf(g, images), whole: gradientOf(g) }));
      expect(both).toEqual({ told: [[7, images]], calls: 1, answer: { share, whole } });
    }
  });

  it('none over the same numbers as smaller images', () => {
    const g = new GraphBuilder();
    const [x, dy] = [g.feed('x', [8, 6, 9, 3]), g.feed('dy', [8, 6, 9, 2])];
    const smaller = ([g.reshape(x, [16, 3, 9, 3]), g.reshape(dy, [16, 3, 9, 2])] as const).map((images) => head(g, images, 5));
    const kernel = [3, 3, 3, 2] as const;
    const graph = g.finish({
      whole: g.conv2dKernelGradient(x, dy, kernel),
      other: g.conv2dKernelGradient(smaller[0] ?? -1, smaller[1] ?? -1, kernel),
    });
    expect(sharesIn(graph)).toEqual({ told: [], calls: 2 });
  });

  it('none where it is small, and has code of its own', () => {
    const g = new GraphBuilder();
    const [a, b] = [g.feed('a', [16, 8]), g.feed('b', [16, 8])];
    const graph = g.finish({ whole: g.matMul(a, b, true), share: g.matMul(head(g, a, 5), head(g, b, 5), true) });
    expect(sharesIn(graph)).toEqual({ told: [], calls: 2 });
  });
});

const mlp = { task: 'digits', layers: [128, 64], batchSize: 64, trainingSize: 640, epochs: 1, dropout: 0.2, l2: 1e-4 } as const;
const gpt = { task: 'text', text: 'names', model: 'gpt', depth: 1, width: 64, heads: '4', context: 64, batchSize: 9, maxSteps: 6 } as const;
const cnn = { task: 'digits', model: 'cnn', batchSize: 32, trainingSize: 96, epochs: 2, optimizer: 'adam' } as const;
const networks: readonly (readonly [name: string, choices: ConfigPatch, shares: number, rows: readonly number[]])[] = [
  // Every layer has one gradient of its weights.
  ['an MLP', { ...mlp, clip: 'norm', clipAt: 1 }, 3, [64, 32]],
  // Two layers have kernels.
  ['a CNN', cnn, 4, [32, 16]],
  // Queries, keys, values and their outputs, both halves of the feed-forward network, the head.
  ['a GPT', { ...gpt, dropout: 0.2 }, 7, [576, 256]],
];

async function opened(choices: ConfigPatch) {
  const { config, problems } = normalize({ engine: 'wasm', seed: 6, ...choices });
  expect(problems).toEqual([]);
  return { config, task: makeTask(config, await testAssets(config)) };
}

/** All that a run tells but the noise scale, and the states that it leaves. */
async function trained(choices: ConfigPatch, threads: number) {
  const executor = createExecutor(await openWasm(threads));
  const run = openRun({ ...(await opened(choices)), changes: [], executor });
  const told: unknown[] = [];
  const names = new Set<string>();
  for (;;) {
    const { value: report } = await run.reports.next({ steps: 3 });
    if (!report) throw new Error('The run closed before its end.');
    const { measured, ...columns } = structuredClone(report.columns);
    for (const name of Object.keys(measured)) names.add(name);
    told.push(columns, report.evaluation?.valLoss);
    await executor.settled?.();
    if (report.end === undefined) continue;
    const { device } = executor;
    const states = await executor.readState();
    await run.reports.return();
    expect(names.has('noiseSquare')).toBe(choices.noiseScale === true);
    return { device, told, states };
  }
}

describe.each(networks)('the noise scale of %s', (_, choices, shares, rows) => {
  it('is told by the sums of the gradient', async () => {
    const { config, task } = await opened(choices);
    const { model, sizes } = setUp(config, task);
    const graph = (noiseScale: boolean) => stepGraph(model, sizes, { ...programShape(config), noiseScale });
    const [without, beside] = [sharesIn(graph(false)), sharesIn(graph(true))];
    expect(without.told).toEqual([]);
    expect(beside).toEqual({ told: Array.from({ length: shares }, () => rows), calls: without.calls });
  });

  it.each([1, 2])('changes no bit of training on %i threads', async (threads) => {
    const without = await trained(choices, threads);
    expect(without.device).toMatch(threads === 1 ? /one thread$/ : /2 threads$/);
    expect(await trained({ ...choices, noiseScale: true }, threads)).toEqual(without);
  });
});
