/** One model of every kind, as small as can be, on the app's own tasks; a pretrained one among them, of which a part is trained. */
import { initialParameters } from '../models/initialization.ts';
import type { Model } from '../models/model.ts';
import { tuned, type TuningConfig } from '../models/tuned.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { fillNormal, stream } from '../shared/random.ts';
import { makeTask } from '../tasks/make-task.ts';
import { setUp, type Setup } from '../training/setup.ts';
import { tinyDigits } from './tiny-assets.ts';

/** A model, and how much of it is trained. */
export interface ToyModel {
  readonly name: string;
  readonly choices: ConfigPatch;
  /** Set where the model starts from weights of its own. */
  readonly tuning?: Pick<TuningConfig, 'tune' | 'lastBlocks' | 'rank' | 'loraAlpha' | 'adapted'>;
}

const points = { task: 'moons', trainingSize: 60, batchSize: 16, layers: [6, 5], activation: 'tanh' } as const;
const digits = { task: 'digits', pixels: '14', model: 'cnn', trainingSize: 20, batchSize: 4, channels: [2, 3], layers: [5] } as const;
const letters = { task: 'copy', length: 2, trainingSize: 40, batchSize: 2, width: 8, depth: 1 } as const;
const blocks = { ...letters, model: 'gpt', heads: '2' } as const;
const two = { ...blocks, depth: 2 } as const;
const thin = { tune: 'lora', lastBlocks: 1, rank: 2, loraAlpha: 4, adapted: 'all' } as const;

/** Six GPTs, among which any two of their options are met together. */
const gpts = [
  ['before', 'layer', 'gelu', 'learned', true],
  ['before', 'layer', 'relu', 'rotary', false],
  ['before', 'rms', 'swiglu', 'learned', false],
  ['after', 'layer', 'swiglu', 'rotary', true],
  ['after', 'rms', 'gelu', 'rotary', false],
  ['after', 'rms', 'relu', 'learned', true],
] as const;

/** All of them, a multilayer perceptron first. */
export const toyModels: readonly ToyModel[] = [
  { name: 'MLP', choices: points },
  { name: 'MLP, batch norm, dropout', choices: { ...points, normalization: 'batch', dropout: 0.2 } },
  { name: 'MLP, first layer frozen', choices: { ...points, frozenLayers: 1 } },
  { name: 'CNN', choices: digits },
  ...gpts.map(([normAt, normalization, activation, positions, tiedHead]): ToyModel => {
    const name = `GPT, ${normalization} ${normAt}, ${activation}, ${positions}, ${tiedHead ? 'tied' : 'own'} head`;
    return { name, choices: { ...blocks, normAt, normalization, activation, positions, tiedHead } };
  }),
  { name: 'RNN, tanh', choices: { ...letters, model: 'rnn', activation: 'tanh' } },
  { name: 'RNN, ReLU', choices: { ...letters, model: 'rnn', activation: 'relu' } },
  { name: 'LSTM', choices: { ...letters, model: 'lstm' } },
  { name: 'GRU', choices: { ...letters, model: 'gru' } },
  { name: 'GPT, LoRA', choices: two, tuning: thin },
  { name: 'GPT, last block', choices: two, tuning: { ...thin, tune: 'blocks' } },
  { name: 'GPT, head alone', choices: { ...two, tiedHead: false }, tuning: { ...thin, tune: 'head' } },
];

/** What a run of it is made of. */
export function toySetup({ tuning }: ToyModel, config: Config): Setup {
  const labels = Array.from({ length: 60 }, (_, i) => i % 10);
  const setup = setUp(config, makeTask(config, { digits: tinyDigits(labels) }));
  // Of pixels that are all alike no largest one is the largest on every executor.
  if (config.task === 'digits') fillNormal(setup.task.train.inputs, 5, stream.dataNoise, 0, 0);
  return tuning === undefined ? setup : { ...setup, model: startedFromWeights(setup.model, config, tuning) };
}

/** The model as if it had been trained before, and tuned. Its weights are large enough for every part to make a difference. */
function startedFromWeights(model: Model, { depth }: Config, tuning: NonNullable<ToyModel['tuning']>): Model {
  const weights = initialParameters(model, 'glorot', 3);
  const noise = new Float32Array(weights.length);
  fillNormal(noise, 3, stream.initialization, 1000, 0);
  weights.forEach((value, i) => (weights[i] = value + 0.2 * noise[i]!));
  return tuned(model, { ...tuning, depth }, { model, weights });
}
