/** When samples are made, and of what. */
import { describe, expect, it } from 'vitest';
import { languageTask } from '../tasks/language-task.ts';
import { isSampleDue, sampleRequest } from './samples.ts';

const sizes = {
  vocabulary: 256,
  trainingSize: 100,
  heldOutSize: 8,
  split: 0.7,
  length: 4,
  modulus: 7,
  completionOnly: false,
  maskPrompts: false,
  seed: 1,
  model: 'gpt',
  replay: 0,
} as const;
const sentence = 'It was a bright day in April, and the clocks were striking one. ';

function textTask(tokenizer: 'characters' | 'bpe', text = sentence.repeat(200)) {
  return languageTask({ ...sizes, task: 'text', text: 'stories', tokenizer, context: 64 }, { text });
}

/** Steps of a run that are sampled, if it is judged every so many steps. */
function sampled(totalSteps: number, every: number): number[] {
  const steps = [0];
  for (let step = every; step <= totalSteps; step += every) if (isSampleDue(step, steps.at(-1)!, totalSteps)) steps.push(step);
  return steps;
}

describe('samples', () => {
  it.each([100, 3000, 1_000_000])('of %i steps are never too many, begin early, and go on to the end', (totalSteps) => {
    const steps = sampled(totalSteps, 1);
    expect(steps.length).toBeGreaterThan(20);
    expect(steps.length).toBeLessThanOrEqual(42);
    expect(steps[1]).toBeLessThanOrEqual(Math.max(1, totalSteps * 0.006));
    expect(steps.at(-1)).toBe(totalSteps);
    expect(steps[2]! - steps[1]!).toBeLessThanOrEqual(steps.at(-1)! - steps.at(-2)!);
  });

  it('are made at each evaluation where those are few', () => {
    expect(sampled(1000, 250)).toEqual([0, 250, 500, 750, 1000]);
  });

  it.each(['characters', 'bpe'] as const)('of text go on with whole words that are held out, by %s', (tokenizer) => {
    const task = textTask(tokenizer);
    const { prompt, count, temperature } = sampleRequest(task);
    expect(sentence.repeat(3)).toContain(prompt);
    expect(prompt.length).toBeGreaterThan(8);
    expect(prompt.length).toBeLessThanOrEqual(32);
    expect(prompt).toMatch(/\S$/);
    expect(count).toBe(Math.ceil(120 / task.charactersPerToken));
    expect(temperature).toBe(0.8);
    expect(task.tokenizer.encode(prompt).length).toBeGreaterThan(0);
  });

  it('of a text without blanks begin with what there is', () => {
    expect(sampleRequest(textTask('characters', '🐈🐕'.repeat(3000))).prompt).toMatch(/^(🐈🐕|🐕🐈){8,}/u);
  });

  it('of a sequence task answer its first held-out question with what is likeliest', () => {
    const task = languageTask({ ...sizes, task: 'reverse', text: 'stories', tokenizer: 'characters', context: 8 }, {});
    const { prompt, count, temperature } = sampleRequest(task);
    expect(prompt).toMatch(/^[a-j]{4}=$/);
    expect([count, temperature]).toEqual([4, 0]);
    expect(prompt).toBe(task.tokenizer.decode(task.validation.inputs.subarray(0, 5)));
  });
});
