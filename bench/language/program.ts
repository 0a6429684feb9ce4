/** A row of a language model as a program for our executors, and as plain arrays for others. */
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { FeedColumns, Program } from '../../src/graph/executor.ts';
import { gradients } from '../../src/graph/gradients.ts';
import { sizeOf } from '../../src/graph/graph.ts';
import { gpt } from '../../src/models/gpt.ts';
import { initialParameters } from '../../src/models/initialization.ts';
import type { Model } from '../../src/models/model.ts';
import { recurrent } from '../../src/models/recurrent.ts';
import { normalize } from '../../src/params/config.ts';
import { fillUniform, stream } from '../../src/shared/random.ts';
import { forwardPass } from '../../src/training/batch-gradient.ts';
import { euclideanNorm } from '../../src/training/euclidean-norm.ts';
import { decayMask } from '../../src/training/decay-mask.ts';
import { adam } from '../../src/training/optimizers/adam.ts';
import { structureOf } from '../../src/training/optimizers/optimizer.ts';
import type { LanguageRow } from './rows.ts';

/** Batches before they come again. */
const batches = 16;
const seed = 7;
const { config } = normalize({ optimizer: 'adam', learningRate: 0.001, weightDecay: 0 });

/** A row ready to be trained. */
export interface LanguageWork {
  readonly model: Model;
  readonly program: Program;
  /** First weights, flat, and tokens `[batches · batch, context + 1]`, one after another. */
  readonly parameters: Float32Array;
  readonly tokens: Float32Array;
  /** Feeds of `length` steps from step `first` on. */
  readonly feeds: (first: number, length: number) => FeedColumns;
}

/** The work of a row. */
export function languageWork({ model: options, batch }: LanguageRow): LanguageWork {
  const model = 'cell' in options ? recurrent(options) : gpt(options);
  const { vocabulary, context } = options;
  const count = batches * batch;
  const tokens = new Float32Array(count * (context + 1));
  fillUniform(tokens, seed, stream.sampling, 0, 0);
  tokens.forEach((value, i) => (tokens[i] = Math.floor(value * vocabulary)));
  const part = (begin: number) => ({
    shape: [count, context],
    values: Float32Array.from(
      { length: count * context },
      (_, i) => tokens[Math.floor(i / context) * (context + 1) + (i % context) + begin] ?? 0,
    ),
  });
  const parameters = initialParameters(model, config.initialization, seed);
  const vector = (values: Float32Array) => ({ shape: [values.length], values });
  const slots = Object.fromEntries(adam.slots.map((name) => [name, vector(new Float32Array(parameters.length))]));
  return {
    model,
    parameters,
    tokens,
    program: {
      graphs: { step: stepGraph(model, batch, count, context) },
      data: { tokens: part(0), next: part(1) },
      state: { parameters: vector(parameters), ...slots },
      seed,
    },
    feeds: (first, length) => feedsOf(first, length, batch),
  };
}

function stepGraph(model: Model, batch: number, count: number, context: number) {
  const g = new GraphBuilder();
  const rows = g.feed('rows', [batch]);
  const parameters = g.state('parameters', [model.parameterCount]);
  const { tensors, forward } = forwardPass(g, model, parameters, g.gather(g.data('tokens', [count, context]), rows), {
    dropout: (x) => x,
    moments: () => {
      throw new Error('No language model keeps moments.');
    },
  });
  const positions = batch * context;
  const labels = g.reshape(g.gather(g.data('next', [count, context]), rows), [positions]);
  const loss = g.mul(g.sum(g.softmaxCrossEntropy(forward.output, labels)), g.constant(1 / positions));
  const leaves = model.parameters.map(({ name }) => tensors.get(name) ?? parameters);
  const gradient = g.concat(gradients(g, loss, leaves).map((part) => g.reshape(part, [sizeOf(g.shape(part))])));
  const update = adam.update({
    ...{ g, parameters, gradient, layout: model.parameters, structure: structureOf(config), learningRate: g.scalar('learningRate') },
    decayMask: g.constant(decayMask(model, 'weights', 0), [model.parameterCount]),
    slot: (name) => g.state(name, [model.parameterCount]),
    scalar: (name) => g.scalar(name),
  });
  return g.finish({ loss, gradNorm: euclideanNorm(g, gradient) }, { parameters: update.parameters, ...update.slots });
}

function feedsOf(firstStep: number, length: number, batch: number): FeedColumns {
  const { learningRate, beta1: momentum } = config;
  const context = { config, learningRate, momentum, memory: {} };
  const each = Array.from({ length }, (_, i) => ({
    ...adam.scalars(context),
    ...adam.passingScalars?.({ ...context, step: firstStep + i }),
  }));
  const names = Object.keys(each[0] ?? {});
  return {
    firstStep,
    length,
    scalars: { learningRate, ...Object.fromEntries(names.map((name) => [name, Float64Array.from(each, (values) => values[name] ?? 0)])) },
    lasting: {},
    tensors: { rows: Float32Array.from({ length: length * batch }, (_, i) => (firstStep * batch + i) % (batches * batch)) },
  };
}
