/** What the first rows add to a gradient, against a pass over them alone, in double precision; and that it is told where it should be. */
import { expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';
import { normalize } from '../params/config.ts';
import type { ConfigPatch } from '../params/config.ts';
import { makeTask } from '../tasks/make-task.ts';
import { Interpreter } from '../testing/interpreter.ts';
import { testAssets } from '../testing/test-assets.ts';
import { batchGradient, partOfBatch } from './batch-gradient.ts';
import { sharesOfFirst } from './first-rows.ts';
import { programShape } from './program-shape.ts';
import { initialVectors, programOf, setUp } from './setup.ts';
import { stepScalars } from './step-scalars.ts';

const images = { task: 'digits', pixels: '14', model: 'cnn', channels: [3, 2], layers: [5], trainingSize: 40 } as const;
const tokens = { task: 'reverse', trainingSize: 40, width: 8, heads: '2', depth: 2 } as const;
const noisy = { dropout: 0.3, inputDropout: 0.2, inputNoise: 0.1 } as const;

/** |share − gradient of the first rows alone|² and |that gradient|², for a batch of `size`; undefined if shares are not told. */
async function compared(patch: ConfigPatch, size: number) {
  const { config, problems } = normalize({ seed: 3, ...patch, batchSize: size });
  expect(problems).toEqual([]);
  const setup = setUp(config, makeTask(config, await testAssets(config)));
  const { model, sizes } = setup;
  const shape = programShape(config);
  const vectors = initialVectors(config, model);
  const g = new GraphBuilder();
  const flat = g.state('parameters', [model.parameterCount]);
  const rows = Math.floor(size / 2);
  const shares = sharesOfFirst(g, batchGradient(g, model, sizes, shape, flat).parts, { rows, batch: size });
  if (!shares) return undefined;
  const alone = partOfBatch(g, model, sizes, shape, flat, { first: 0, size: rows }).parts;
  const squares = (tensors: readonly NodeId[]) => tensors.map((tensor) => g.sum(g.unary('square', tensor))).reduce((a, b) => g.plus(a, b));
  const graph = g.finish({ apart: squares(shares.map((share, i) => g.sub(share, alone[i] ?? share))), whole: squares(alone) });
  const moment = { step: 0, learningRate: 1, momentum: 0, memory: {}, averageBegun: false, count: size, examples: size, halves: undefined };
  const interpreter = new Interpreter();
  await interpreter.load(programOf(setup, config, vectors, { shares: graph }));
  const tensors = { rows: Float32Array.from({ length: size }, (_, i) => (7 * i) % 40), weights: new Float32Array(size).fill(1) };
  const { apart, whole } = await interpreter.evaluate('shares', { step: 0, scalars: stepScalars(config, moment), tensors });
  return { apart: apart?.values[0] ?? NaN, whole: whole?.values[0] ?? NaN };
}

it.each<readonly [string, ConfigPatch]>([
  ['an MLP', { task: 'moons', trainingSize: 40, layers: [5, 1, 3], ...noisy }],
  ['an MLP with normalised layers', { task: 'moons', trainingSize: 40, layers: [5], normalization: 'layer' }],
  ['an MLP whose first layer is frozen', { task: 'moons', trainingSize: 40, layers: [5, 3], frozenLayers: 1 }],
  ['a CNN', { ...images, ...noisy }],
  ['a GPT', { ...tokens, model: 'gpt', dropout: 0.2 }],
])('is the gradient of %s over them', async (_, patch) => {
  for (const size of [2, 7, 8]) {
    const { apart, whole } = (await compared(patch, size)) ?? { apart: NaN, whole: NaN };
    expect(whole).toBeGreaterThan(1e-8);
    expect(apart / whole).toBeLessThan(1e-24);
  }
});

it('is not told where examples do not lie one after another', async () => {
  expect(await compared({ ...tokens, model: 'lstm', depth: 1 }, 8)).toBeUndefined();
  expect(await compared({ task: 'moons', trainingSize: 40, layers: [5], normalization: 'batch' }, 8)).toBeUndefined();
});
