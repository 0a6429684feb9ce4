/** Files that somebody opens: a run comes back whole; whatever is damaged, foreign or of other data is refused in words. */
import { beforeAll, describe, expect, it } from 'vitest';
import { makeTask } from '../tasks/make-task.ts';
import { openInline } from '../testing/inline.ts';
import { contractConfig } from '../testing/contract-runs.ts';
import { Witness } from '../testing/trainer-witness.ts';
import type { SafetensorsFile } from '../shared/safetensors.ts';
import { sealed } from '../shared/file-seal.ts';
import { decodeSafetensors, encodeSafetensors } from '../shared/safetensors.ts';
import type { Config } from '../params/config.ts';
import { CheckpointError } from '../training/checkpoint-error.ts';
import { inspectFile } from './inspect-file.ts';

const changes = [
  { step: 2, id: 'learningRate', value: 0.1 },
  { step: 20, id: 'batchSize', value: 8 },
] as const;
const taskOf = (config: Config) => Promise.resolve(makeTask(config, {}));
let bytes: Uint8Array<ArrayBuffer>;
let file: SafetensorsFile;

beforeAll(async () => {
  const witness = new Witness(openInline());
  await witness.after(() => witness.trainer.start(1, contractConfig(), changes), 'ready');
  await witness.after(() => witness.trainer.advance({ steps: 9 }), 'paused');
  bytes = (await witness.checkpointAt(9)).bytes;
  file = decodeSafetensors(bytes);
  witness.trainer.dispose();
});

/** The bytes of a file that is as somebody meant it, however wrong. */
const sealedBytes = (whole: SafetensorsFile) => encodeSafetensors(sealed(whole));

describe('a file', () => {
  it('says from where its run goes on, what it began with, and which changes acted or are still to come', async () => {
    expect(await inspectFile(bytes, taskOf)).toEqual({ checkpoint: { step: 9, bytes }, config: contractConfig(), changes });
  });

  it('without curves will do', async () => {
    const { curves: _curves, ...metadata } = file.metadata;
    expect((await inspectFile(sealedBytes({ ...file, metadata }), taskOf)).checkpoint.step).toBe(9);
  });
});

describe('a file is refused', () => {
  it('when a bit of its weights or its curves has flipped', async () => {
    for (const name of ['model.layer1.weight', 'curves.steps.buckets.loss.sum']) {
      const values = file.tensors[name]!.values.slice();
      values[0] = values[0]! * (1 + 2 ** -20);
      const damaged = encodeSafetensors({ ...file, tensors: { ...file.tensors, [name]: { ...file.tensors[name]!, values } } });
      await expect(inspectFile(damaged, taskOf)).rejects.toThrow(/damaged: its contents/);
    }
  });

  const withMetadata = (metadata: Readonly<Record<string, string>>) =>
    sealedBytes({ ...file, metadata: { ...file.metadata, ...metadata } });
  const withCounters = (change: Readonly<Record<string, unknown>>) =>
    withMetadata({ counters: JSON.stringify({ ...(JSON.parse(file.metadata['counters'] ?? '') as object), ...change }) });

  it.each([
    [
      'when its curves lack a tensor',
      () => sealedBytes({ ...file, tensors: omit(file.tensors, 'curves.steps.buckets.loss.sum') }),
      /curves/,
    ],
    ['when its curves are no JSON', () => withMetadata({ curves: '{' }), /curves/],
    [
      'when its curves are of other streams',
      () => withMetadata({ curves: (file.metadata['curves'] ?? '').replaceAll('"loss"', '"lost"') }),
      /curves/,
    ],
    [
      'when the curves of its layers are none',
      () =>
        withMetadata({
          curves: (file.metadata['curves'] ?? '')
            .replace(/"measured":.*$/, '')
            .replace('{', '{"measured":{"units":{"streams":[7],"format":"history-1"}},'),
        }),
      /curves/,
    ],
    ['when what it knows of the noise is not whole', () => withCounters({ noise: { next: 9, blocks: [{ count: 1 }] } }), /counters/],
    ['when its data are others', () => withMetadata({ dataHash: '0' }), /other data/],
    [
      'when it stands past the end of the data',
      () => withCounters({ cursor: { step: 9, epoch: 2, position: 51, examples: 1 } }),
      /counters/,
    ],
    ['when its step is no whole number', () => withCounters({ cursor: { step: 9.5, epoch: 2, position: 3, examples: 1 } }), /counters/],
    ['when a change is of the wrong kind', () => withCounters({ changes: [{ step: 2, id: 'learningRate', value: 'fast' }] }), /counters/],
    ['when a change cannot be made live', () => withCounters({ changes: [{ step: 2, id: 'seed', value: 3 }] }), /counters/],
    ['when its configuration is out of range', () => withCounters({ initial: { ...contractConfig(), learningRate: -1 } }), /counters/],
    ['when its model is another', () => withCounters({ initial: { ...contractConfig(), layers: [5] } }), /another value/],
  ])('%s', async (_name, make, reason) => {
    const refusal = await inspectFile(make(), taskOf).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(CheckpointError);
    expect((refusal as CheckpointError).message).toMatch(reason);
  });
});

function omit<Entry>(record: Readonly<Record<string, Entry>>, name: string): Record<string, Entry> {
  const { [name]: _left, ...rest } = record;
  return rest;
}
