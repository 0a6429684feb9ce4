/** A model from a saved run: the options that ask for it, and its files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../shared/safetensors.ts';
import { utf8Text } from '../shared/utf8.ts';
import { exportedFiles } from './exported.ts';
import { readExportOptions, readOptions } from './options.ts';
import { train } from './train.ts';

const folder = mkdtempSync(join(tmpdir(), 'exported-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The options of `export` after a run of this link was trained and saved. */
async function saved(link: string, name: string) {
  const path = join(folder, name);
  const read = readOptions([link, '--save', path]);
  if (!('options' in read)) throw new Error(JSON.stringify(read));
  const { checkpoint } = await train(read.options, { write: () => undefined, note: () => undefined, stopped: () => false });
  writeFileSync(path, checkpoint ?? new Uint8Array());
  const exported = readExportOptions(['--resume', path, '--to', 'model', '--out', folder]);
  if (!('options' in exported)) throw new Error(JSON.stringify(exported));
  return exported.options;
}

const problems = (...args: readonly string[]) => {
  const read = readExportOptions(args);
  return 'problems' in read ? read.problems.join(' ') : '';
};

describe('export --to model', () => {
  it('writes the weights that the run left, with the step they are of', async () => {
    const options = await saved('#task=copy&length=2&n=40&model=gpt&width=8&depth=1&steps=6&restore=0&engine=wasm', 'copy.safetensors');
    const files = await exportedFiles(options);
    const { tensors, metadata } = decodeSafetensors(files['model.safetensors'] ?? new Uint8Array());
    expect(metadata).toMatchObject({ step: '6' });
    expect(metadata['link']).toContain('steps=6');
    const checkpoint = decodeSafetensors(options.resume ?? new Uint8Array()).tensors['model.tokens.weight'];
    expect(tensors['tokens.weight']?.values).toEqual(checkpoint?.values);
    expect(utf8Text(files['model.py'] ?? new Uint8Array())).toContain('after 6 steps');
  });

  it('refuses a network for tables', async () => {
    const options = await saved('#task=moons&n=50&layers=4&steps=2&engine=tfjs-cpu', 'moons.safetensors');
    await expect(exportedFiles(options)).rejects.toThrow('only a language model');
  });

  it('asks for a saved run, as it was saved', () => {
    expect(problems('#task=copy', '--to', 'model', '--out', 'x')).toContain('--resume');
    expect(problems('#task=copy', '--to', 'onnx', '--out', 'x')).toContain('pytorch, keras, model');
    expect(problems('--resume', join(folder, 'copy.safetensors'), '--to', 'model', '--out', 'x', '--steps', '9')).toContain('steps:');
  });
});
