/**
 * For every parameter of the table a small seeded run, and two values of the parameter that must make a difference: to what the run tells
 * (`no-dead-control.test.ts`), and to what is exported of it (`handled.test.ts`). A parameter that is missing here does not compile.
 * Longer than a file should be, because it is one table.
 */
import type { ConfigPatch } from '../params/config.ts';
import type { ParameterId } from '../params/table.ts';
import type { Told } from './trained.ts';

/** What every scenario starts from. */
export const scenarioBase = {
  task: 'moons',
  trainingSize: 30,
  layers: [4],
  batchSize: 8,
  epochs: 3,
  learningRate: 0.05,
  engine: 'tfjs-cpu',
  seed: 11,
} as const satisfies ConfigPatch;

/** A run in which a parameter is seen to act. */
export interface Scenario {
  /** Where the parameter is seen to act, on top of the base. */
  readonly in?: ConfigPatch;
  /** The two values that must differ in what the run tells. */
  readonly values: readonly [unknown, unknown];
  /** What must change, by name. */
  readonly changes: readonly (keyof Told)[];
}

/** Patience and the rest are seen best on a run that gets worse: a rate far too high. */
const worsening = { learningRate: 1, optimizer: 'adam', epochs: 12 } as const;
const stopping = { ...worsening, earlyStopping: true, patience: 2 } as const;
const plateau = { ...worsening, schedule: 'plateau', plateauPatience: 0, factor: 0.5 } as const;
const sgd = { optimizer: 'sgd', momentum: 0.8 } as const;
const lbfgs = { optimizer: 'lbfgs', batchSize: 30, iterations: 3, epochs: 6 } as const;
const learning = ['loss', 'evaluations'] as const;
const rates = ['learningRate', 'loss'] as const;
const copying = { task: 'copy', length: 2, model: 'gpt', depth: 1, width: 8, maxSteps: 5 } as const;
const text = { task: 'text', text: 'names', context: 8, model: 'gpt', depth: 1, width: 8, maxSteps: 3 } as const;
const tuned = { task: 'text', text: 'names', model: 'pretrained', maxSteps: 3 } as const;
const lora = { ...tuned, tune: 'lora' } as const;
const clipped = { clip: 'norm', clipAt: 0.05 } as const;

/** A scenario of every parameter but those that are excepted. */
export const scenarios: Readonly<Record<Exclude<ParameterId, keyof typeof excepted>, Scenario>> = {
  task: { values: ['moons', 'circle'], changes: learning },
  noise: { values: [0.1, 0.3], changes: learning },
  outliers: { in: { task: 'curve' }, values: [0, 0.2], changes: learning },
  trainingSize: { values: [30, 40], changes: learning },
  split: { values: [0.5, 0.7], changes: ['evaluations'] },
  balance: { values: [1, 0.3], changes: learning },
  classes: { in: { task: 'blobs' }, values: [3, 4], changes: learning },
  pixels: { in: { task: 'digits', trainingSize: 12, maxSteps: 2 }, values: ['14', '28'], changes: learning },
  text: { in: text, values: ['names', 'plays'], changes: learning },
  tokenizer: { in: text, values: ['characters', 'bpe'], changes: learning },
  vocabulary: { in: { ...text, tokenizer: 'bpe' }, values: [256, 300], changes: learning },
  context: { in: text, values: [8, 12], changes: learning },
  replay: { in: tuned, values: [0, 0.5], changes: learning },
  length: { in: copying, values: [2, 3], changes: learning },
  modulus: { in: { ...copying, task: 'modular' }, values: [7, 11], changes: learning },
  seed: { values: [11, 12], changes: learning },
  model: { in: { task: 'digits', pixels: '14', trainingSize: 12, maxSteps: 2, channels: [2] }, values: ['mlp', 'cnn'], changes: learning },
  layers: { values: [[4], [4, 4]], changes: learning },
  depth: { in: copying, values: [1, 2], changes: learning },
  width: { in: copying, values: [8, 16], changes: learning },
  heads: { in: copying, values: ['2', '4'], changes: learning },
  normAt: { in: copying, values: ['before', 'after'], changes: learning },
  positions: { in: copying, values: ['learned', 'rotary'], changes: learning },
  tiedHead: { in: copying, values: [true, false], changes: learning },
  tune: { in: tuned, values: ['full', 'lora'], changes: learning },
  lastBlocks: { in: { ...tuned, tune: 'blocks' }, values: [1, 2], changes: learning },
  rank: { in: lora, values: [2, 4], changes: learning },
  loraAlpha: { in: lora, values: [4, 8], changes: learning },
  adapted: { in: lora, values: ['qv', 'all'], changes: learning },
  channels: { in: { task: 'digits', pixels: '14', model: 'cnn', trainingSize: 12, maxSteps: 2 }, values: [[2], [3]], changes: learning },
  activation: { values: ['tanh', 'relu'], changes: learning },
  normalization: { values: ['none', 'layer'], changes: learning },
  initialization: { values: ['glorot', 'he'], changes: learning },
  learningRate: { values: [0.05, 0.06], changes: rates },
  layerDecay: { values: [1, 0.5], changes: learning },
  headRate: { values: [1, 2], changes: learning },
  frozenLayers: { values: [0, 1], changes: learning },
  batchSize: { values: [8, 9], changes: learning },
  shuffle: { values: ['epoch', 'once'], changes: learning },
  accumulation: { values: [1, 2], changes: learning },
  lrScaling: { in: { baseBatch: 4 }, values: ['none', 'linear'], changes: rates },
  baseBatch: { in: { lrScaling: 'sqrt' }, values: [4, 5], changes: rates },
  dropLast: { values: [false, true], changes: learning },
  epochs: { values: [3, 3.5], changes: ['loss', 'end'] },
  maxSteps: { values: [0, 5], changes: ['loss', 'end'] },
  evaluateEvery: { values: [0, 3], changes: ['evaluations'] },
  loss: { values: ['bce', 'hinge'], changes: learning },
  delta: { in: { task: 'curve', loss: 'huber' }, values: [1, 0.3], changes: learning },
  smoothL1Beta: { in: { task: 'curve', loss: 'smoothl1' }, values: [1, 0.3], changes: learning },
  quantileTau: { in: { task: 'curve', loss: 'quantile' }, values: [0.5, 0.9], changes: learning },
  focalGamma: { in: { loss: 'focal' }, values: [2, 1], changes: learning },
  focalAlpha: { in: { loss: 'focal' }, values: [0.25, 0.5], changes: learning },
  smoothing: { values: [0, 0.1], changes: learning },
  zLoss: { in: copying, values: [0, 0.1], changes: ['measured', ...learning] },
  maskPrompts: { in: { ...text, text: 'plays' }, values: [false, true], changes: learning },
  completionOnly: { in: copying, values: [true, false], changes: learning },
  classWeights: { in: { balance: 0.3 }, values: ['none', 'balanced'], changes: learning },
  weightList: {
    in: { classWeights: 'typed' },
    values: [
      [1, 2],
      [1, 3],
    ],
    changes: learning,
  },
  optimizer: { values: ['adam', 'rmsprop'], changes: learning },
  alpha: { in: { optimizer: 'rmsprop' }, values: [0.99, 0.9], changes: learning },
  centered: { in: { optimizer: 'rmsprop' }, values: [false, true], changes: learning },
  epsilon: { values: [1e-8, 0.1], changes: learning },
  l2: { values: [0, 0.1], changes: ['penalties', ...learning] },
  l1: { values: [0, 0.1], changes: ['penalties', ...learning] },
  dropout: { values: [0, 0.5], changes: learning },
  inputDropout: { values: [0, 0.3], changes: learning },
  inputNoise: { values: [0, 0.3], changes: learning },
  gradientNoise: { values: [0, 0.3], changes: learning },
  l1Rule: { in: { l1: 0.05 }, values: ['subgradient', 'proximal'], changes: ['penalties', ...learning] },
  maxNorm: { values: [0, 0.3], changes: learning },
  decay: { in: { l2: 0.1 }, values: ['weights', 'all'], changes: ['penalties', ...learning] },
  average: { values: [0, 0.9], changes: ['evaluations'] },
  averageUse: { in: { ...worsening, average: 0.9 }, values: ['raw', 'average'], changes: ['best', 'end'] },
  amsgrad: { in: { beta2: 0.5 }, values: [false, true], changes: learning },
  momentumDecay: { in: { optimizer: 'nadam' }, values: [0.004, 0.5], changes: learning },
  etaMinus: { in: { optimizer: 'rprop' }, values: [0.5, 0.3], changes: learning },
  etaPlus: { in: { optimizer: 'rprop' }, values: [1.2, 1.5], changes: learning },
  lambda: { in: { optimizer: 'asgd' }, values: [1e-4, 0.5], changes: learning },
  ratePower: { in: { optimizer: 'asgd', lambda: 0.5 }, values: [0.75, 0.2], changes: learning },
  averageFrom: { in: { optimizer: 'asgd' }, values: [0, 100], changes: ['evaluations'] },
  adamRatio: { in: { optimizer: 'muon', layers: [4, 4] }, values: [0.1, 0.3], changes: learning },
  scaleByWeights: { in: { optimizer: 'adafactor' }, values: [false, true], changes: learning },
  lineSearch: { in: lbfgs, values: ['wolfe', 'none'], changes: learning },
  iterations: { in: lbfgs, values: [3, 4], changes: learning },
  historySize: { in: lbfgs, values: [1, 4], changes: learning },
  sam: { values: [0, 0.2], changes: learning },
  weightDecay: { in: { optimizer: 'adamw' }, values: [0.01, 0.5], changes: learning },
  momentum: { in: sgd, values: [0.8, 0.9], changes: ['momentum', ...learning] },
  dampening: { in: sgd, values: [0, 0.5], changes: learning },
  nesterov: { in: sgd, values: [false, true], changes: learning },
  beta1: { values: [0.9, 0.5], changes: ['momentum', ...learning] },
  beta2: { values: [0.999, 0.9], changes: learning },
  earlyStopping: { in: { ...worsening, patience: 2 }, values: [false, true], changes: ['loss', 'end'] },
  monitor: { in: worsening, values: ['loss', 'metric'], changes: ['best', 'end'] },
  patience: { in: stopping, values: [1, 3], changes: ['loss', 'end'] },
  minDelta: { in: { ...stopping, learningRate: 0.01 }, values: [0, 1], changes: ['loss', 'end'] },
  stopMode: {
    in: { ...stopping, learningRate: 0.01, minDelta: 0.05, patience: 1 },
    values: ['absolute', 'relative'],
    changes: ['loss', 'end'],
  },
  stopAfter: { in: stopping, values: [0, 5], changes: ['loss', 'end'] },
  baseline: { in: { ...stopping, learningRate: 0.01 }, values: [0, 0.001], changes: ['loss', 'end'] },
  monitorSmoothing: { in: { ...stopping, learningRate: 0.05, patience: 1 }, values: [0, 0.9], changes: ['loss', 'end'] },
  onPatience: { in: stopping, values: ['stop', 'cut'], changes: ['cuts', 'loss', 'end'] },
  cutFactor: { in: { ...stopping, onPatience: 'cut' }, values: [0.3, 0.5], changes: rates },
  restoreBest: { in: worsening, values: [true, false], changes: ['end'] },
  schedule: { values: ['constant', 'cosine'], changes: rates },
  per: { in: { schedule: 'exponential' }, values: ['epoch', 'step'], changes: rates },
  stepSize: { in: { schedule: 'step', per: 'step' }, values: [2, 3], changes: rates },
  gamma: { in: { schedule: 'exponential' }, values: [0.95, 0.5], changes: rates },
  endFactor: { in: { schedule: 'linear' }, values: [0, 0.5], changes: rates },
  minLr: { in: { schedule: 'cosine' }, values: [0, 0.01], changes: rates },
  factor: { in: plateau, values: [0.5, 0.2], changes: rates },
  plateauPatience: { in: plateau, values: [0, 2], changes: ['cuts', ...rates] },
  threshold: { in: { ...plateau, learningRate: 0.01 }, values: [1e-4, 0.9], changes: ['cuts', ...rates] },
  cooldown: { in: plateau, values: [0, 3], changes: ['cuts', ...rates] },
  milestones: { in: { schedule: 'multistep', per: 'step', gamma: 0.5 }, values: [[3], [5]], changes: rates },
  power: { in: { schedule: 'polynomial' }, values: [1, 2], changes: rates },
  firstPeriod: { in: { schedule: 'restarts', per: 'step' }, values: [3, 5], changes: rates },
  periodFactor: { in: { schedule: 'restarts', per: 'step', firstPeriod: 2 }, values: [1, 2], changes: rates },
  risingShare: { in: { schedule: 'onecycle' }, values: [0.3, 0.4], changes: rates },
  startDivisor: { in: { schedule: 'onecycle' }, values: [25, 2], changes: rates },
  endDivisor: { in: { schedule: 'onecycle' }, values: [10, 2], changes: rates },
  anneal: { in: { schedule: 'onecycle' }, values: ['cos', 'linear'], changes: rates },
  threePhase: { in: { schedule: 'onecycle' }, values: [false, true], changes: rates },
  stepsUp: { in: { schedule: 'cyclic' }, values: [3, 4], changes: rates },
  stepsDown: { in: { schedule: 'cyclic', stepsUp: 2 }, values: [0, 4], changes: rates },
  cycleMode: { in: { schedule: 'cyclic', stepsUp: 2 }, values: ['triangular', 'triangular2'], changes: rates },
  timescale: { in: { schedule: 'invsqrt' }, values: [0, 4], changes: rates },
  decayShare: { in: { schedule: 'wsd' }, values: [0.2, 0.5], changes: rates },
  decayShape: { in: { schedule: 'wsd', decayShare: 0.6 }, values: ['linear', 'sqrt'], changes: rates },
  drawn: {
    in: { schedule: 'drawn' },
    values: [
      [
        [0, 1],
        [1, 0],
      ],
      [
        [0, 1],
        [1, 0.5],
      ],
    ],
    changes: rates,
  },
  cycleMomentum: { in: { schedule: 'onecycle' }, values: [true, false], changes: ['momentum', ...learning] },
  baseMomentum: { in: { schedule: 'onecycle' }, values: [0.85, 0.5], changes: ['momentum', ...learning] },
  maxMomentum: { in: { schedule: 'cyclic', stepsUp: 3 }, values: [0.95, 0.9], changes: ['momentum', ...learning] },
  warmup: { values: [0, 5], changes: rates },
  warmupFrom: { in: { warmup: 5 }, values: [0, 0.5], changes: rates },
  clip: { in: { clipAt: 0.05 }, values: ['none', 'norm'], changes: ['clippedNorm'] },
  adaptiveClip: { in: { clip: 'agc' }, values: [0.01, 0.02], changes: ['clippedNorm'] },
  clipPercentile: { in: { clip: 'percentile' }, values: [90, 30], changes: ['clippedNorm'] },
  clipAt: { in: { ...clipped, optimizer: 'sgd' }, values: [0.05, 0.1], changes: ['clippedNorm', ...learning] },
  updateRatio: { values: [false, true], changes: ['measured'] },
  noiseScale: { in: { epochs: 20 }, values: [false, true], changes: ['measured', 'diagnosed'] },
  sharpness: { values: [0, 2], changes: ['diagnosed'] },
};

/** Parameters that by their meaning change nothing that is computed; what they do is shown elsewhere. */
export const excepted = {
  engine: 'decides who computes; that the results agree is shown in the browser (e2e/executors.spec.ts)',
  pace: 'decides when steps are computed, never which (src/trainer/host.test.ts holds the clock)',
} as const;
