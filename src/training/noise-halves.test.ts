/** The two halves of a batch against batches of just those halves, in double precision; and how short and weighted batches count. */
import { describe, expect, it } from 'vitest';
import type { Feed } from '../graph/executor.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { makeTask } from '../tasks/make-task.ts';
import { Interpreter } from '../testing/interpreter.ts';
import { halvesOf } from './noise-halves.ts';
import { initialVectors, programOf, setUp } from './setup.ts';
import { stepScalars } from './step-scalars.ts';

function configOf(patch: ConfigPatch): Config {
  const choices = { task: 'moons', trainingSize: 40, layers: [5], optimizer: 'sgd', learningRate: 1, seed: 3, ...patch };
  const { config, problems } = normalize(choices);
  expect(problems).toEqual([]);
  return config;
}

/** One step on the given rows, padded: its outputs, and the gradient (what an SGD step at rate 1 takes away). */
async function stepped(config: Config, rows: readonly number[]) {
  const setup = setUp(config, makeTask(config, {}));
  const vectors = initialVectors(config, setup.model);
  const size = config.batchSize * config.accumulation;
  const halves = config.noiseScale ? halvesOf(config, rows.length) : undefined;
  const moment = { step: 0, learningRate: 1, momentum: 0, memory: {}, averageBegun: false, count: rows.length, examples: rows.length, halves };
  const padded = (values: readonly number[]) => Float32Array.from({ length: size }, (_, i) => values[i] ?? 0);
  const feed: Feed = { step: 0, scalars: stepScalars(config, moment), tensors: { rows: padded(rows), weights: padded(rows.map(() => 1)) } };
  const interpreter = new Interpreter();
  await interpreter.load(programOf(setup, config, vectors));
  const columns = await interpreter.run([feed]);
  const after = interpreter.doubles['parameters']?.values ?? new Float64Array();
  return { columns, spread: halves?.spread, gradient: [...after].map((value, i) => (vectors['parameters']?.[i] ?? 0) - value) };
}

const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

describe('the halves of a batch', () => {
  const rows = [4, 9, 17, 30, 2, 11, 25, 8];

  it.each([
    ['of eight', { batchSize: 8 }, rows, 4],
    ['of seven: three and four', { batchSize: 7 }, rows.slice(0, 7), 3],
    ['short by two: four and two', { batchSize: 8 }, rows.slice(0, 6), 4],
    ['accumulated from four', { batchSize: 2, accumulation: 4 }, rows, 4],
    ['accumulated from three: one and two', { batchSize: 2, accumulation: 3 }, rows.slice(0, 6), 2],
    ['under an L2 penalty, which is no noise', { batchSize: 8, l2: 0.3, decay: 'all' }, rows, 4],
  ] as const)('%s', async (_name, patch, batch, first) => {
    const { columns, spread } = await stepped(configOf({ ...patch, noiseScale: true }), batch);
    const alone = async (half: readonly number[]) => (await stepped(configOf({ batchSize: half.length }), half)).gradient;
    const [one, two] = [await alone(batch.slice(0, first)), await alone(batch.slice(first))];
    const apart = one.map((value, i) => value - (two[i] ?? 0));
    expect(columns['noiseProduct']?.[0]).toBeCloseTo(product(one, two), 12);
    expect(columns['noiseDistance']?.[0]).toBeCloseTo(product(apart, apart), 12);
    expect(spread).toBeCloseTo(1 / first + 1 / (batch.length - first), 12);
  });

  it('share their masks with the batch: the second half is what the first leaves', async () => {
    const noisy = { batchSize: 8, noiseScale: true, dropout: 0.5, inputDropout: 0.2, inputNoise: 0.3 } as const;
    const { columns, gradient } = await stepped(configOf(noisy), rows);
    const [square, apart] = [columns['noiseProduct']?.[0] ?? NaN, columns['noiseDistance']?.[0] ?? NaN];
    // |g|² = g₁·g₂ + |g₁ − g₂|² / 4 for halves of the same size.
    expect(square + apart / 4).toBeCloseTo(product(gradient, gradient), 12);
  });

  it.each([
    ['a batch of one', { batchSize: 1, accumulation: 1 }, 1],
    ['a batch so short that one half is empty', { batchSize: 8, accumulation: 1 }, 4],
    ['micro-batches that were not reached', { batchSize: 8, accumulation: 2 }, 8],
  ] as const)('do not exist in %s', (_name, shape, count) => {
    expect(halvesOf(shape, count)).toEqual({ firstHalf: 0, secondHalf: 0, spread: Number.NaN });
  });
});
