/** Checkpoints: everything comes back exactly, and whatever is damaged, foreign or of another run is refused with a reason. */
import { describe, expect, it } from 'vitest';
import type { Model } from '../models/model.ts';
import { mlp } from '../models/mlp.ts';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { sealed } from '../shared/file-seal.ts';
import { decodeSafetensors, encodeSafetensors } from '../shared/safetensors.ts';
import { emptyHistory } from './norm-history.ts';
import { planRun } from '../schedule/plan.ts';
import type { RunState } from './checkpoint.ts';
import { CheckpointError } from './checkpoint-error.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';

const model = mlp({ inputShape: [2], hidden: [3], outputs: 1, activation: 'tanh' });
const slots = ['firstMoment', 'secondMoment'];
const dataHash = 'da7a';
const configOf = (choices: ConfigPatch = {}) => normalize({ layers: [3], ...choices }).config;
const owner = { config: configOf(), model, slots, dataHash, trainingCount: 200 };

function stateOf(best = true): RunState {
  const vector = (from: number) => Float32Array.from({ length: model.parameterCount }, (_, i) => from + i / 7);
  const config = configOf({ learningRate: 0.1 + 0.2, warmup: 0.05 });
  return {
    counters: {
      cursor: { step: 41, epoch: 4, position: 17, examples: 817 },
      plan: planRun(config, 200),
      initial: configOf(),
      config,
      changes: [
        { step: 3, id: 'learningRate', value: 0.1 + 0.2 },
        { step: 9, id: 'nesterov', value: true },
      ],
      coming: [{ step: 60, id: 'batchSize', value: 8 }],
      plateau: { best: Infinity, bad: 2, cooldown: 1, multiplier: 1e-300 },
      cuts: [12, 30],
      stopping: {
        bad: 3,
        reference: -Infinity,
        ...(best ? { best: { step: 30, valLoss: Number.NaN, valMetric: 1 / 3, onCadence: false } } : {}),
      },
      memory: { begun: 1 },
      averageBegun: false,
      rateFactor: 0.1 + 0.2,
      observed: 12,
    },
    vectors: {
      parameters: vector(1),
      average: vector(3),
      normHistory: emptyHistory().fill(0.1, 60),
      'slot.firstMoment': vector(-2),
      'slot.secondMoment': vector(Number.NaN),
    },
    ...(best ? { best: { parameters: vector(5) } } : {}),
  };
}

const bytes = encodeCheckpoint(stateOf(), owner);
const file = decodeSafetensors(bytes);
const withMetadata = (metadata: Readonly<Record<string, string>>) =>
  encodeSafetensors({ ...file, metadata: { ...file.metadata, ...metadata } });

function without(name: string): Uint8Array {
  const { [name]: _left, ...tensors } = file.tensors;
  return encodeSafetensors({ ...file, tensors });
}

function withCounters(change: (counters: Record<string, unknown>) => unknown): Uint8Array {
  const counters = JSON.parse(file.metadata['counters'] ?? '') as Record<string, unknown>;
  return withMetadata({ counters: JSON.stringify(change(counters)) });
}

describe('a checkpoint', () => {
  it('returns every vector and every double, those that are not finite included', () => {
    expect(decodeCheckpoint(bytes, owner)).toEqual(stateOf());
  });

  it('may be made before any evaluation was the best', () => {
    const early = encodeCheckpoint(stateOf(false), owner);
    expect(decodeCheckpoint(early, owner)).toEqual(stateOf(false));
  });

  it('names its tensors so that others can read them', () => {
    expect(Object.keys(file.tensors)).toContain('model.layer1.weight');
    expect(Object.keys(file.tensors)).toContain('optimizer.firstMoment.output.bias');
    expect(file.tensors['best.layer1.weight']?.shape).toEqual([2, 3]);
  });

  it('of an earlier version, whose configurations lack what came later, has that as it was when there was none', () => {
    const counters = JSON.parse(file.metadata['counters'] ?? '') as Record<string, Record<string, unknown>>;
    const earlier = (config: unknown) =>
      Object.fromEntries(Object.entries(Object(config) as object).filter(([id]) => id !== 'tune' && id !== 'rank'));
    const older = { ...counters, initial: earlier(counters['initial']), config: earlier(counters['config']) };
    const data = encodeSafetensors(sealed({ ...file, metadata: { ...file.metadata, counters: JSON.stringify(older) } }));
    expect(decodeCheckpoint(data, owner)).toEqual(stateOf());
  });

  it('of the earlier form is told by the ids of its text alone, one of this form by what they stand for as well', () => {
    const text = { ...owner, dataHash: 'da7a.0123' };
    const earlier = encodeSafetensors(sealed({ ...file, metadata: { ...file.metadata, format: 'tuning-fork-run-4' } }));
    expect(decodeCheckpoint(earlier, text)).toEqual(stateOf());
    expect(() => decodeCheckpoint(earlier, { ...text, dataHash: 'da7b.0123' })).toThrow(/other data/);
    const present = encodeCheckpoint(stateOf(), text);
    expect(decodeCheckpoint(present, text)).toEqual(stateOf());
    expect(() => decodeCheckpoint(present, { ...text, dataHash: 'da7a.4567' })).toThrow(/other data/);
  });

  it('does not care about the engine, nor about live parameters', () => {
    const elsewhere = { ...owner, config: configOf({ engine: 'tfjs-webgl', learningRate: 5, batchSize: 3 }) };
    expect(decodeCheckpoint(bytes, elsewhere)).toEqual(stateOf());
  });
});

describe('a checkpoint is refused', () => {
  const refusal =
    (data: Uint8Array, by: Partial<typeof owner> = {}) =>
    () =>
      decodeCheckpoint(data, { ...owner, ...by });
  const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));

  it.each([0, 4, 8, 9, 100, header - 1, header, header + 1, header + 40, bytes.length - 1])('cut after %i bytes', (length) => {
    expect(refusal(bytes.subarray(0, length))).toThrow(CheckpointError);
    expect(refusal(bytes.subarray(0, length))).toThrow(/short|damaged/);
  });

  it.each([
    ['with a header that claims to be huge', bytes.slice().fill(0xff, 0, 8), /not a safetensors file/],
    ['when it is some other safetensors file', encodeSafetensors({ tensors: file.tensors, metadata: {} }), /not a checkpoint/],
    ['when it comes from another version', withMetadata({ format: 'tuning-fork-run-1' }), /not a checkpoint/],
    ['when it is a text', Uint8Array.from('epoch,loss\n1,0.5\n', (letter) => letter.charCodeAt(0)), /not a safetensors file/],
    ['when a weight is missing', without('model.layer1.weight'), /lacks model\.layer1\.weight/],
    ['when a moment is missing', without('optimizer.secondMoment.layer1.bias'), /lacks optimizer\.secondMoment\.layer1\.bias/],
    ['when a best weight is missing', without('best.output.weight'), /lacks best\.output\.weight/],
    ['when its counters are no JSON', withMetadata({ counters: '{"cursor":' }), /counters/],
    ['when its counters are missing', withMetadata({ counters: '' }), /counters/],
    ['when its counters are null', withMetadata({ counters: 'null' }), /counters/],
    ['when it has no cursor', withCounters(({ cursor: _cursor, ...rest }) => rest), /counters/],
    ['when its changes are no list', withCounters((counters) => ({ ...counters, changes: {} })), /counters/],
    ['when its configuration is not whole', withCounters((counters) => ({ ...counters, config: { task: 'moons' } })), /counters/],
  ])('%s', (_name, data, reason) => {
    expect(refusal(data)).toThrow(CheckpointError);
    expect(refusal(data)).toThrow(reason);
  });

  it('with values of another type', () => {
    const text = new Uint8Array(bytes);
    const at = String.fromCharCode(...text.subarray(0, header)).indexOf('"F32"');
    text.set([0x46, 0x31, 0x36], at + 1);
    expect(refusal(text)).toThrow(CheckpointError);
    expect(refusal(text)).toThrow(/type F32/);
  });

  it('by other data', () => {
    expect(refusal(bytes, { dataHash: 'da7b' })).toThrow(CheckpointError);
    expect(refusal(bytes, { dataHash: 'da7b' })).toThrow(/other data/);
  });

  it.each([
    ['a smaller model', { hidden: [2] }],
    ['a deeper model', { hidden: [3, 3] }],
    ['a model with other inputs', { inputShape: [3] }],
  ])('by %s', (_name, options) => {
    const other: Model = mlp({ inputShape: [2], hidden: [3], outputs: 1, activation: 'tanh', ...options });
    expect(refusal(bytes, { model: other })).toThrow(CheckpointError);
  });

  it('by a tensor of the same size and another shape', () => {
    const weight = file.tensors['model.layer1.weight'];
    if (!weight) throw new Error('no weight');
    const turned = encodeSafetensors({ ...file, tensors: { ...file.tensors, 'model.layer1.weight': { ...weight, shape: [3, 2] } } });
    expect(refusal(turned)).toThrow(/another (size|shape)/);
  });

  it.each([
    [{ activation: 'relu' }, /Activation/],
    [{ optimizer: 'adamw' }, /Optimizer/],
    [{ seed: 8 }, /Seed/],
    [{ loss: 'hinge' }, /Loss function/],
  ] as const)('by a configuration that differs in what starts a new run: %o', (choices, reason) => {
    expect(refusal(bytes, { config: configOf(choices) })).toThrow(CheckpointError);
    expect(refusal(bytes, { config: configOf(choices) })).toThrow(reason);
  });
});
