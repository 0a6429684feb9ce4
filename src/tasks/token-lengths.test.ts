/** The windows that are reckoned with before a text is read: never fewer than it gives, and not many more. With the model that comes with the app. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { decodeShippedModel } from '../language/shipped-model.ts';
import { heldOutSize } from './language-config.ts';
import { loadAssets } from './assets.ts';
import { languageTask } from './language-task.ts';

// Every other test has a tiny model in its place.
vi.doUnmock('../params/shipped-model.ts');
vi.resetModules();
const { resolve } = await import('../params/config.ts');
const { shippedModel } = await import('../params/shipped-model.ts');

const publicFile = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../public/${name}`, import.meta.url)));
const read = (name: string): Promise<Uint8Array> => Promise.resolve(publicFile(`data/${name}`));

describe('windows that are likely', () => {
  it.each([
    { text: 'plays', model: 'pretrained' },
    { text: 'names', model: 'pretrained', split: 0.5 },
    { text: 'stories', model: 'pretrained', seed: 2 },
    { text: 'prose', model: 'pretrained' },
    { text: 'plays', model: 'gpt', tokenizer: 'bpe' },
    { text: 'names', model: 'gpt', tokenizer: 'bpe', vocabulary: 4096, seed: 3 },
    { text: 'verse', model: 'lstm', tokenizer: 'bpe', vocabulary: 700, context: 32 },
  ] as const)('are a little more than those of %j', async (choices) => {
    const config = resolve({ task: 'text', ...choices });
    const assets = await loadAssets(config, read);
    const pretrained = () => {
      const { tokenizer } = decodeShippedModel(publicFile(`models/${shippedModel!.file}`));
      const start = { weights: new Float32Array(), tiedHead: true, fingerprint: '' };
      return { pretrained: { start, tokenizer, old: { text: assets.text!, share: 0.9, seed: 1 } } };
    };
    const asked = { ...config, task: 'text', heldOutSize: heldOutSize(config), trainingSize: 1e6 } as const;
    const { windows } = languageTask(asked, { ...assets, ...(config.model === 'pretrained' ? pretrained() : {}) });
    expect(config.trainingSize / windows!.available).toBeGreaterThanOrEqual(1);
    expect(config.trainingSize / windows!.available).toBeLessThan(1.2);
  });

  it('leave a link that names more, up to one for each character, as it is', () => {
    expect(resolve({ task: 'text', text: 'plays', model: 'pretrained', trainingSize: 2639 }).trainingSize).toBe(2639);
  });
});
