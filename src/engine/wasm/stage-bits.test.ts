/**
 * Blocks of a batch that one thread takes through many instructions, the last block first, as helpers may: bit for bit what one thread makes of one
 * instruction after another. Everything is cut as finely as can be, and helpers are awaited that never come.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Executor, Feed, HostTensor, Program, TensorMap } from '../../graph/executor.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { normalize } from '../../params/config.ts';
import type { ConfigPatch } from '../../params/config.ts';
import { makeTask } from '../../tasks/make-task.ts';
import { randomProgram } from '../../testing/random-graph.ts';
import { toyModels, toySetup } from '../../testing/toy-models.ts';
import { createSampler } from '../../tasks/batches.ts';
import { feedList } from '../../graph/feeds.ts';
import { planChunk } from '../../training/chunk.ts';
import { initialCounters } from '../../training/run-state.ts';
import { initialVectors, programOf, setUp, type Setup } from '../../training/setup.ts';
import type { Config } from '../../params/config.ts';
import { createExecutor } from './executor.ts';
import { openWasm } from './open.ts';

const steps = 3;

/** What one run of steps after another gives, and the states in the end. */
async function told(executor: Executor, { program, feeds }: { readonly program: Program; readonly feeds: readonly Feed[] }) {
  await executor.load(program);
  const columns: unknown[] = [];
  for (const feed of feeds) columns.push(await executor.run([feed]));
  return { columns, state: await executor.readState() };
}

/** Executors that cut everything for so many threads, of which one works. */
async function cutting(threads: number): Promise<Executor> {
  const kernels = await openWasm(threads, { program: 0, job: 0, slice: 1 });
  return createExecutor({ ...kernels, startHelper: () => ({ postMessage: () => undefined, terminate: () => undefined }) });
}

/** Metrics, and what the bits of each state come to. */
function bits({ columns, state }: { readonly columns: readonly unknown[]; readonly state: TensorMap }): unknown {
  const digest = ({ values }: HostTensor): string => createHash('sha256').update(values).digest('hex');
  return { columns, state: Object.entries(state).map(([name, tensor]) => [name, digest(tensor)]) };
}

async function expectAlike(
  what: { readonly program: Program; readonly feeds: readonly Feed[] },
  others: readonly Executor[],
): Promise<void> {
  const alone = createExecutor(await openWasm(1));
  const expected = bits(await told(alone, what));
  alone.dispose();
  for (const executor of others) expect(bits(await told(executor, what))).toEqual(expected);
}

function first(setup: Setup, config: Config): { readonly program: Program; readonly feeds: readonly Feed[] } {
  const { count } = setup.task.train;
  const sampler = createSampler({ count, seed: config.seed, shuffle: config.shuffle, dropLast: config.dropLast });
  const { feeds } = planChunk(initialCounters(config, count), sampler, steps, setup.task);
  return { program: programOf(setup, config, initialVectors(config, setup.model)), feeds: feedList(feeds) };
}

const gpt = { task: 'copy', length: 14, model: 'gpt', width: 64, depth: 2, heads: '4', batchSize: 16 } as const;
const large: readonly (ConfigPatch & { readonly name: string })[] = [
  { name: 'gpt', ...gpt },
  { name: 'gpt, rotary, swiglu, dropout', ...gpt, positions: 'rotary', normalization: 'rms', activation: 'swiglu', dropout: 0.1 },
  { name: 'gpt, batch of 13', ...gpt, batchSize: 13, noiseScale: true, clip: 'norm', clipAt: 0.5, l2: 0.01 },
  { name: 'lstm', ...gpt, model: 'lstm', depth: 1 },
  { name: 'rnn', ...gpt, model: 'rnn', depth: 2, length: 8, batchSize: 32, dropout: 0.1, clip: 'agc', noiseScale: true },
  {
    name: 'mlp',
    task: 'moons',
    trainingSize: 512,
    layers: [96, 64],
    batchSize: 256,
    dropout: 0.2,
    normalization: 'batch',
    noiseScale: true,
  },
];

describe('blocks in another order', () => {
  it.each(large)('of $name change no bit', async ({ name: _, ...patch }) => {
    const { config, problems } = normalize(patch);
    expect(problems).toEqual([]);
    await expectAlike(first(setUp(config, makeTask(config, {})), config), [await cutting(2), await cutting(3)]);
  });

  it.each(toyModels)('of the toy $name change no bit', async (toy) => {
    const { config } = normalize({ ...toy.choices, dropout: 0.1 });
    await expectAlike(first(toySetup(toy, config), config), [await cutting(2)]);
  });

  it('of more sums beside each other than one job has slices change no bit', async () => {
    const g = new GraphBuilder();
    const x = g.feed('x', [64, 32]);
    const sums = Array.from({ length: 300 }, (_, i) => g.sum(g.sum(g.scale(x, i + 1), [0])));
    const graphs = { step: g.finish({ y: sums.reduce((a, b) => g.plus(a, b)) }) };
    const feed = { step: 0, scalars: {}, tensors: { x: Float32Array.from({ length: 64 * 32 }, (_, i) => Math.sin(i)) } };
    await expectAlike({ program: { graphs, data: {}, state: {}, seed: 1 }, feeds: [feed] }, [await cutting(2)]);
  });

  it('of graphs made at random change no bit', async () => {
    const executors = [await cutting(2), await cutting(4)];
    for (let number = 0; number < 60; number++) await expectAlike(randomProgram(number, 40), executors);
  });

  it('of a value that is read in part do not reach into what another block reads of it', async () => {
    const shape = [64, 16] as const;
    const g = new GraphBuilder();
    const x = g.feed('x', shape);
    const early = g.softmax(x);
    const total = g.sum(early);
    const part = g.softmax(g.mul(g.slice(early, 32, 32), total));
    const whole = g.softmax(g.plus(x, total));
    const step = g.finish({ part: g.sum(g.unary('square', part)), whole: g.sum(g.unary('square', whole)) });
    const feed = { step: 0, scalars: {}, tensors: { x: Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i * i)) } };
    await expectAlike({ program: { graphs: { step }, data: {}, state: {}, seed: 1 }, feeds: [feed, feed] }, [await cutting(2)]);
  });
});
