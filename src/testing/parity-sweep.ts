/**
 * Random valid runs for `npm run parity -- --sweep`: the table of cases has one option at a time, and what breaks an export is two that meet.
 *
 * Idea: about a third of all parameters take a random value, most of them one at which training is calm enough for PyTorch's two precisions
 * to stay together for a while. What comes out goes through a link, so that it is what a user could have.
 */
import fc from 'fast-check';
import { isLive, normalize } from '../params/config.ts';
import type { Spec, Value } from '../params/kinds.ts';
import { parameterIds, parameters, specOf } from '../params/table.ts';
import type { ParameterId } from '../params/table.ts';
import { fromHash, toHash } from '../params/url.ts';
import { valueText } from '../params/value-text.ts';

const oneOf = (...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

/** Values at which a run is calm, and small. */
const calm: Partial<Record<ParameterId, fc.Arbitrary<Value>>> = {
  task: oneOf(
    'circle',
    'xor',
    'spiral',
    'moons',
    'blobs',
    'curve',
    'surface',
    'penguins',
    'copy',
    'reverse',
    'addition',
    'modular',
    'text',
  ),
  // Networks for tokens; a table has its MLP whatever is drawn.
  model: oneOf('gpt', 'rnn', 'lstm', 'gru'),
  text: oneOf('names', 'plays'),
  context: oneOf(8, 12, 17),
  vocabulary: oneOf(256, 300),
  length: oneOf(1, 2, 3),
  modulus: oneOf(5, 11),
  depth: oneOf(1, 2, 3),
  width: oneOf(8, 12, 16),
  learningRate: oneOf(0.001, 0.003, 0.01),
  maxSteps: oneOf(17, 40, 60),
  trainingSize: oneOf(50, 101, 200),
  layers: oneOf([], [5], [6, 4], [8, 2, 3]),
  batchSize: oneOf(5, 7, 20, 33),
  accumulation: oneOf(1, 2, 3),
  baseBatch: oneOf(5, 40),
  evaluateEvery: oneOf(0, 1, 3, 7),
  weightDecay: oneOf(0.001, 0.05),
  l1: oneOf(1e-4, 1e-3),
  l2: oneOf(1e-3, 1e-2),
  sam: oneOf(0, 0.05, 0.1),
  dropout: oneOf(0.2, 0.5),
  inputDropout: oneOf(0.2),
  inputNoise: oneOf(0.1),
  gradientNoise: oneOf(0.001, 0.01),
  maxNorm: oneOf(0.5, 1, 2),
  zLoss: oneOf(1e-4, 0.01, 0.1),
  average: oneOf(0.5, 0.9, 0.99),
  averageFrom: oneOf(0, 5, 20),
  momentum: oneOf(0.5, 0.9),
  beta1: oneOf(0.5, 0.9),
  beta2: oneOf(0.9, 0.99),
  dampening: oneOf(0.3),
  epsilon: oneOf(1e-8, 1e-4, 1e-2),
  iterations: oneOf(1, 3),
  historySize: oneOf(2, 10),
  headRate: oneOf(0.5, 2),
  layerDecay: oneOf(0.5, 0.9),
  frozenLayers: oneOf(0, 1),
  clipAt: oneOf(0.05, 0.2, 1),
  adaptiveClip: oneOf(0.01, 0.1),
  warmup: oneOf(3, 10, 0.2),
  stepSize: oneOf(1, 3, 5),
  milestones: oneOf([2], [1, 4, 9]),
  gamma: oneOf(0.5, 0.9, 0.99),
  minLr: oneOf(0, 1e-4, 1e-3),
  firstPeriod: oneOf(1, 3, 7),
  periodFactor: oneOf(1, 2),
  stepsUp: oneOf(3, 10),
  stepsDown: oneOf(0, 5),
  timescale: oneOf(0, 10),
  power: oneOf(0.5, 2),
  startDivisor: oneOf(5, 25),
  endDivisor: oneOf(10, 1e4),
  patience: oneOf(1, 2, 3),
  plateauPatience: oneOf(0, 1, 2),
  cooldown: oneOf(0, 1, 2),
  minDelta: oneOf(0, 0.001, 0.01),
  stopAfter: oneOf(0, 3),
  monitorSmoothing: oneOf(0, 0.5),
  baseline: oneOf(0, 0.5, 0.7),
};

/** A line search along what is not the gradient of its loss is settled by rounding, in PyTorch as well, before the first step is over. */
const trueGradient = { clip: 'none', gradientNoise: 0 };

/** Nothing of a script depends on them, or they decide what kind of run it is. */
const left = new Set<ParameterId>(['engine', 'pace', 'epochs', 'pixels', 'channels', 'split', 'sharpness', 'noiseScale']);

function anyValue(id: ParameterId): fc.Arbitrary<Value> {
  const spec: Spec = specOf(id);
  const own = calm[id];
  if (own) return own;
  switch (spec.kind) {
    case 'choice':
      return oneOf(...spec.options.map(({ value }) => value));
    case 'toggle':
      return fc.boolean();
    case 'curve':
      return oneOf(
        [[0, 1]],
        [
          [0, 0.2],
          [0.5, 1.2],
          [1, 0.1],
        ],
      );
    case 'list':
      return fc.array(fc.integer({ min: spec.min + 1, max: spec.min + 9 }), { minLength: spec.minLength, maxLength: 4 });
    case 'number': {
      const max = Math.min(spec.max, Math.max(10, spec.min));
      const share = fc.integer({ min: 1, max: 99 }).map((hundredths) => spec.min + ((max - spec.min) * hundredths) / 100);
      return spec.integer ? fc.integer({ min: spec.min, max }) : share;
    }
  }
}

/** Mostly absent. */
const sometimes = (id: ParameterId, share: number) =>
  fc.integer({ min: 1, max: 100 }).chain((drawn) => (drawn <= share ? anyValue(id) : fc.constant(undefined)));

/** How often a parameter takes a value of its own, in per cent. */
const shares: Partial<Record<ParameterId, number>> = {
  task: 100,
  maxSteps: 100,
  learningRate: 100,
  seed: 100,
  optimizer: 80,
  // As small as can be, since the defaults are not.
  model: 75,
  context: 100,
  trainingSize: 100,
  depth: 75,
  width: 100,
  text: 100,
  schedule: 70,
};

const choices = fc.record(
  Object.fromEntries(parameterIds.filter((id) => !left.has(id)).map((id) => [id, sometimes(id, shares[id] ?? 33)])),
);

const liveIds = parameterIds.filter((id) => isLive(id) && !left.has(id));
const change = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.constantFrom(...liveIds))
  .chain(([step, id]) => anyValue(id).map((value) => ({ step, id, value })));

/** Links of `count` random runs; every third has live changes. The same seed gives the same links. */
export function sweepLinks(count: number, seed: number): readonly string[] {
  const runs = fc.sample(fc.tuple(choices, fc.array(change, { minLength: 1, maxLength: 3 })), { seed, numRuns: count });
  return runs.map(([patch, changes], index) => {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const { config } = normalize({ ...given, ...(given['optimizer'] === 'lbfgs' ? trueGradient : {}) });
    const plain = toHash({ config, changes: [], hide: [], lock: [], run: false });
    if (index % 3 !== 2) return plain;
    const acting = changes.filter(({ id }) => parameters[id].when(config)).toSorted((a, b) => a.step - b.step);
    const text = acting.map(({ step, id, value }) => `${String(step)}:${specOf(id).urlKey}:${valueText(value)}`).join(',');
    const { link } = fromHash(text === '' ? plain : `${plain}&changes=${text}`);
    return toHash(link);
  });
}
