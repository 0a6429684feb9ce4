/** Whatever the parameter table allows can be trained: no throw, the promised number of steps or an end with a reason. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Config } from '../params/config.ts';
import { isLive, normalize } from '../params/config.ts';
import type { Spec } from '../params/kinds.ts';
import { clipOptions, lossOptions, optimizerOptions, scheduleOptions, taskOptions, tuneOptions } from '../params/options.ts';
import { parameterIds, parameters, specOf } from '../params/table.ts';
import type { ParameterId } from '../params/table.ts';
import { anyValueOf } from '../testing/any-value.ts';
import { tinyPretrained } from '../testing/tiny-shipped.ts';
import { trained } from '../testing/trained.ts';
import type { TrainingOptions } from '../testing/trained.ts';

const file = (name: string) => readFileSync(new URL(`../../public/data/${name}`, import.meta.url));
const text = Array.from({ length: 300 }, (_, i) => `Line ${String(i * 7919)} of ${String(i)}.\n`).join('');
const assets = {
  penguins: file('penguins.json').toString(),
  digits: new Uint8Array(file('digits-14.bin')),
  text,
  pretrained: tinyPretrained(),
};

/** Any value that a declaration allows, ends of the range included. */
const valueOf = (spec: Spec): fc.Arbitrary<unknown> =>
  anyValueOf(spec, ({ min, max, integer, scale }) => {
    const inside = integer ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
    const exponents = fc.double({ min: Math.log(Math.max(min, max * 1e-6)), max: Math.log(max), noNaN: true });
    const logarithmic = exponents.map((x) => Math.min(max, Math.exp(x)));
    const spread = integer ? logarithmic.map(Math.round) : logarithmic;
    return fc.oneof(fc.constantFrom(min, max), inside, scale === 'log' || scale === 'zeroLog' ? spread : inside);
  });

/** Values of the parameters that decide how much work there is, kept small. Digits have an example of their own. */
const limited: Partial<Record<ParameterId, fc.Arbitrary<unknown>>> = {
  task: fc.constantFrom(...taskOptions.map(({ value }) => value).filter((task) => task !== 'digits')),
  trainingSize: fc.integer({ min: 10, max: 60 }),
  layers: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 6 }),
  engine: fc.constant('tfjs-cpu'),
  vocabulary: fc.integer({ min: 256, max: 300 }),
  context: fc.integer({ min: 8, max: 12 }),
  depth: fc.integer({ min: 1, max: 2 }),
  width: fc.integer({ min: 8, max: 16 }),
  sharpness: fc.constantFrom(0, 0, 7, 1000),
};

const anyChoices = fc.record(Object.fromEntries(parameterIds.map((id) => [id, limited[id] ?? valueOf(specOf(id))])));

const steps = 20;

/** What cannot be had together gives way as in the page; the run is cut to 20 steps. */
async function trains(choices: Readonly<Record<string, unknown>>, options: TrainingOptions = {}): Promise<void> {
  const { config } = normalize(choices);
  const told = await trained(config, { assets, until: steps, ...options });
  const diverged = told.end?.reason === 'diverged';
  expect(told.loss.length).toBe(diverged ? told.end.step + 1 : Math.min(steps, told.end?.step ?? steps));
  expect(told.loss.length > 0 || told.end?.step === 0).toBe(true);
  expect(told.evaluations[0]?.[0]).toBe(0);
  if (!diverged) told.loss.forEach((loss) => expect(Number.isFinite(loss)).toBe(true));
  expect(told.learningRate.every((rate) => rate >= 0 && Number.isFinite(rate))).toBe(true);
}

// These two go through many whole runs: a busy machine gets the time that they take.
describe('any configuration that the table allows', () => {
  it('trains 20 steps', async () => {
    await fc.assert(
      fc.asyncProperty(anyChoices, (choices) => trains(choices)),
      { numRuns: 30, seed: 20261122 },
    );
  }, 120_000);

  it('trains 20 steps with a live change to any other in the middle', async () => {
    const live = (choices: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(Object.entries(choices).filter(([id]) => isLive(id as ParameterId)));
    await fc.assert(
      fc.asyncProperty(anyChoices, anyChoices, (choices, others) => {
        const { config } = normalize(choices);
        const { config: changed } = normalize({ ...config, ...live(others) });
        return trains(config, { patchAt: 7, patch: live(changed) });
      }),
      { numRuns: 20, seed: 7 },
    );
  }, 120_000);
});

const tokens = { length: 2, depth: 1, width: 8, evaluateEvery: 0 } as const;
const small = {
  ...tokens,
  task: 'moons',
  trainingSize: 24,
  layers: [3],
  batchSize: 7,
  epochs: 5,
  learningRate: 0.05,
  engine: 'tfjs-cpu',
} as const;
const kinds = { binary: 'moons', multiclass: 'blobs', regression: 'curve', language: 'copy' } as const;

describe('every combination of the large choices trains', () => {
  const optimizers = optimizerOptions.map(({ value }) => value);
  const schedules = scheduleOptions.map(({ value }) => value);
  const clips = clipOptions.map(({ value }) => value);
  const losses = (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((kind) =>
    lossOptions
      .map(({ value }) => ({ task: kinds[kind], loss: value }))
      .filter((choice) => normalize({ ...small, ...choice }).problems.length === 0),
  );

  it('knows fifteen pairs of a kind of task and a loss', () => expect(losses).toHaveLength(15));

  it.each(optimizers.flatMap((optimizer) => schedules.map((schedule) => ({ optimizer, schedule }))))(
    '$optimizer × $schedule',
    async (pair) => {
      // Three losses a pair; over all pairs each optimizer and each schedule meets every loss and every clip.
      const shift = optimizers.indexOf(pair.optimizer) + schedules.indexOf(pair.schedule);
      for (const [i, loss] of losses.entries())
        if (i % 3 === shift % 3)
          await trains({
            ...small,
            ...pair,
            ...loss,
            clip: clips[(i + shift) % clips.length],
            warmup: 3 * (shift % 2),
            momentum: 0.5 * (i % 2),
          });
    },
  );

  it.each(['gpt', 'rnn', 'lstm', 'gru'] as const)('a text with %s', async (model) => {
    await trains({ ...small, task: 'text', text: 'names', context: 8, model, depth: 2, dropout: 0.2 });
  });

  const more = [{}, { lastBlocks: 2, dropout: 0.2, replay: 0.3 }, { layerDecay: 0.5, headRate: 2, average: 0.9 }];
  it.each(tuneOptions.flatMap(({ value: tune }) => more.map((rest) => ({ tune, ...rest }))))('a pretrained model: %o', async (tuned) => {
    await trains({ ...small, task: 'text', text: 'names', model: 'pretrained', ...tuned });
  });

  it.each(['mlp', 'cnn'] as const)('digits with an %s', async (model) => {
    await trains({
      task: 'digits',
      pixels: '14',
      model,
      trainingSize: 40,
      layers: [8],
      channels: [2, 3],
      batchSize: 12,
      activation: 'relu',
    });
  });
});

describe('a live parameter moved to either end of its range while the run moves', () => {
  /** A configuration in which the parameter applies. */
  const where: Partial<Record<ParameterId, Partial<Config>>> = {
    delta: { task: 'curve', loss: 'huber' },
    smoothL1Beta: { task: 'curve', loss: 'smoothl1' },
    quantileTau: { task: 'curve', loss: 'quantile' },
    focalGamma: { loss: 'focal' },
    focalAlpha: { loss: 'focal' },
    zLoss: { task: 'copy' },
    alpha: { optimizer: 'rmsprop' },
    momentum: { optimizer: 'sgd' },
    dampening: { optimizer: 'sgd', momentum: 0.5 },
    patience: { earlyStopping: true },
    minDelta: { earlyStopping: true },
    stopAfter: { earlyStopping: true },
    baseline: { earlyStopping: true },
    monitorSmoothing: { earlyStopping: true },
    cutFactor: { earlyStopping: true, onPatience: 'cut' },
    stepSize: { schedule: 'step' },
    gamma: { schedule: 'exponential' },
    endFactor: { schedule: 'linear' },
    minLr: { schedule: 'cosine' },
    power: { schedule: 'polynomial' },
    firstPeriod: { schedule: 'restarts' },
    periodFactor: { schedule: 'restarts' },
    risingShare: { schedule: 'onecycle' },
    startDivisor: { schedule: 'onecycle' },
    endDivisor: { schedule: 'onecycle' },
    stepsUp: { schedule: 'cyclic' },
    stepsDown: { schedule: 'cyclic' },
    timescale: { schedule: 'invsqrt' },
    decayShare: { schedule: 'wsd' },
    baseMomentum: { schedule: 'onecycle' },
    maxMomentum: { schedule: 'cyclic' },
    factor: { schedule: 'plateau', plateauPatience: 0 },
    plateauPatience: { schedule: 'plateau' },
    threshold: { schedule: 'plateau' },
    cooldown: { schedule: 'plateau' },
    warmupFrom: { warmup: 10 },
    baseBatch: { lrScaling: 'sqrt' },
    momentumDecay: { optimizer: 'nadam' },
    etaMinus: { optimizer: 'rprop' },
    etaPlus: { optimizer: 'rprop' },
    lambda: { optimizer: 'asgd' },
    ratePower: { optimizer: 'asgd' },
    averageFrom: { optimizer: 'asgd' },
    adamRatio: { optimizer: 'muon', layers: [3, 3] },
    iterations: { optimizer: 'lbfgs' },
    historySize: { optimizer: 'lbfgs' },
    clipAt: { clip: 'norm' },
    adaptiveClip: { clip: 'agc' },
    clipPercentile: { clip: 'percentile' },
  };
  const ends = parameterIds.flatMap((id) => {
    const spec = specOf(id);
    return spec.kind === 'number' && isLive(id) ? [spec.min, spec.max].map((value) => ({ id, value })) : [];
  });

  it.each(ends)('$id = $value', async ({ id, value }) => {
    const choices = { ...small, ...where[id] };
    expect(parameters[id].when(normalize(choices).config)).toBe(true);
    await trains(choices, { patchAt: 6, patch: { [id]: value } });
  });
});
