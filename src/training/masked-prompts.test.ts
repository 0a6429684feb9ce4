/** Prompts of a text that are left out of the loss: which tokens they are, and that every other counts alike, in training and where it is judged. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { textOptions } from '../params/options.ts';
import { parameters } from '../params/table.ts';
import { isPrompted } from '../params/task-kind.ts';
import { makeTask } from '../tasks/make-task.ts';
import { pictureOf } from '../tasks/picture.ts';
import type { LanguageTask, TokenSplit } from '../tasks/task.ts';
import { decodeTextFile } from '../tasks/text/text-file.ts';
import { countedTokens } from '../tasks/text/prompts.ts';
import { bytePairTokenizer } from '../tasks/tokenizers/byte-pair-tokenizer.ts';
import { characterTokenizer, alphabetOf } from '../tasks/tokenizers/characters.ts';
import { tinyPretrained } from '../testing/tiny-shipped.ts';
import { openRun } from './run.ts';

const text = decodeTextFile(new Uint8Array(readFileSync(new URL('../../public/data/texts/plays.bin', import.meta.url)))).slice(0, 60_000);
const base = { task: 'text', text: 'plays', context: 8, model: 'gpt', depth: 1, width: 8, trainingSize: 40, batchSize: 5, engine: 'tfjs-cpu', maskPrompts: true } as const; // prettier-ignore

function taskOf(patch: ConfigPatch = {}, from: ConfigPatch = base): LanguageTask {
  const { config, problems } = normalize({ ...from, ...patch });
  expect(problems).toEqual([]);
  const task = makeTask(config, { text, ...(config.model === 'pretrained' ? { pretrained: tinyPretrained() } : {}) });
  if (task.kind !== 'language') throw new Error('not of language');
  return task;
}

const share = ({ weights = new Float32Array() }: TokenSplit) => weights.reduce((sum, weight) => sum + weight, 0) / weights.length;

describe('the prompts of the plays', () => {
  const scene =
    'Enter Hamlet.\n\n  Ham. I. See.\nNot. This\n\n   Old M. Gods\n  1.Murth. We\n   2. Hayle\n    Too far. In\n  Fleans , his\n  Qu. Hamlet. No\n';
  const left = (tokens: Uint8Array) => Array.from(scene, (letter, i) => (tokens[i] === 1 ? '·' : letter)).join('');

  it('are the headings that say who speaks, and nothing else', () => {
    const tokenizer = characterTokenizer(alphabetOf(scene));
    const masked = left(countedTokens('plays', scene, tokenizer.encode(scene), tokenizer));
    expect(masked.split('·').filter((piece) => piece !== '')).toEqual(['  Ham.', '   Old M.', '  1.Murth.', '   2.', '  Qu.']);
  });

  it('count where a token reaches out of them', () => {
    const tokenizer = bytePairTokenizer([['.', '-'].map((letter) => letter.charCodeAt(0)) as [number, number]]);
    const text = '  Ham.-- So';
    const ids = tokenizer.encode(text);
    expect(Array.from(ids, (id) => tokenizer.names[id])).toContain('.-');
    expect([...countedTokens('plays', text, ids, tokenizer)]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
  });

  it.each(['characters', 'bpe'] as const)('are left out wherever they stand: %s', (tokenizer) => {
    const task = taskOf({ tokenizer, vocabulary: 300, trainingSize: 5000 });
    const { targets, weights = new Float32Array() } = task.train;
    expect(weights.length).toBe(targets.length);
    // A fifth of the characters of the first scenes are counted out at most, and something is.
    expect(share(task.train)).toBeGreaterThan(0.85);
    expect(share(task.train)).toBeLessThan(0.97);
    const spelled = (counts: number) => task.tokenizer.decode(targets.filter((_, i) => weights[i] === counts));
    expect(spelled(0)).toMatch(/Ham\./);
    expect(spelled(1)).not.toMatch(/ {2}Ham\./);
  });

  it('are offered where a text says which of its characters they are', () => {
    const offered = textOptions.filter(({ value }) => parameters.maskPrompts.when(normalize({ task: 'text', text: value }).config));
    expect(offered.map(({ value }) => value)).toEqual(textOptions.map(({ value }) => value).filter(isPrompted));
  });

  it('are marked in the picture, count in the hash, and everything of the old text counts', () => {
    const task = taskOf({ seed: 4 });
    const picture = pictureOf(task);
    if (picture.kind !== 'tokens') throw new Error('no tokens');
    const predicted = picture.counted?.filter((_, i) => i % picture.length > 0);
    expect(predicted).toContain(0);
    expect([...(predicted ?? [])]).toEqual([...(task.validation.weights ?? [])].slice(0, predicted?.length));
    const plain = taskOf({ seed: 4, maskPrompts: false });
    expect(pictureOf(plain)).not.toHaveProperty('counted');
    expect([plain.train.weights, plain.hash === task.hash]).toEqual([undefined, false]);
    const tuned = taskOf({ model: 'pretrained', replay: 0.5 }, { task: 'text', text: 'plays', trainingSize: 40, maskPrompts: true });
    expect(tuned.train.count).toBe(80);
    expect(tuned.train.weights?.subarray(tuned.train.weights.length / 2).every((weight) => weight === 1)).toBe(true);
    expect(tuned.old).not.toHaveProperty('weights');
  });
});

describe('a run that masks prompts', () => {
  async function firstStep(patch: ConfigPatch) {
    const { config } = normalize({ ...base, ...patch });
    const task = taskOf(patch);
    const run = openRun({ config, task, changes: [], executor: createExecutor(await openCpu()) });
    const { value: first } = await run.reports.next();
    const answers = run.validation?.answers.tokenLosses ?? new Float32Array();
    const { value: next } = await run.reports.next({ steps: 1 });
    await run.reports.return();
    return { task, first, answers, loss: next?.columns.loss[0] ?? Number.NaN };
  }

  it('tells the mean over the tokens that count, each as much as any other', async () => {
    const { task, first, answers } = await firstStep({});
    const { weights = new Float32Array() } = task.validation;
    const sum = answers.reduce((total, loss, i) => total + loss * (weights[i] ?? 0), 0);
    expect(first?.evaluation?.valLoss).toBeCloseTo(sum / weights.reduce((total, weight) => total + weight, 0), 5);
    // Some row of eight characters is nothing but a heading: as a mean of rows it would be another number.
    expect(
      Array.from({ length: task.validation.count }, (_, row) => weights.subarray(8 * row, 8 * row + 8)).some((row) => !row.includes(1)),
    ).toBe(true);
  });

  it('trains on those alone: a batch of all rows has the loss of its tokens that count', async () => {
    const whole = { batchSize: 40, shuffle: 'never', learningRate: 1e-6 } as const;
    const [masked, plain] = await Promise.all([firstStep(whole), firstStep({ ...whole, maskPrompts: false })]);
    const { weights = new Float32Array() } = masked.task.train;
    expect(weights.includes(0)).toBe(true);
    expect(masked.loss).not.toBe(plain.loss);
    // Before training each token costs about the same.
    expect(masked.loss).toBeCloseTo(plain.loss, 0);
    const inTwo = await firstStep({ ...whole, batchSize: 20, accumulation: 2 });
    expect(inTwo.loss).toBeCloseTo(masked.loss, 5);
  });
});
