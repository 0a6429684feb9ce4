/** The scribe on a thread that is let go when the test says so: slices, samples one after another, what a new run ends. */
import { describe, expect, it } from 'vitest';
import { languageTask } from '../tasks/language-task.ts';
import { drawnWeights } from '../testing/language-variants.ts';
import { languageOptions } from '../models/build-language-model.ts';
import { resolve } from '../params/config.ts';
import { Scribe } from './scribe.ts';
import type { TrainerEvent } from './trainer.ts';

const task = languageTask(
  { task: 'copy', length: 3, modulus: 7, trainingSize: 50, heldOutSize: 8, split: 0.7, completionOnly: false, maskPrompts: false, text: 'names', tokenizer: 'characters', vocabulary: 256, context: 8, seed: 1, model: 'gpt', replay: 0 }, // prettier-ignore
  {},
);
const options = languageOptions({ ...resolve({ task: 'copy', width: 8, depth: 1 }), model: 'gpt' }, task);
const model = { options, weights: drawnWeights(options, 3), tokenizer: task.tokenizer };

/** A scribe whose clock goes on by a slice at each look, so that it asks for rest after every token; `go` lets it on once. */
function opened() {
  const events: TrainerEvent[] = [];
  const resting: (() => void)[] = [];
  let time = 0;
  const scribe = new Scribe({
    emit: (event) => events.push(event),
    rest: () => new Promise((resolve) => resting.push(resolve)),
    now: () => (time += 0.03),
  });
  const settled = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  const go = async () => {
    await settled();
    resting.splice(0).forEach((resume) => resume());
    await settled();
  };
  return { scribe, events, go, settled, resting };
}

/** A run at a step, every evaluation of which is sampled. */
function runAt(step: number, asked: number[], runId = 1) {
  const languageModel = () => {
    asked.push(step);
    return Promise.resolve({ step, model, task });
  };
  return { runId, step, isSampleDue: (last: number | undefined) => last !== step, languageModel };
}

describe('a sample', () => {
  it('is made in slices, and the next one waits for it', async () => {
    const { scribe, events, go, settled, resting } = opened();
    const asked: number[] = [];
    await scribe.sampleAfter(runAt(0, asked));
    await scribe.sampleAfter(runAt(0, asked));
    const next = scribe.sampleAfter(runAt(5, asked));
    await settled();
    expect([asked, events.length, resting.length]).toEqual([[0], 0, 1]);
    for (let i = 0; i < 12; i++) await go();
    await next;
    for (let i = 0; i < 12; i++) await go();
    expect(asked).toEqual([0, 5]);
    expect(events.map((event) => (event.type === 'sample' ? event.sample.step : event.type))).toEqual([0, 5]);
  });

  it('of a run that is over is not told', async () => {
    const { scribe, events, go } = opened();
    await scribe.sampleAfter(runAt(0, []));
    scribe.forget();
    for (let i = 0; i < 12; i++) await go();
    expect(events).toEqual([]);
  });

  it('of a model that has diverged is left out', async () => {
    const { scribe, events, go } = opened();
    const lost = { ...model, weights: model.weights.map(() => Number.NaN) };
    await scribe.sampleAfter({ ...runAt(0, []), languageModel: () => Promise.resolve({ step: 0, model: lost, task }) });
    for (let i = 0; i < 12; i++) await go();
    expect(events).toEqual([]);
  });
});

describe('an answer', () => {
  const request = { prompt: 'abc=', count: 3, temperature: 0, topK: 0, topP: 1, seed: 0 };

  it('comes token by token while the thread does other things', async () => {
    const { scribe, events, go } = opened();
    const written = scribe.write(1, 7, request, Promise.resolve({ step: 4, model, task }));
    for (let i = 0; i < 12; i++) await go();
    await written;
    const news = events.flatMap((event) => (event.type === 'written' && !('refused' in event.news) ? [event.news] : []));
    expect(news.map(({ state }) => state)).toEqual([...new Array<string>(news.length - 1).fill('writing'), 'done']);
    expect(news.length).toBeGreaterThan(1);
    expect(news.at(-1)).toMatchObject({ step: 4, tokens: 3 });
  });

  it('of a model that has diverged says so', async () => {
    const { scribe, events, go } = opened();
    const lost = { ...model, weights: model.weights.map(() => Number.NaN) };
    const written = scribe.write(1, 7, request, Promise.resolve({ step: 4, model: lost, task }));
    for (let i = 0; i < 12; i++) await go();
    await written;
    expect(events).toEqual([{ type: 'written', runId: 1, id: 7, news: { refused: 'The model’s outputs are not finite numbers.' } }]);
  });
});
