/** Rows of a text, known only of the text that was counted. */
import { describe, expect, it } from 'vitest';
import { resolve } from '../params/config.ts';
import type { Choices } from '../params/config.ts';
import { groups } from '../params/table.ts';
import type { Description } from '../trainer/trainer.ts';
import { countedIn } from './counted.ts';

const base: Choices = { task: 'text', text: 'plays', model: 'pretrained' };
const counts = { trainingCount: 120, windows: { available: 100, replayed: 20 }, validationCount: 8, testCount: 9 };
const description = counts as unknown as Description;
const countedAfter = (choices: Choices, described = resolve(base)) =>
  countedIn({ config: resolve({ ...base, ...choices }), description, described });

describe('what a text gives', () => {
  it('is counted, live settings whatever they are', () => {
    const counted = { available: 100, rows: { all: 120, replayed: 20 }, heldOut: 17 };
    expect([countedAfter({}), countedAfter({ learningRate: 0.01, tune: 'lora' })]).toEqual([counted, counted]);
  });

  it('stays the same where another part of it is asked for, whose rows are not counted yet', () => {
    for (const choices of [{ trainingSize: 50 }, { replay: 0.5 }])
      expect(countedAfter(choices)).toMatchObject({ available: 100, rows: undefined });
  });

  it('is not known of another text, another cut, another task, or none', () => {
    const others: Choices[] = [{ text: 'names' }, { seed: 2 }, { split: 0.5 }, { model: 'gpt' }, { task: 'spiral', model: 'mlp' }];
    expect(others.map((choices) => countedAfter(choices))).toEqual(others.map(() => undefined));
    expect(countedIn({ config: resolve(base), description, described: undefined })).toBeUndefined();
  });

  it('is what the line of the batch says, and what is replayed; before, that it is an estimate', () => {
    const { summary } = groups.find(({ id }) => id === 'batchSize')!;
    const config = resolve({ ...base, batchSize: 8, trainingSize: 90 });
    expect(summary(config, { all: 120, replayed: 20 })).toBe('8 of 120, 20 replayed · shuffled');
    expect(summary(config, { all: 90, replayed: 0 })).toBe('8 of 90 · shuffled');
    expect(summary(config, { all: 8, replayed: 0 })).toBe('full batch of 8 · shuffled');
    expect(summary(config)).toBe('8 of about 90 · shuffled');
    expect(summary(resolve({ ...base, text: 'own', batchSize: 8 }))).toBe('8 of those of your text · shuffled');
    expect(summary(resolve({}))).toBe('20 of 200 · shuffled');
  });
});
