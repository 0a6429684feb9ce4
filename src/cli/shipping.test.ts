/** A pretraining run of a few steps, shipped: its file, its card, and what the parameter table is told. */
import { describe, expect, it } from 'vitest';
import { decodeShippedModel, fingerprintOfModel } from '../language/shipped-model.ts';
import { fromHash } from '../params/url.ts';
import { readOptions } from './options.ts';
import { readAsset } from './read-asset.ts';
import { curveIn, pilotIn, twinIn } from './run-lines.ts';
import type { Twin } from '../language/model-card.ts';
import { shipped } from './shipping.ts';
import { train } from './train.ts';

async function ran(link: string): Promise<{ readonly lines: string; readonly checkpoint: Uint8Array }> {
  const read = readOptions([link]);
  if (!('options' in read)) throw new Error(JSON.stringify(read));
  let lines = '';
  const output = { write: (more: string) => (lines += more), note: () => undefined, stopped: () => false };
  const { checkpoint } = await train({ ...read.options, save: 'kept' }, output);
  return { lines, checkpoint: checkpoint ?? new Uint8Array() };
}

const link = '#task=text&text=names&tokenizer=bpe&vocab=256&context=16&depth=1&width=8&steps=6&evalEvery=2&seed=4&engine=tfjs-cpu';

describe('a run that is shipped', () => {
  it('becomes a file that is read back to the facts of the table, with a card that says how it came about', async () => {
    const { lines, checkpoint } = await ran(link);
    const pilots = [pilotIn(lines)];
    const printed =
      'step 4: validation loss 5.5, bits per character 3.1\nstep 6: validation loss 5.25, bits per character 3\ntest loss 5.3';
    const { facts, bytes, card, source } = await shipped({
      checkpoint,
      lines,
      pilots,
      twin: twinIn(printed),
      name: 'tiny',
      read: readAsset,
    });
    const model = decodeShippedModel(bytes);
    expect(facts).toMatchObject({ bytes: bytes.length, fingerprint: fingerprintOfModel(model), text: 'names', split: 0.9, seed: 4 });
    expect(facts.file).toBe(`tiny-${facts.fingerprint.slice(0, 8)}.safetensors`);
    const { tokenizer: _, heads, ...sizes } = facts.sizes;
    expect(model.options).toEqual({ ...sizes, heads: Number(heads) });
    expect(model.training).toEqual(card);
    expect(card).toMatchObject({ steps: 6, seed: 4, data: expect.stringContaining('names') as string });
    expect(card.tokens).toBe(6 * 16 * 16);
    expect(fromHash(card.link)).toMatchObject({ problems: [], link: { config: { vocabulary: 256, seed: 4 } } });
    expect(card.curve.map(({ step }) => step)).toEqual([2, 4, 6]);
    expect(card.samples).toHaveLength(3);
    expect(card.twin).toEqual({ steps: 6, validationLoss: 5.25 });
    expect(card.pilots).toEqual([{ link: card.link, steps: 6, validationLoss: expect.closeTo(card.validationLoss, 2) as number }]);
    // The table is TypeScript: its object, read as JSON.
    const held = /= (\{[^]*\});/.exec(source)?.[1] ?? '';
    const json = held.replace(/(\w+):/g, '"$1":').replaceAll("'", '"').replaceAll('_', '').replace(/,(\s*\})/g, '$1'); // prettier-ignore
    expect(JSON.parse(json)).toEqual(facts);
  });

  it('is refused by name where “Pretrained GPT” cannot stand for it', async () => {
    const of = async (other: string, twin?: Twin) => {
      const { lines, checkpoint } = await ran(`${link}${other}`);
      return shipped({ checkpoint, lines, pilots: [], ...(twin ? { twin } : {}), name: 'tiny', read: readAsset });
    };
    await expect(of('&model=gru')).rejects.toThrow('model: only a GPT can be shipped.');
    await expect(of('', { steps: 4, validationLoss: 5 })).rejects.toThrow('twin: it ended at step 4, the run at 6.');
    expect(() => twinIn('test loss 5.3')).toThrow('no evaluation');
  });
});

describe('the lines of a run', () => {
  it('give at most a hundred points, the last among them, with the mean loss between', () => {
    const line = (value: unknown) => `${JSON.stringify(value)}\n`;
    let text = line({ step: 0, valLoss: 9 });
    for (let i = 0; i < 250; i++)
      text += line({ step: 2 * i, lr: 1, loss: 1 }) + line({ step: 2 * i + 1, lr: 1, loss: 3 }) + line({ step: 2 * i + 2, valLoss: i });
    const curve = curveIn(text);
    expect(curve.length).toBeLessThanOrEqual(100);
    expect(curve.at(-1)).toEqual({ step: 500, train: 2, validation: 249 });
  });

  it('say so where they are not of a run', () => {
    expect(() => pilotIn('{"step":1}\n')).toThrow(/do not begin with a configuration/);
  });
});
