/**
 * The runs whose PyTorch script is held against the product: every optimizer under three schedules with and without clipping, every loss,
 * every schedule, and what else a script can carry.
 *
 * Idea: training amplifies rounding, so the settings are those under which PyTorch's own float32 and float64 agree to 1e-5 over all steps.
 * `single` cases are for the others: single steps from recorded states.
 * Longer than a file should be, because it is one table. Those of language stand beside it.
 */
import type { Change } from '../params/changes.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { parseChanges } from '../params/changes.ts';
import { parityChanges } from './parity-changes.ts';
import { languageBase, languageRuns } from './parity-language.ts';
import { optimizerOptions, scheduleOptions } from '../params/options.ts';

/** One run. */
export interface ParityCase {
  readonly name: string;
  readonly config: Config;
  readonly changes: readonly Change[];
  /** All is as the table has it, whatever that does to rounding: held against PyTorch's float32 as well, to 1e-3. */
  readonly asDefault?: true;
}

/** Thirteen steps an epoch, the last of two examples; 200 steps in all. */
const base = {
  task: 'moons',
  trainingSize: 98,
  noise: 0.3,
  layers: [6, 4],
  batchSize: 8,
  maxSteps: 200,
  epochs: 1000,
  engine: 'tfjs-cpu',
  seed: 3,
} as const satisfies ConfigPatch;

/** Rates at which each rule is calm. */
const rates: Readonly<Record<Config['optimizer'], number>> = {
  sgd: 0.03,
  rmsprop: 0.001,
  adagrad: 0.02,
  adam: 0.005,
  adamw: 0.005,
  nadam: 0.005,
  radam: 0.005,
  adamax: 0.005,
  adadelta: 0.5,
  rprop: 0.001,
  asgd: 0.1,
  lion: 0.001,
  muon: 0.01,
  lamb: 0.005,
  adafactor: 0.005,
  sfsgd: 0.2,
  sfadamw: 0.005,
  lbfgs: 0.1,
};

/** What an optimizer needs beside its rate. */
const own: Partial<Record<Config['optimizer'], ConfigPatch>> = {
  sgd: { momentum: 0.8, weightDecay: 0.001 },
  adam: { weightDecay: 0.001 },
  rmsprop: { momentum: 0.5 },
  lion: { weightDecay: 0.1 },
  muon: { weightDecay: 0.01 },
  lamb: { weightDecay: 0.01 },
  sfadamw: { weightDecay: 0.01 },
  lbfgs: { batchSize: 98, lineSearch: 'none', iterations: 2, maxSteps: 6 },
  rprop: { batchSize: 98, etaPlus: 1.05, etaMinus: 0.9 },
};

const clips = { 'no clipping': {}, 'global norm': { clip: 'norm', clipAt: 0.3 } } as const satisfies Record<string, ConfigPatch>;

/**
 * Clipped gradients make the curvature that L-BFGS sees a nonsense, which blows rounding up: single and double precision part by a tenth within
 * three steps. At this threshold only the first gradient is clipped.
 */
const lbfgsClip = 0.42;

function schedulesOf(optimizer: Config['optimizer']): Readonly<Record<string, ConfigPatch>> {
  const withMomentum = !['adagrad', 'adadelta', 'rprop', 'asgd', 'lbfgs'].includes(optimizer);
  return {
    constant: {},
    'warm-up + cosine': { schedule: 'cosine', ...(optimizer === 'lbfgs' ? { warmup: 2, warmupFrom: 0.99 } : { warmup: 20 }) },
    ...(withMomentum
      ? { 'one-cycle': { schedule: 'onecycle' } }
      : { plateau: { schedule: 'plateau', plateauPatience: 1, threshold: 0.3, factor: 0.5 } }),
  };
}

function* grid(): Generator<readonly [string, ConfigPatch]> {
  for (const { value: optimizer } of optimizerOptions)
    for (const [schedule, ofSchedule] of Object.entries(schedulesOf(optimizer)))
      for (const [clip, ofClip] of Object.entries(clips))
        yield [
          `${optimizer} · ${schedule} · ${clip}`,
          {
            optimizer,
            learningRate: rates[optimizer],
            ...own[optimizer],
            ...ofSchedule,
            ...ofClip,
            ...(optimizer === 'lbfgs' && 'clipAt' in ofClip ? { clipAt: lbfgsClip } : {}),
          },
        ];
}

const sgd = { optimizer: 'sgd', learningRate: 0.1 } as const satisfies ConfigPatch;
const curve = { ...sgd, task: 'curve', learningRate: 0.05 } as const satisfies ConfigPatch;
const blobs = { ...sgd, task: 'blobs' } as const satisfies ConfigPatch;

const losses: Readonly<Record<string, ConfigPatch>> = {
  bce: sgd,
  'bce smoothed': { ...sgd, smoothing: 0.1 },
  'bce balanced': { ...sgd, classWeights: 'balanced', balance: 0.3 },
  'mse on σ(z)': { ...sgd, loss: 'mse' },
  hinge: { ...sgd, loss: 'hinge', learningRate: 0.02 },
  'focal, two classes': { ...sgd, loss: 'focal' },
  ce: blobs,
  'ce smoothed, typed weights': { ...blobs, smoothing: 0.1, classWeights: 'typed', weightList: [1, 2, 3] },
  'ce with z-loss, balanced': { ...blobs, zLoss: 0.1, classWeights: 'balanced', balance: 0.3 },
  'mse on softmax': { ...blobs, loss: 'mse' },
  margin: { ...blobs, loss: 'margin', learningRate: 0.002 },
  'focal, three classes': { ...blobs, loss: 'focal' },
  'mse regression': { ...curve, loss: 'mse' },
  mae: { ...curve, loss: 'mae', learningRate: 0.02 },
  huber: { ...curve, loss: 'huber', delta: 0.5 },
  smoothl1: { ...curve, loss: 'smoothl1', smoothL1Beta: 0.5 },
  logcosh: { ...curve, loss: 'logcosh' },
  quantile: { ...curve, loss: 'quantile', quantileTau: 0.8, learningRate: 0.02 },
};

/** What each schedule is seen with. */
const shapes: Readonly<Record<Config['schedule'], ConfigPatch>> = {
  constant: {},
  step: { stepSize: 3, gamma: 0.7 },
  exponential: { gamma: 0.98, per: 'step' },
  linear: { endFactor: 0.2 },
  cosine: { minLr: 0.01 },
  plateau: { plateauPatience: 0, threshold: 0.3, factor: 0.5, cooldown: 1 },
  multistep: { milestones: [3, 8], gamma: 0.5 },
  polynomial: { power: 2, minLr: 0.001 },
  restarts: { firstPeriod: 30, periodFactor: 2, per: 'step' },
  onecycle: { anneal: 'linear', threePhase: true },
  cyclic: { stepsUp: 20, stepsDown: 40, cycleMode: 'triangular2', minLr: 0.01 },
  invsqrt: { timescale: 20 },
  drawn: {
    drawn: [
      [0, 0.2],
      [0.3, 1],
      [1, 0.1],
    ],
  },
  wsd: { decayShare: 0.4, decayShape: 'sqrt', endFactor: 0.1 },
};

function* schedules(): Generator<readonly [string, ConfigPatch]> {
  for (const { value: schedule } of scheduleOptions) {
    yield [schedule, { ...sgd, momentum: 0.9, schedule, ...shapes[schedule] }];
    yield [`${schedule} behind a warm-up`, { ...sgd, momentum: 0.9, schedule, ...shapes[schedule], warmup: 25, warmupFrom: 0.1 }];
  }
  yield ['linear for power 1 to 0', { ...sgd, schedule: 'polynomial', power: 1 }];
  yield [
    'cyclic with betas',
    { optimizer: 'adam', learningRate: 0.005, schedule: 'cyclic', stepsUp: 30, gamma: 0.99, cycleMode: 'exp_range' },
  ];
  yield ['one-cycle with the betas of Adam', { optimizer: 'adam', learningRate: 0.005, schedule: 'onecycle' }];
}

const smallCnn = {
  task: 'digits',
  pixels: '14',
  model: 'cnn',
  channels: [2, 3],
  trainingSize: 60,
  layers: [8],
  dropout: 0,
} as const satisfies ConfigPatch;

const others: Readonly<Record<string, ConfigPatch>> = {
  'clip by value': { ...sgd, clip: 'value', clipAt: 0.05 },
  'clip each tensor': { ...sgd, clip: 'tensor', clipAt: 0.1 },
  'clip by largest entry': { ...sgd, clip: 'inf', clipAt: 0.05 },
  'clip adaptively': { ...sgd, clip: 'agc', adaptiveClip: 0.02 },
  'clip by recent norms': { ...sgd, clip: 'percentile', clipPercentile: 60 },
  'clip by recent norms, max-norm': { ...sgd, clip: 'percentile', clipPercentile: 60, maxNorm: 0.8 },
  'L2 and L1': { ...sgd, l2: 0.01, l1: 0.001 },
  'L2 on everything': { ...sgd, l2: 0.01, decay: 'all' },
  'proximal L1': { ...sgd, l1: 0.01, l1Rule: 'proximal' },
  'max-norm': { ...sgd, maxNorm: 0.8 },
  dropout: { ...sgd, dropout: 0.3 },
  'input dropout and noise': { ...sgd, inputDropout: 0.2, inputNoise: 0.1 },
  'gradient noise': { ...sgd, gradientNoise: 0.05 },
  'sharpness-aware': { ...sgd, momentum: 0.9, sam: 0.05, dropout: 0.2, l2: 0.01, clip: 'norm', clipAt: 0.2 },
  accumulation: { ...sgd, accumulation: 3 },
  'accumulation with dropout': { ...sgd, accumulation: 3, dropout: 0.2 },
  'weight average, judged': { ...sgd, average: 0.95, averageUse: 'average' },
  'ASGD, mean judged': { optimizer: 'asgd', learningRate: 0.1, averageFrom: 30, averageUse: 'average' },
  'drop last, shuffled once, decay on all': { ...sgd, dropLast: true, shuffle: 'once', weightDecay: 0.01, decay: 'all' },
  'in order, evaluated every 7 steps': { ...sgd, shuffle: 'never', evaluateEvery: 7 },
  'early stopping': {
    optimizer: 'sgd',
    learningRate: 0.02,
    earlyStopping: true,
    patience: 2,
    minDelta: 0.02,
    stopAfter: 3,
    monitorSmoothing: 0.3,
  },
  'early stopping, relative, by metric': {
    ...sgd,
    earlyStopping: true,
    monitor: 'metric',
    minDelta: 0.01,
    stopMode: 'relative',
    patience: 4,
    baseline: 0.5,
  },
  'patience cuts the rate': { ...sgd, earlyStopping: true, onPatience: 'cut', patience: 1, minDelta: 0.05, schedule: 'cosine' },
  'patience cuts a rate that falls by the step': {
    ...sgd,
    earlyStopping: true,
    onPatience: 'cut',
    patience: 1,
    minDelta: 0.05,
    schedule: 'exponential',
    per: 'step',
    gamma: 0.995,
  },
  AMSGrad: { optimizer: 'adam', amsgrad: true, learningRate: 0.005, beta2: 0.9 },
  'RMSprop centered': { optimizer: 'rmsprop', centered: true, learningRate: 0.001, epsilon: 1e-3 },
  Nesterov: { ...sgd, momentum: 0.8, nesterov: true },
  dampening: { ...sgd, momentum: 0.8, dampening: 0.5 },
  'Schedule-Free SGD, one-cycle, rates by layer': { optimizer: 'sfsgd', learningRate: 0.2, headRate: 2, schedule: 'onecycle' },
  'Schedule-Free AdamW, cyclic, frozen layer': {
    optimizer: 'sfadamw',
    learningRate: 0.005,
    schedule: 'cyclic',
    stepsUp: 30,
    frozenLayers: 1,
  },
  'Adafactor scaled and averaged': { optimizer: 'adafactor', scaleByWeights: true, beta1: 0.9, learningRate: 0.01 },
  'rate follows batch': { ...sgd, learningRate: 0.05, lrScaling: 'sqrt', baseBatch: 2 },
  'ReLU, He': { ...sgd, activation: 'relu', initialization: 'he', learningRate: 0.02 },
  GELU: { ...sgd, activation: 'gelu' },
  'no hidden layer': { ...sgd, layers: [] },
  'layer norm': { ...sgd, normalization: 'layer' },
  'batch norm': { ...sgd, normalization: 'batch' },
  'batch norm, sharpness-aware, average judged': { ...sgd, normalization: 'batch', sam: 0.05, average: 0.9, averageUse: 'average' },
  'batch norm with accumulation': { ...sgd, normalization: 'batch', accumulation: 2 },
  'RMS norm': { ...sgd, normalization: 'rms' },
  'CNN, batch norm': { ...sgd, ...smallCnn, maxSteps: 8, normalization: 'batch' },
  'CNN, clip adaptively': { ...sgd, ...smallCnn, maxSteps: 20, clip: 'agc', adaptiveClip: 0.02 },
  'CNN, layer norm': { ...sgd, ...smallCnn, maxSteps: 20, normalization: 'layer' },
  'rates by layer': { ...sgd, layerDecay: 0.5, headRate: 2, weightDecay: 0.01, schedule: 'cosine', minLr: 0.01 },
  'rates by layer, proximal L1, Adam, one-cycle': {
    optimizer: 'adam',
    learningRate: 0.005,
    layerDecay: 0.5,
    l1: 0.01,
    l1Rule: 'proximal',
    schedule: 'onecycle',
  },
  'rates by layer, Muon': { optimizer: 'muon', learningRate: 0.01, layerDecay: 0.5 },
  'frozen layer': { ...sgd, frozenLayers: 1, weightDecay: 0.01, l2: 0.01, normalization: 'batch', gradientNoise: 0.01 },
  'frozen layer, max-norm, average judged': { ...sgd, frozenLayers: 1, maxNorm: 0.4, average: 0.9, averageUse: 'average' },
  'L-BFGS, line search': { optimizer: 'lbfgs', learningRate: 1, batchSize: 98, iterations: 3, maxSteps: 6, l2: 0.01 },
  'L-BFGS, line search, z-loss': {
    optimizer: 'lbfgs',
    task: 'blobs',
    learningRate: 1,
    batchSize: 98,
    iterations: 3,
    maxSteps: 6,
    zLoss: 0.1,
  },
  'L-BFGS, line search, warm-up from 0': {
    optimizer: 'lbfgs',
    learningRate: 1,
    batchSize: 98,
    iterations: 3,
    maxSteps: 6,
    warmup: 3,
    warmupFrom: 0,
  },
  'diverges after three steps': { ...sgd, task: 'curve', activation: 'relu', learningRate: 10, outliers: 0.3, initialization: 'he' },
  penguins: { ...sgd, task: 'penguins', trainingSize: 100 },
  'digits, MLP': { ...sgd, task: 'digits', pixels: '14', trainingSize: 100, layers: [8], maxSteps: 40, dropout: 0.2 },
  'digits, CNN': {
    optimizer: 'adam',
    learningRate: 0.001,
    ...smallCnn,
    maxSteps: 30,
    dropout: 0.2,
    inputNoise: 0.05,
    gradientNoise: 0.001,
  },
  'Muon on kernels': { optimizer: 'muon', learningRate: 0.005, ...smallCnn, layers: [8, 6], maxSteps: 30 },
};

function parityCase(name: string, patch: ConfigPatch, changes = '', start: ConfigPatch = base): ParityCase {
  const { config, problems: wrong } = normalize({ ...start, ...patch });
  const problems = wrong.map(({ message }) => message);
  const parsed = parseChanges(changes, config, ({ message }) => problems.push(message));
  if (problems.length > 0) throw new Error(`${name}: ${problems.join(' ')}`);
  return { name, config, changes: parsed };
}

/** All cases. */
export function parityCases(): readonly ParityCase[] {
  const named = (prefix: string, entries: Iterable<readonly [string, ConfigPatch]>) =>
    [...entries].map(([name, patch]) => parityCase(`${prefix}: ${name}`, patch));
  return [
    ...named('optimizer', grid()),
    ...named('loss', Object.entries(losses)),
    ...named('schedule', schedules()),
    ...named('more', Object.entries(others)),
    ...Object.entries(parityChanges).map(([name, [patch, changes]]) => parityCase(`live: ${name}`, patch, changes)),
    ...languageRuns().map(({ name, patch, changes, ...more }) => ({ ...parityCase(name, patch, changes, languageBase), ...more })),
  ];
}
