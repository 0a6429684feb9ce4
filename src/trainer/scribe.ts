/**
 * What a language model writes and reads beside its training: answers to prompts, samples as it learns, attention maps.
 *
 * Idea: each works on a copy of the weights, in short slices between which the thread does whatever else waits, training above all. A text is
 * therefore of one step from its first token to its last.
 */
import { attentionMaps } from '../language/attention-maps.ts';
import { generate } from '../language/generate.ts';
import type { GenerationRequest } from '../language/generate.ts';
import type { LanguageModel } from '../language/language-model.ts';
import type { GptOptions } from '../models/gpt.ts';
import type { JobSurroundings } from './job-request.ts';
import type { Attention, Writing } from './reading-types.ts';
import { sampleRequest } from './samples.ts';
import type { ModelAtStep } from './weights-for-reading.ts';

/** Longest slice, seconds: half of what a chunk of training takes, so that training keeps two thirds of the thread. */
const sliceSeconds = 0.02;
/** Seconds between news of a text under way. */
const newsSeconds = 0.08;

/** A run as far as its samples are concerned. */
interface SampledRun {
  readonly runId: number;
  readonly step: number;
  isSampleDue(last: number | undefined): boolean;
  languageModel(): Promise<ModelAtStep | undefined>;
}

/** The scribe of one thread. Answers are emitted; nothing rejects but what the executor or the question is to blame for. */
export class Scribe {
  private readonly around: Omit<JobSurroundings, 'openEngine'>;
  /** The text under way; another one, or none, ends it. */
  private writing: object | undefined;
  /** The run whose samples are made, the step of the last one, and that it is finished. */
  private sampled: { readonly runId: number; readonly step: number; readonly made: Promise<void> } | undefined;

  constructor(around: Omit<JobSurroundings, 'openEngine'>) {
    this.around = around;
  }

  /** Ends the text under way, if there is one, where it is. */
  stop(): void {
    this.writing = undefined;
  }

  /** Another run begins: all that was about the one before ends. */
  forget(): void {
    this.stop();
    this.sampled = undefined;
  }

  /** Answers a prompt, in place of any other that is being answered. Never rejects. */
  async write(runId: number, id: number, { prompt, ...rest }: GenerationRequest, model: Promise<ModelAtStep>): Promise<void> {
    const own = {};
    this.writing = own;
    const { emit, now } = this.around;
    try {
      const { step, model: read } = await model;
      let [text, tokens, told] = ['', 0, now()];
      const begun = told;
      const tell = (state: Writing['state']) => {
        told = now();
        const tokensPerSecond = tokens === 0 ? 0 : tokens / Math.max(told - begun, 1e-3);
        emit({ type: 'written', runId, id, news: { step, text, tokens, tokensPerSecond, state } });
      };
      for await (const made of this.inSlices(generate(read, { prompt, ...rest }))) {
        if (this.writing !== own) {
          tell('stopped');
          return;
        }
        if (made.kind !== 'made') continue;
        text += made.text;
        tokens++;
        if (tokens < rest.count && now() - told >= newsSeconds) tell('writing');
      }
      tell('done');
    } catch (error) {
      emit({ type: 'written', runId, id, news: { refused: error instanceof Error ? error.message : String(error) } });
    }
  }

  /** Makes a sample if one is due. Resolves once it has its weights; waits for the one before, so that none is left out. Rejects with the executor’s errors. */
  async sampleAfter(job: SampledRun): Promise<void> {
    const before = this.sampled?.runId === job.runId ? this.sampled : undefined;
    if (!job.isSampleDue(before?.step)) return;
    const { step } = job;
    await before?.made;
    const read = await job.languageModel();
    if (read) this.sampled = { runId: job.runId, step, made: this.sample(job.runId, read) };
  }

  /** The attention maps of some tokens. Rejects where the model has none or sees fewer tokens at once. */
  async attend({ step, model }: ModelAtStep, tokens: ArrayLike<number>): Promise<Attention> {
    if (!isGpt(model)) throw new Error('This model has no attention.');
    const reading = attentionMaps(model, tokens);
    let due = this.around.now() + sliceSeconds;
    for (let next = reading.next(); ; next = reading.next()) {
      if (next.done) return { step, ...next.value };
      due = await this.rested(due);
    }
  }

  private async sample(runId: number, { step, model, task }: ModelAtStep): Promise<void> {
    const request = sampleRequest(task);
    let text = '';
    try {
      for await (const made of this.inSlices(generate(model, request))) {
        if (this.sampled?.runId !== runId) return;
        if (made.kind === 'made') text += made.text;
      }
      this.around.emit({ type: 'sample', runId, sample: { step, prompt: request.prompt, text } });
    } catch {
      // A model that has diverged has nothing to say; the run says so itself.
    }
  }

  /** What a generator yields, the thread let go between slices. */
  private async *inSlices<Item>(items: Iterable<Item>): AsyncGenerator<Item, void> {
    let due = this.around.now() + sliceSeconds;
    for (const item of items) {
      yield item;
      due = await this.rested(due);
    }
  }

  /** Lets the thread go if the slice is over; when the next one is. */
  private async rested(due: number): Promise<number> {
    if (this.around.now() < due) return due;
    await this.around.rest(0);
    return this.around.now() + sliceSeconds;
  }
}

function isGpt(model: LanguageModel): model is LanguageModel<GptOptions> {
  return !('cell' in model.options);
}
