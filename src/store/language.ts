/** A language model's texts in the state: samples of the present run, the answer to a prompt, and where it looks. */
import type { GenerationRequest, Sample, TrainerEvent } from '../trainer/trainer.ts';
import type { Context } from './context.ts';
import type { AppState, AttentionState, RunRecord } from './state.ts';

/** Samples that are kept of one run: the first, the last, and some between. */
const kept = 60;

/** Why no text can be made now, in words; undefined where it can. */
export function whyNoText({ run, dirty }: Pick<AppState, 'run' | 'dirty'>): string | undefined {
  if (run?.fault !== undefined && run.fault.continuesOn === undefined) return 'The run has failed: go on with it first.';
  if (dirty || run?.snapshot === undefined || run.snapshot.phase === 'preparing') return 'The run is being prepared.';
  return undefined;
}

/** An answer is asked for and has not come to its end. */
export function isWriting({ run }: Pick<AppState, 'run'>): boolean {
  const { writing } = run ?? {};
  if (writing === undefined) return false;
  return writing.news === undefined || (!('refused' in writing.news) && writing.news.state === 'writing');
}

/** Asks for the continuation of a prompt, in place of any before. */
export function write(context: Context, request: GenerationRequest): void {
  const { state, trainer, waiting } = context;
  const { run } = state.getState();
  if (run === undefined || whyNoText(state.getState()) !== undefined) return;
  const id = ++waiting.prompt;
  state.setState({ run: { ...run, writing: { id, prompt: request.prompt } } });
  trainer.write(id, request);
}

/** Takes in how an answer stands, or a sample. */
export function takeText({ state }: Context, run: RunRecord, event: Extract<TrainerEvent, { type: 'written' | 'sample' }>): void {
  if (event.type === 'sample') state.setState({ run: { ...run, samples: withSample(run.samples ?? [], event.sample) } });
  else if (run.writing?.id === event.id) state.setState({ run: { ...run, writing: { ...run.writing, news: event.news } } });
}

/** Asks where the model looks in some tokens; an answer about another run, or to an older question, comes too late. */
export function attend({ state, trainer }: Context, tokens: Uint16Array): void {
  const { run } = state.getState();
  if (run === undefined || whyNoText(state.getState()) !== undefined) return;
  const asked: AttentionState = { kind: 'working', tokens };
  const answer = (attention: AttentionState) => {
    const now = state.getState().run;
    if (now?.id === run.id && now.attention === asked) state.setState({ run: { ...now, attention } });
  };
  state.setState({ run: { ...run, attention: asked } });
  trainer.attend(tokens).then(
    (attention) => answer({ kind: 'ready', tokens, attention }),
    (reason: unknown) => answer({ kind: 'refused', tokens, message: reason instanceof Error ? reason.message : String(reason) }),
  );
}

/** What of a run outlives its thread: an answer under way does not. */
export function withoutAnswers(run: RunRecord): RunRecord {
  const { writing: _writing, attention: _attention, ...rest } = run;
  return rest;
}

/** The samples by step, one of each; where they grow too many every second falls out, never the first or the last. */
function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const all = [...samples.filter(({ step }) => step !== sample.step), sample].sort((a, b) => a.step - b.step);
  // It is one too many, an odd number: the last one stays.
  return all.length <= kept ? all : all.filter((_, index) => index % 2 === 0);
}
