/**
 * The language models whose PyTorch script is held against the product: every network, task and part of a block, and what optimizers, clipping and
 * decay make of tables, heads and gates.
 */
import type { ConfigPatch } from '../params/config.ts';

/** What all runs of language share. */
export const languageBase = { seed: 3, engine: 'wasm', epochs: 1000 } as const satisfies ConfigPatch;

const sequence = { trainingSize: 60, batchSize: 16, evaluateEvery: 20, maxSteps: 100, length: 3 } as const satisfies ConfigPatch;
const gpt = {
  ...sequence,
  task: 'copy',
  model: 'gpt',
  depth: 2,
  width: 16,
  heads: '2',
  learningRate: 0.003,
} as const satisfies ConfigPatch;
const layers = { ...sequence, task: 'reverse', width: 12, depth: 2, learningRate: 0.003 } as const satisfies ConfigPatch;
const names = {
  task: 'text',
  text: 'names',
  context: 12,
  trainingSize: 200,
  batchSize: 16,
  evaluateEvery: 50,
  maxSteps: 100,
} as const satisfies ConfigPatch;
const stories = { task: 'text', text: 'stories', maxSteps: 100, evaluateEvery: 50 } as const satisfies ConfigPatch;
const sgd = { optimizer: 'sgd', momentum: 0.9, learningRate: 0.05 } as const satisfies ConfigPatch;

/** Fine-tuning of the tests' tiny pretrained model. */
const tuned = {
  task: 'text',
  text: 'names',
  model: 'pretrained',
  trainingSize: 200,
  maxSteps: 100,
  evaluateEvery: 50,
} as const satisfies ConfigPatch;

/** A configuration by the name of the case. */
const runs: Readonly<Record<string, ConfigPatch>> = {
  'GPT on stories, defaults but for a warm-up': { ...stories, model: 'gpt', warmup: 100 },
  'LSTM on stories, defaults': { ...stories, model: 'lstm' },
  'GPT, copy, AdamW': { ...gpt, optimizer: 'adamw', weightDecay: 0.1 },
  'GPT, reverse, untied, norms after, ReLU, SGD': { ...gpt, ...sgd, task: 'reverse', tiedHead: false, normAt: 'after', activation: 'relu' },
  'GPT, addition, RMS norm, SwiGLU, rotary': {
    ...gpt,
    task: 'addition',
    length: 2,
    normalization: 'rms',
    activation: 'swiglu',
    positions: 'rotary',
    optimizer: 'adamw',
    epsilon: 1e-4,
  },
  'GPT, RMS norm after, rotary, four heads, question counted': {
    ...gpt,
    ...sgd,
    normalization: 'rms',
    normAt: 'after',
    positions: 'rotary',
    heads: '4',
    completionOnly: false,
    smoothing: 0.1,
    learningRate: 0.2,
  },
  'GPT, z-loss, question not counted': { ...gpt, ...sgd, zLoss: 0.05 },
  'LSTM, names, z-loss, accumulation, clipped': {
    ...layers,
    ...names,
    ...{ model: 'lstm', zLoss: 0.01, batchSize: 8, accumulation: 2, clip: 'norm', clipAt: 0.5, optimizer: 'adamw' },
  },
  'GPT, plays, prompts masked, z-loss, smoothing': {
    ...gpt,
    ...names,
    ...{ text: 'plays', context: 24, maskPrompts: true, zLoss: 0.01, smoothing: 0.1, optimizer: 'adamw' },
  },
  'GRU, plays in byte pairs, prompts masked': {
    ...layers,
    ...names,
    ...{
      model: 'gru',
      text: 'plays',
      tokenizer: 'bpe',
      vocabulary: 300,
      maskPrompts: true,
      optimizer: 'adamw',
      accumulation: 2,
      batchSize: 8,
    },
  },
  'GPT, modular, Muon': { ...gpt, task: 'modular', modulus: 11, optimizer: 'muon', learningRate: 0.01, weightDecay: 0.01 },
  'GPT, untied, Muon, rates by layer': { ...gpt, tiedHead: false, optimizer: 'muon', learningRate: 0.01, layerDecay: 0.5 },
  'GPT, names, clipped, warm-up + cosine': {
    ...gpt,
    ...names,
    ...{ clip: 'norm', clipAt: 0.5, schedule: 'cosine', warmup: 10, optimizer: 'adamw' },
  },
  'GPT, byte pairs, Adafactor': {
    ...gpt,
    ...names,
    tokenizer: 'bpe',
    vocabulary: 300,
    optimizer: 'adafactor',
    learningRate: 0.001,
  },
  'GPT, clip adaptively': { ...gpt, ...sgd, clip: 'agc', adaptiveClip: 0.02, learningRate: 0.02 },
  'GPT, untied, clip adaptively, decay on all': {
    ...gpt,
    ...sgd,
    tiedHead: false,
    clip: 'agc',
    adaptiveClip: 0.02,
    l2: 0.01,
    decay: 'all',
  },
  'GPT, dropout, accumulation, max-norm': { ...gpt, ...sgd, dropout: 0.1, batchSize: 8, accumulation: 2, maxNorm: 0.3, l1: 1e-4 },
  'GPT, first layers frozen, head slower, gradient noise': {
    ...gpt,
    ...sgd,
    frozenLayers: 2,
    headRate: 0.5,
    weightDecay: 0.01,
    gradientNoise: 0.01,
    learningRate: 0.2,
  },
  'GPT, sharpness-aware, average judged': { ...gpt, ...sgd, sam: 0.05, average: 0.9, averageUse: 'average' },
  'RNN, tanh, orthogonal': { ...layers, ...sgd, model: 'rnn', initialization: 'orthogonal' },
  'RNN, ReLU, identity, clipped': {
    ...layers,
    ...sgd,
    ...{ model: 'rnn', activation: 'relu', initialization: 'identity', clip: 'norm', clipAt: 1, learningRate: 0.05 },
  },
  'LSTM, names, AdamW': { ...layers, ...names, model: 'lstm', optimizer: 'adamw' },
  'LSTM, dropout between layers, clip each tensor': { ...layers, ...sgd, model: 'lstm', dropout: 0.2, clip: 'tensor', clipAt: 0.05 },
  'LSTM, LAMB, rates by layer': { ...layers, model: 'lstm', optimizer: 'lamb', weightDecay: 0.01, layerDecay: 0.5, learningRate: 0.005 },
  'GRU, modular, Muon': { ...layers, task: 'modular', modulus: 11, model: 'gru', optimizer: 'muon', learningRate: 0.01 },
  'GRU, Adafactor scaled, clip adaptively': {
    ...layers,
    ...{ model: 'gru', optimizer: 'adafactor', scaleByWeights: true, clip: 'agc', adaptiveClip: 0.02, learningRate: 0.01 },
  },
  'pretrained, all weights, replay': { ...tuned, replay: 0.3 },
  'pretrained, all weights, rates by layer, first layers frozen': { ...tuned, layerDecay: 0.7, headRate: 2, frozenLayers: 1 },
  'pretrained, last block, AdamW': { ...tuned, tune: 'blocks', weightDecay: 0.1 },
  'pretrained, both blocks, rates by layer, Muon': {
    ...tuned,
    tune: 'blocks',
    lastBlocks: 2,
    layerDecay: 0.5,
    optimizer: 'muon',
    learningRate: 0.01,
  },
  'pretrained, last block, clip adaptively, SGD': { ...tuned, ...sgd, tune: 'blocks', clip: 'agc', adaptiveClip: 0.02 },
  'pretrained, head, clipped': { ...tuned, tune: 'head', clip: 'norm', clipAt: 0.5 },
  'pretrained, LoRA, replay': { ...tuned, tune: 'lora', rank: 2, replay: 0.3 },
  'pretrained, LoRA, plays, prompts masked, replay, z-loss': {
    ...tuned,
    ...{ text: 'plays', tune: 'lora', rank: 2, maskPrompts: true, replay: 0.3, zLoss: 0.01 },
  },
  'pretrained, LoRA on query and value, SGD, decay, dropout': {
    ...tuned,
    ...sgd,
    ...{ tune: 'lora', rank: 4, loraAlpha: 2, adapted: 'qv', weightDecay: 0.01, dropout: 0.1 },
  },
  'pretrained, LoRA on the perceptron, rates by layer, Muon, gradient noise': {
    ...tuned,
    ...{ tune: 'lora', rank: 2, adapted: 'mlp', layerDecay: 0.5, optimizer: 'muon', learningRate: 0.01, gradientNoise: 0.001 },
  },
  'pretrained, LoRA on attention, average judged, max-norm': {
    ...tuned,
    ...{ tune: 'lora', rank: 2, adapted: 'attention', average: 0.9, averageUse: 'average', maxNorm: 0.5 },
  },
};

/** A configuration and its live changes, as links write them. */
const changed: Readonly<Record<string, readonly [ConfigPatch, string]>> = {
  'GPT, everything changed': [
    { ...gpt, ...sgd },
    '20:lr:0.02,30:batch:10,40:dropout:0.1,50:wd:0.01,60:clip:norm,60:clipAt:0.5,70:decay:all,80:l2:0.01,90:steps:110',
  ],
  'LSTM, dropout and decay turned on': [
    { ...layers, ...sgd, model: 'lstm', decay: 'weights' },
    '20:dropout:0.2,40:wd:0.01,60:smoothing:0.1,70:decay:all',
  ],
};

/** Text at the table's defaults and without a warm-up, where PyTorch's own precisions part by more than a comparison can bear. */
const defaults: Readonly<Record<string, ConfigPatch>> = {
  'GPT on stories': { ...stories, model: 'gpt', seed: 7 },
};

/** A run, with live changes as links write them. */
interface LanguageRun {
  readonly name: string;
  readonly patch: ConfigPatch;
  readonly changes: string;
  readonly asDefault?: true;
}

/** All of them. */
export function languageRuns(): readonly LanguageRun[] {
  return [
    ...Object.entries(runs).map(([name, patch]) => ({ name: `language: ${name}`, patch, changes: '' })),
    ...Object.entries(changed).map(([name, [patch, changes]]) => ({ name: `language live: ${name}`, patch, changes })),
    ...Object.entries(defaults).map(([name, patch]) => ({ name: `defaults: ${name}`, patch, changes: '', asDefault: true as const })),
  ];
}
