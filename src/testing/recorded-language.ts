/** The tiny language models that PyTorch was recorded on (`training/recorded/language.json`), as programs for an executor. */
import { GraphBuilder } from '../graph/builder.ts';
import type { Feed } from '../graph/executor.ts';
import { gradients } from '../graph/gradients.ts';
import type { Graph, NodeId } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import type { GptOptions } from '../models/gpt.ts';
import { gpt } from '../models/gpt.ts';
import { withLora } from '../models/lora.ts';
import type { Model } from '../models/model.ts';
import type { RecurrentOptions } from '../models/recurrent.ts';
import { recurrent } from '../models/recurrent.ts';
import type { Config } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { fixedName, forwardPass } from '../training/batch-gradient.ts';
import { euclideanNorm } from '../training/euclidean-norm.ts';
import { decayMask } from '../training/decay-mask.ts';
import { optimizers } from '../training/optimizers/optimizers.ts';
import { structureOf } from '../training/optimizers/optimizer.ts';
import type { Memory } from '../training/optimizers/optimizer.ts';
import { stepScalars } from '../training/step-scalars.ts';
import recorded from '../training/recorded/language.json' with { type: 'json' };
import recordedLora from '../training/recorded/lora.json' with { type: 'json' };
import type { DoubleProgram } from './interpreter.ts';

/** One model and what PyTorch made of it. */
export type LanguageCase = (typeof recorded.cases)[number];
/** A model of those, fixed, with LoRA beside it. */
export type LoraCase = (typeof recordedLora.cases)[number];

/** All of them. */
export const languageCases: readonly LanguageCase[] = recorded.cases;
/** All of these. */
export const loraCases: readonly LoraCase[] = recordedLora.cases;

const { vocabulary, context, sequences, batches } = recorded.problem;
const count = sequences.length / (context + 1);

/** The model of a case. */
export function languageModel(item: LanguageCase | LoraCase): Model {
  const sizes = { vocabulary, context };
  if ('lora' in item) {
    const base = languageCases.find(({ name }) => name === item.of)!;
    const { rank, loraAlpha, adapted } = item.lora;
    return withLora(languageModel(base), Float32Array.from(base.start.flatMap(({ values }) => values)), {
      rank,
      loraAlpha,
      adapted: adapted as Config['adapted'],
    });
  }
  const { options } = item;
  return 'cell' in options
    ? recurrent({ ...sizes, ...(options as Omit<RecurrentOptions, keyof typeof sizes>) })
    : gpt({ ...sizes, ...(options as Omit<GptOptions, keyof typeof sizes>) });
}

/** What is compared after the last step: a bias of keys moves all scores of a query alike, so that its gradient is nothing but rounding. */
export function comparedParameters(model: Model, flat: ArrayLike<number>): readonly number[] {
  return model.parameters
    .filter(({ name }) => !name.endsWith('key.bias'))
    .flatMap(({ offset, shape }) => Array.from({ length: sizeOf(shape) }, (_, i) => flat[offset + i] ?? Number.NaN));
}

/** Model, program and the feeds of all recorded steps. Outputs of `first`: `logits`, and `gradient` as one vector. */
export function recordedLanguage(item: LanguageCase | LoraCase): {
  readonly model: Model;
  readonly program: DoubleProgram;
  readonly feeds: readonly Feed[];
} {
  const model = languageModel(item);
  const config = configOf(item);
  const rows = Array.from({ length: count }, (_, row) => sequences.slice(row * (context + 1), (row + 1) * (context + 1)));
  const table = (part: (row: number[]) => number[]) => ({ shape: [count, context], values: rows.flatMap(part) });
  const zeros = { shape: [model.parameterCount], values: new Float64Array(model.parameterCount) };
  const program = {
    graphs: stepGraphs(model, config),
    data: {
      tokens: table((row) => row.slice(0, -1)),
      next: table((row) => row.slice(1)),
      ...Object.fromEntries((model.fixed ?? []).map(({ name, shape, values }) => [fixedName(name), { shape, values: [...values] }])),
    },
    state: {
      parameters: { shape: [model.parameterCount], values: item.start.flatMap(({ values }) => values) },
      ...Object.fromEntries(optimizers[config.optimizer].slots.map((name) => [name, zeros] as const)),
    },
    seed: 0,
  };
  return { model, program, feeds: feedsOf(config) };
}

function configOf({ optimizer, learningRate }: LanguageCase | LoraCase): Config {
  const rule = optimizer === 'sgd' ? { momentum: 0.9, weightDecay: 0 } : { weightDecay: 0.1 };
  const { config, problems } = normalize({ optimizer, learningRate, ...rule });
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join(' '));
  return config;
}

/** Mean cross-entropy over all positions, its gradient and the update of an optimizer. */
function stepGraphs(model: Model, config: Config): { readonly step: Graph; readonly first: Graph } {
  const g = new GraphBuilder();
  const batch = g.feed('rows', [batches[0]?.length ?? 0]);
  const parameters = g.state('parameters', [model.parameterCount]);
  const { tensors, forward } = forwardPass(g, model, parameters, g.gather(g.data('tokens', [count, context]), batch), {
    dropout: (x) => x,
    moments: () => {
      throw new Error('no language model keeps moments');
    },
  });
  const [positions = 1] = g.shape(forward.output);
  const labels = g.reshape(g.gather(g.data('next', [count, context]), batch), [positions]);
  const loss = g.div(g.sum(g.softmaxCrossEntropy(forward.output, labels)), g.constant(positions));
  const leaves = model.parameters.map(({ name }) => tensors.get(name) ?? parameters);
  const flat = (id: NodeId): NodeId => g.reshape(id, [sizeOf(g.shape(id))]);
  const gradient = g.concat(gradients(g, loss, leaves).map(flat));
  const optimizer = optimizers[config.optimizer];
  const update = optimizer.update({
    ...{ g, parameters, gradient, layout: model.parameters, structure: structureOf(config), learningRate: g.scalar('learningRate') },
    decayMask: g.constant(decayMask(model, 'weights', 0), [model.parameterCount]),
    slot: (name) => g.state(name, [model.parameterCount]),
    scalar: (name) => g.scalar(name),
  });
  return {
    step: g.finish({ loss, gradNorm: euclideanNorm(g, gradient) }, { parameters: update.parameters, ...update.slots }),
    first: g.finish({ logits: forward.output, gradient }),
  };
}

function feedsOf(config: Config): readonly Feed[] {
  const momentum = config.optimizer === 'sgd' ? config.momentum : config.beta1;
  const { remember } = optimizers[config.optimizer];
  let memory: Memory = {};
  return batches.map((rows, step) => {
    const moment = { step, learningRate: config.learningRate, momentum, memory };
    memory = remember?.({ config, ...moment }) ?? memory;
    const counts = { averageBegun: false, count: rows.length, examples: rows.length };
    return { step, scalars: stepScalars(config, { ...moment, ...counts }), tensors: { rows: Float32Array.from(rows) } };
  });
}
