/** A model that is taken away: what its files say of the run, held against the run's own vectors. That PyTorch reads them is `npm run parity`'s to say. */
import { describe, expect, it } from 'vitest';
import { readAsset } from '../cli/read-asset.ts';
import { fillNormal } from '../shared/random.ts';
import { decodeSafetensors } from '../shared/safetensors.ts';
import type { SafetensorsFile } from '../shared/safetensors.ts';
import { utf8Text } from '../shared/utf8.ts';
import { buildModel } from '../models/build-model.ts';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { makeTask } from '../tasks/make-task.ts';
import { testAssets } from '../testing/test-assets.ts';
import { tinyFacts } from '../testing/tiny-shipped-facts.ts';
import { exportModel } from './export-model.ts';
import { weightsForReading } from './weights-for-reading.ts';

const tuned = { task: 'text', text: 'names', model: 'pretrained', trainingSize: 20, dropout: 0.1, optimizer: 'muon' } as const;

/** The files of a run whose trained vector is drawn, and that vector by name. */
async function taken(patch: ConfigPatch) {
  const { config } = normalize(patch);
  const task = makeTask(config, await testAssets(config));
  const network = buildModel(config, task);
  const flat = new Float32Array(network.parameterCount);
  fillNormal(flat, 5, 1, 0, 0);
  const read = await weightsForReading({ task, model: network, weights: () => Promise.resolve(flat) }, config);
  const files = await exportModel({ ...read!, step: 1234, begun: { config, changes: [] } }, readAsset);
  const text = (name: string) => utf8Text(files[name] ?? new Uint8Array());
  const tensors = (name: string, half = false): SafetensorsFile => decodeSafetensors(files[name] ?? new Uint8Array(), { half });
  const own = (name: string) => {
    const { offset = 0, shape = [] } = network.parameters.find((parameter) => parameter.name === name) ?? {};
    return { shape, values: flat.subarray(offset, offset + shape.reduce((a, b) => a * b, 1)) };
  };
  return { files, text, tensors, own, whole: read!.model.weights };
}

describe('a model that is taken away', () => {
  it('has the matrices of the run as PyTorch lays them out, with all that is known of it', async () => {
    const { files, tensors, own, text } = await taken({ ...tuned, tune: 'full' });
    expect(Object.keys(files).sort()).toEqual(['README.md', 'model.py', 'model.safetensors', 'tokenizer.json']);
    const { tensors: all, metadata } = tensors('model.safetensors');
    const { shape, values } = all['blocks.1.perceptron.up.weight']!;
    const up = own('block2.up.weight');
    expect([shape, up.shape]).toEqual([
      [32, 8],
      [8, 32],
    ]);
    expect(Array.from({ length: 256 }, (_, i) => values[(i % 32) * 8 + Math.floor(i / 32)])).toEqual(Array.from(up.values));
    expect(all['tokens.weight']?.values).toEqual(own('tokens.weight').values);
    expect(all['output.weight']).toBeUndefined();
    expect(metadata).toMatchObject({
      format: 'pt',
      step: '1234',
      fine_tuned_from: tinyFacts.fingerprint,
      tokenizer: 'tokenizer.json, 260 tokens',
    });
    expect(metadata['link']).toContain('model=pretrained');
    expect(metadata['data']).toMatch(/Pretrained on: .*\w/);
    expect(text('README.md')).toContain(metadata['data']);
    // Nothing that only training knows.
    for (const word of ['Dropout', 'requires_grad', 'LoRA', 'optim']) expect(text('model.py')).not.toContain(word);
  });

  it('has what LoRA learned merged, rounded once, and by itself beside the base', async () => {
    const { files, tensors, own, text } = await taken({ ...tuned, tune: 'lora', rank: 2, loraAlpha: 3, adapted: 'qv' });
    expect(Object.keys(files).filter((name) => /adapter|base/.test(name))).toHaveLength(3);
    const thin = tensors('adapter_model.safetensors').tensors;
    expect(Object.keys(thin)).toHaveLength(8);
    const name = 'blocks.0.attention.value';
    const [a, b] = [thin[`base_model.model.${name}.lora_A.weight`]!, thin[`base_model.model.${name}.lora_B.weight`]!];
    expect([a.shape, b.shape]).toEqual([
      [2, 8],
      [8, 2],
    ]);
    expect(a.values[8]).toBe(own('block1.value.lora_A').values[1]);
    const merged = tensors('model.safetensors').tensors;
    const base = tensors('base.safetensors', true).tensors;
    for (let row = 0; row < 8; row++)
      for (let column = 0; column < 8; column++) {
        const sum = b.values[2 * row]! * a.values[column]! + b.values[2 * row + 1]! * a.values[8 + column]!;
        const at = 8 * row + column;
        expect(merged[`${name}.weight`]?.values[at]).toBe(Math.fround(base[`${name}.weight`]!.values[at]! + 1.5 * sum));
      }
    expect(merged['blocks.0.attention.key.weight']).toEqual(base['blocks.0.attention.key.weight']);
    expect(JSON.parse(text('adapter_config.json'))).toMatchObject({
      r: 2,
      lora_alpha: 3,
      target_modules: ['query', 'value'],
      bias: 'none',
    });
    expect(text('README.md')).toContain('PeftModel.from_pretrained');
    expect(text('model.py')).not.toContain('LoRA(');
  });

  it('has the head of its own that was tuned alone', async () => {
    const { tensors, text } = await taken({ ...tuned, tune: 'head' });
    expect(Object.keys(tensors('model.safetensors').tensors)).toContain('output.weight');
    expect(text('model.py')).toContain('self.output = nn.Linear(width, vocabulary, bias=False)');
  });

  it('is a recurrent network of one module whatever it was trained with, and of generated sequences says so', async () => {
    const lstm = { task: 'copy', length: 2, model: 'lstm', width: 8, depth: 2, dropout: 0.1, layerDecay: 0.5, optimizer: 'lamb' } as const;
    const { files, text, tensors } = await taken({ ...lstm, trainingSize: 20 });
    expect(text('model.py')).toContain('self.rnn = nn.LSTM(width, width, num_layers=depth, batch_first=True)');
    expect(text('model.py')).not.toContain('gates');
    expect(Object.keys(tensors('model.safetensors').tensors)).toContain('rnn.weight_hh_l1');
    expect(text('README.md')).toContain('Generated sequences.');
    expect(files['base.safetensors']).toBeUndefined();
  });
});
