/** Watches one weight through a step: reads what its rule uses before, and what has become of it after. Neither touches the state. */
import { feedAt } from '../graph/feeds.ts';
import type { Config } from '../params/config.ts';
import type { Chunk } from './chunk.ts';
import { entryFeed, entryGraphNames } from './entry-graphs.ts';
import { inLayer, layerOf } from './layer-rates.ts';
import type { Machine } from './machine.ts';
import type { Memory } from './optimizers/optimizer.ts';
import { structureOf } from './optimizers/optimizer.ts';
import type { Setup } from './setup.ts';
import type { WeightStep } from './weight-step.ts';
import { tensorAt, weightStep } from './weight-step.ts';

/** Which step is watched: the one of a chunk of one, with what was carried on the host before it. */
export interface Watched {
  readonly chunk: Chunk;
  readonly config: Config;
  readonly memory: Memory;
  /** Place of the weight in the flat vector; undefined: none is watched. */
  readonly index: number | undefined;
}

/** Reads before the step; call what it returns after the step. Nothing for a place that the model does not have, nor in a longer chunk. */
export async function watch(
  machine: Pick<Machine, 'entry'>,
  setup: Setup,
  watched: Watched,
): Promise<(() => Promise<WeightStep>) | undefined> {
  const { chunk, config, memory, index } = watched;
  const { parameters: layout, parameterCount } = setup.model;
  if (chunk.feeds.length !== 1 || index === undefined || index >= parameterCount) return undefined;
  const feed = feedAt(chunk.feeds, 0);
  const fed = { ...feed, tensors: { ...feed.tensors, [entryFeed]: Float32Array.of(index) } };
  const before = await machine.entry(entryGraphNames.before, config, fed);
  const parameter = tensorAt(layout, index);
  const layer = layerOf(setup.model)(parameter);
  const whole = {
    config,
    step: feed.step,
    learningRate: chunk.columns.learningRate[0] ?? NaN,
    momentum: chunk.columns.momentum[0] ?? NaN,
    memory,
    structure: structureOf(config),
    scalars: feed.scalars,
    parameter,
    layout,
    decays: config.decay === 'all' || parameter.role === 'weight',
    frozen: layer < config.frozenLayers,
  };
  const context = inLayer(whole, layer);
  return async () => weightStep(index, context, { before, after: await machine.entry(entryGraphNames.after, config, fed) });
}
