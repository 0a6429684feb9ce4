/** Whole tasks of language: splits that share nothing, windows and weights, tokenizers given and learned, and what is refused. */
import { describe, expect, it } from 'vitest';
import { createSampler, startCursor } from './batches.ts';
import { drained } from '../testing/drained.ts';
import { assetsFor, loadAssets } from './assets.ts';
import type { LanguageConfig } from './language-config.ts';
import { languageTask, tokenizerFor } from './language-task.ts';
import type { LanguageTask, TokenSplit } from './task.ts';
import { readFileSync } from 'node:fs';

const base: LanguageConfig = {
  task: 'text',
  text: 'names',
  tokenizer: 'characters',
  vocabulary: 300,
  context: 16,
  trainingSize: 100_000,
  heldOutSize: 1000,
  split: 0.8,
  length: 4,
  completionOnly: true,
  maskPrompts: false,
  modulus: 31,
  model: 'gpt',
  replay: 0,
  seed: 1,
};
const text = Array.from({ length: 3000 }, (_, i) => `Sentence ${i * 7919} is here.\n`).join('');
const read = (name: string): Promise<Uint8Array> =>
  Promise.resolve(new Uint8Array(readFileSync(new URL(`../../public/data/${name}`, import.meta.url))));

const make = (patch: Partial<LanguageConfig>): LanguageTask => languageTask({ ...base, ...patch }, { text });
const splits = (task: LanguageTask): readonly TokenSplit[] => [task.train, task.validation, task.test];
const rows = (split: TokenSplit): string[] => {
  const context = split.inputs.length / split.count;
  return Array.from({ length: split.count }, (_, i) => split.inputs.subarray(i * context, (i + 1) * context).join());
};

describe.each(['characters', 'bpe'] as const)('text as %s', (tokenizer) => {
  const task = make({ tokenizer });

  it('has windows whose targets follow their inputs, all of whose tokens count', () => {
    expect(task).toMatchObject({ kind: 'language', inputShape: [16], outputs: task.tokenizer.size, promptLength: 0 });
    for (const { count, inputs, targets, weights } of splits(task)) {
      expect(count).toBeGreaterThan(20);
      expect([inputs.length, targets.length, weights]).toEqual([16 * count, 16 * count, undefined]);
      for (let i = 0; i < inputs.length; i++) if (i % 16 < 15) expect(targets[i]).toBe(inputs[i + 1]);
      expect(targets.every((id) => Number.isInteger(id) && id < task.outputs)).toBe(true);
    }
  });

  it('reads in every window what stands in the text', () => {
    for (const { count, inputs } of splits(task))
      for (let i = 0; i < count; i += 97) expect(text).toContain(task.tokenizer.decode(inputs.subarray(16 * i, 16 * i + 16)));
  });

  it('repeats, and changes with the seed', () => {
    expect(make({ tokenizer }).hash).toBe(task.hash);
    expect(make({ tokenizer, seed: 2 }).hash).not.toBe(task.hash);
  });
});

describe('text', () => {
  it('has another hash where only its letters are others, though every id is the same', () => {
    // The next letter of the alphabet for each: sorted as before.
    const shifted = text.replaceAll('s', 't\u0000').replaceAll('t\u0000', 'u').replaceAll('r', 'q');
    const [one, other] = [text.replaceAll('t', 'T'), shifted.replaceAll('t', 'T')].map((of) => languageTask(base, { text: of }));
    expect(other!.train.inputs).toEqual(one!.train.inputs);
    expect(other!.hash.split('.')[0]).toBe(one!.hash.split('.')[0]);
    expect(other!.hash).not.toBe(one!.hash);
  });

  it('takes as many windows as asked for, held-out ones from all over', () => {
    const task = make({ trainingSize: 50, heldOutSize: 7, context: 32 });
    expect(splits(task).map(({ count }) => count)).toEqual([50, 7, 7]);
    expect(new Set(rows(task.train)).size).toBe(50);
  });

  it('says how many windows there are, of which some may be taken, and how many are replayed', () => {
    const all = make({}).train.count;
    expect([make({}).windows, make({ trainingSize: 50 }).windows]).toEqual([0, 0].map((replayed) => ({ available: all, replayed })));
    expect(make({ trainingSize: 50 }).train.count).toBe(50);
  });

  it('splits the same whatever the tokenizer and the context', () => {
    const wholes = [make({}), make({ context: 5, tokenizer: 'bpe' })].map((task) => {
      const numbers = (split: TokenSplit): Set<string> => new Set(task.tokenizer.decode(split.inputs).match(/(?<=Sentence )\d+(?= is)/g));
      return { seen: numbers(task.train), held: numbers(task.validation) };
    });
    expect(wholes[0]!.held.size).toBeGreaterThan(100);
    for (const number of wholes[1]!.held) expect(wholes[0]!.seen.has(number)).toBe(false);
  });

  it('learns byte pairs from what it trains on alone, and says how far it is', () => {
    const long = text.repeat(3);
    const { result, yielded } = drained(tokenizerFor({ ...base, tokenizer: 'bpe' }, long));
    expect(yielded.length).toBeGreaterThan(0);
    const given = languageTask({ ...base, tokenizer: 'bpe' }, { text: long, tokenizer: result });
    expect(given.hash).toBe(languageTask({ ...base, tokenizer: 'bpe' }, { text: long }).hash);
    expect(given.charactersPerToken).toBeGreaterThan(2);
    expect(make({}).charactersPerToken).toBe(1);
  });

  it('goes through the sampler: a row is a window', () => {
    const { train } = make({ trainingSize: 10 });
    const batch = createSampler({ count: train.count, seed: 1, shuffle: 'epoch', dropLast: false }).next(startCursor, 10);
    expect(Array.from(batch.rows).sort((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, i) => i));
  });

  it('says what is missing or does not fit', () => {
    expect(() => languageTask(base, {})).toThrow('has not been loaded');
    expect(() => languageTask({ ...base, text: 'own' }, {})).toThrow('own text is not here');
    expect(() => languageTask({ ...base, context: 500 }, { text: text.slice(0, 1200) })).toThrow('too short for a context of 500');
    const { tokenizer } = make({});
    expect(() => languageTask(base, { text: `${text}é`, tokenizer })).toThrow('does not have "é"');
  });
});

describe.each(['copy', 'reverse', 'addition', 'modular'] as const)('%s', (name) => {
  const task = make({ task: name, trainingSize: 300, split: 0.5, length: 3 });

  it('counts completions only', () => {
    const context = task.inputShape[0]!;
    for (const { count, inputs, targets, weights } of splits(task)) {
      for (let i = 0; i < count; i += 13) {
        const row = [inputs[i * context]!, ...targets.subarray(i * context, (i + 1) * context)];
        const counted = Array.from(targets.subarray(i * context, (i + 1) * context)).filter((_, k) => weights?.[i * context + k] === 1);
        const line = task.tokenizer.decode(row);
        expect(line.replaceAll(' ', '')).toMatch(new RegExp(`=${task.tokenizer.decode(counted)}$`));
        expect(task.tokenizer.encode(line.slice(0, line.indexOf('=') + 1))).toHaveLength(task.promptLength);
      }
    }
  });

  it('has the sizes asked for and shares no example between splits', () => {
    expect(splits(task).map(({ count }) => count)).toEqual([300, 150, 150]);
    const prompts = splits(task).flatMap((split) => rows(split).map((row) => row.split(',').slice(0, task.promptLength).join()));
    expect(new Set(prompts).size).toBe(600);
  });

  it('repeats, changes with the seed, and keeps to what there is', () => {
    const patch = { task: name, trainingSize: 300, split: 0.5, length: 3 };
    expect(make(patch).hash).toBe(task.hash);
    expect(make({ ...patch, seed: 9 }).hash).not.toBe(task.hash);
    const few = make({ task: name, trainingSize: 300, length: 1, modulus: 5 });
    expect(splits(few).reduce((sum, { count }) => sum + count, 0)).toBe({ copy: 10, reverse: 10, addition: 100, modular: 25 }[name]);
  });
});

describe('loading', () => {
  const pixels = '28';
  it('reads the files of the text and nothing else', async () => {
    expect(assetsFor({ ...base, pixels })).toEqual(['texts/names.bin']);
    expect(assetsFor({ task: 'text', text: 'prose', pixels })).toHaveLength(4);
    expect(assetsFor({ task: 'copy', text: 'prose', pixels })).toEqual([]);
    expect(await loadAssets({ task: 'text', text: 'own', pixels }, read)).toEqual({});
    const { text: prose } = await loadAssets({ task: 'text', text: 'prose', pixels }, read);
    expect(prose).toContain('\n\nVOLUME I\n');
    const names = languageTask(base, await loadAssets({ ...base, pixels }, read));
    expect(names.outputs).toBe(54);
    expect(names.train.count).toBeGreaterThan(2500);
  });
});
