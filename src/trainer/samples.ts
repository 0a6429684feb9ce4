/**
 * The samples of a run: from which prompt, how chosen, and at which evaluations, so that one sees the text turn.
 *
 * Idea: all of it follows from the task and the step, nothing from the clock. So the same run has the same samples, on any machine.
 */
import type { GenerationRequest } from '../language/generate.ts';
import type { LanguageTask } from '../tasks/task.ts';

/** Samples of a whole run, those of its beginning and its end aside. */
const most = 40;
/** How much closer they lie at the beginning, where a text turns from step to step. */
const crowding = 15;

/** How many samples should have been made up to a step. */
function countAt(step: number, totalSteps: number): number {
  return Math.floor((most * Math.log1p((crowding * step) / Math.max(1, totalSteps))) / Math.log1p(crowding));
}

/** Whether an evaluation at `step` asks for a sample, the last having been made at step `last`. */
export function isSampleDue(step: number, last: number, totalSteps: number): boolean {
  return countAt(step, totalSteps) > countAt(last, totalSteps);
}

/** Characters that a sample of text goes on for, and at most begins with. */
const length = 120;
const beginning = 32;

/** What a sample goes on with. Text: the first words that are held out; a sequence task: its first held-out question, answered with what is likeliest. */
export function sampleRequest(task: LanguageTask): GenerationRequest {
  const { tokenizer, promptLength, inputShape, charactersPerToken } = task;
  const [context = 1] = inputShape;
  const { inputs } = task.validation.count > 0 ? task.validation : task.train;
  const first = inputs.subarray(0, context);
  const all = { topK: 0, topP: 1, seed: 1 };
  if (promptLength > 0)
    return { ...all, prompt: tokenizer.decode(first.subarray(0, promptLength)), count: context + 1 - promptLength, temperature: 0 };
  return { ...all, prompt: firstWords(tokenizer.decode(first)), count: Math.ceil(length / charactersPerToken), temperature: 0.8 };
}

/** The first whole words of a text, without the blank behind them: a byte-pair token begins with its blank. */
function firstWords(text: string): string {
  const begun = Array.from(text).slice(0, beginning).join('');
  const end = begun.search(/\s\S*$/u);
  return end > 0 ? begun.slice(0, end) : begun;
}
