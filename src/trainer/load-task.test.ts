/** The pretrained model on its way to a task: its progress, and what is said of a file that is missing, damaged or another. */
import { describe, expect, it } from 'vitest';
import { readAsset } from '../cli/read-asset.ts';
import { encodeShippedModel, fingerprintOfModel } from '../language/shipped-model.ts';
import { normalize } from '../params/config.ts';
import { tinyFacts } from '../testing/tiny-shipped-facts.ts';
import { tinyFile, tinyPretrained, tinyShipped } from '../testing/tiny-shipped.ts';
import { loadTask } from './load-task.ts';
import type { ReadAsset } from './load-task.ts';

const { config } = normalize({ task: 'text', text: 'names', model: 'pretrained' });

/** Reads the data folder, and these bytes as the model. */
const reading =
  (bytes: Uint8Array): ReadAsset =>
  (name, progress) => {
    if (!name.startsWith('../models/')) {
      // Nobody listens to the small files.
      expect(progress).toBeUndefined();
      return readAsset(name);
    }
    progress?.(bytes.length);
    return Promise.resolve(bytes);
  };

describe('a pretrained model', () => {
  it('comes with its tokenizer, its weights, and the old text', async () => {
    expect(tinyPretrained().start.fingerprint).toBe(tinyFacts.fingerprint);
    const seen: (readonly [number, number])[] = [];
    const bytes = tinyFile();
    const task = await loadTask(config, reading(bytes), { progress: (...progress) => seen.push(progress) });
    expect(seen).toEqual([[bytes.length, tinyFacts.bytes]]);
    expect(task).toMatchObject({ kind: 'language', outputs: tinyFacts.sizes.vocabulary, inputShape: [tinyFacts.sizes.context] });
    expect(task.kind === 'language' && task.start?.weights).toEqual(tinyPretrained().start.weights);
    expect(task.kind === 'language' && task.old?.count).toBeGreaterThan(0);
  });

  it('that is missing, damaged, or another than the app was made with is refused by name', async () => {
    const missing: ReadAsset = (name) => (name.startsWith('../models/') ? Promise.reject(new Error('404')) : readAsset(name));
    await expect(loadTask(config, missing)).rejects.toThrow('The model file tiny.safetensors could not be loaded.');
    const damaged = tinyFile();
    damaged[damaged.length - 5]! ^= 8;
    await expect(loadTask(config, reading(damaged))).rejects.toThrow(
      /^The model file tiny\.safetensors cannot be used: the file is damaged/,
    );
    await expect(loadTask(config, reading(tinyFile().slice(0, 100)))).rejects.toThrow(/^The model file tiny\.safetensors cannot be used:/);
    await expect(loadTask(config, reading(encodeShippedModel(tinyShipped(4))))).rejects.toThrow(/tiny\.safetensors is another than/);
  });

  it('is read for no other model', async () => {
    const never: ReadAsset = (name) => (name.includes('models') ? Promise.reject(new Error(name)) : readAsset(name));
    await expect(loadTask(normalize({ task: 'text', text: 'names' }).config, never)).resolves.not.toHaveProperty('start');
  });

  it('has another fingerprint when a weight, a size or a token is another', () => {
    const model = tinyShipped();
    const print = fingerprintOfModel(model);
    expect(fingerprintOfModel({ ...model, weights: model.weights.map((value, i) => (i === 9 ? value + 1 : value)) })).not.toBe(print);
    expect(fingerprintOfModel({ ...model, options: { ...model.options, context: 9 } })).not.toBe(print);
  });
});
