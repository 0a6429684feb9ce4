/** Samples, prompts and attention in the store: what belongs to which run, and what comes too late. */
import { describe, expect, it } from 'vitest';
import { heldStore } from '../testing/held-store.ts';
import { isWriting, whyNoText } from './language.ts';

const request = { prompt: 'Once', count: 20, temperature: 0.8, topK: 0, topP: 1, seed: 1 };
const news = { step: 10, text: ' upon', tokens: 5, tokensPerSecond: 90, state: 'writing' } as const;

/** A run of text that is ready. */
function ready() {
  const store = heldStore('#task=text');
  store.trainer.show({});
  return { ...store, runId: store.get().run!.id };
}

describe('an answer', () => {
  it('is asked once the run is prepared, told of as it comes, and ends', () => {
    const { trainer, actions, get, runId } = ready();
    actions.write(request);
    const { id } = trainer.of('write')[0]!;
    expect(trainer.of('write')).toEqual([{ name: 'write', id, request }]);
    expect([isWriting(get()), get().run?.writing]).toEqual([true, { id, prompt: 'Once' }]);
    trainer.emit({ type: 'written', runId, id, news });
    expect([isWriting(get()), get().run?.writing?.news]).toEqual([true, news]);
    trainer.emit({ type: 'written', runId, id, news: { ...news, state: 'done' } });
    expect(isWriting(get())).toBe(false);
  });

  it('is not asked of a run that is not prepared', () => {
    const { trainer, actions, get } = heldStore('#task=text');
    expect(whyNoText(get())).toContain('being prepared');
    actions.write(request);
    actions.attend(Uint16Array.of(1));
    expect([trainer.of('write'), trainer.of('attend'), get().run?.writing]).toEqual([[], [], undefined]);
  });

  it('to an older prompt, or of a run that is over, comes too late', () => {
    const { trainer, actions, get, wait, runId } = ready();
    actions.write(request);
    actions.write({ ...request, prompt: 'Twice' });
    const [first, second] = trainer.of('write').map(({ id }) => id);
    trainer.emit({ type: 'written', runId, id: first!, news });
    expect(get().run?.writing).toEqual({ id: second, prompt: 'Twice' });
    actions.setParameter('seed', 2);
    wait(1000);
    trainer.show({});
    trainer.emit({ type: 'written', runId, id: second!, news });
    expect([get().run?.id !== runId, get().run?.writing]).toEqual([true, undefined]);
  });

  it('that is refused says why, and is over', () => {
    const { trainer, actions, get, runId } = ready();
    actions.write(request);
    trainer.emit({ type: 'written', runId, id: trainer.of('write')[0]!.id, news: { refused: 'no "é"' } });
    expect([isWriting(get()), get().run?.writing?.news]).toEqual([false, { refused: 'no "é"' }]);
  });

  it('is stopped in the worker, which says how far it came', () => {
    const { trainer, actions } = ready();
    actions.write(request);
    actions.stopWriting();
    expect(trainer.of('stopWriting')).toHaveLength(1);
  });

  it('under way is lost with its thread, the samples are not', () => {
    const { trainer, actions, get, runId } = ready();
    trainer.emit({ type: 'sample', runId, sample: { step: 0, prompt: 'a', text: 'b' } });
    actions.write(request);
    trainer.emit({ type: 'checkpoint', runId, checkpoint: { step: 4, bytes: new Uint8Array() } });
    trainer.emit({ type: 'fault', runId, fault: { kind: 'workerDied', message: '', keptStep: 4 } });
    expect(whyNoText(get())).toContain('failed');
    actions.restartFromCheckpoint();
    expect([get().run?.writing, get().run?.samples?.length]).toEqual([undefined, 1]);
  });
});

describe('samples', () => {
  it('stand by step, one of each', () => {
    const { trainer, get, runId } = ready();
    for (const [step, text] of [[0, 'a'], [20, 'c'], [10, 'b'], [20, 'd']] as const) trainer.emit({ type: 'sample', runId, sample: { step, prompt: '', text } }); // prettier-ignore
    expect(get().run?.samples?.map(({ step, text }) => `${String(step)}${text}`)).toEqual(['0a', '10b', '20d']);
  });

  it('stay bounded, the first and the last among them', () => {
    const { trainer, get, runId } = ready();
    for (let step = 0; step <= 1000; step++) trainer.emit({ type: 'sample', runId, sample: { step, prompt: '', text: '' } });
    const steps = get().run!.samples!.map(({ step }) => step);
    expect(steps.length).toBeLessThanOrEqual(60);
    expect(steps.length).toBeGreaterThan(20);
    expect([steps[0], steps.at(-1)]).toEqual([0, 1000]);
  });
});

describe('attention', () => {
  const answer = { step: 3, heads: 1, length: 1, layers: [Float32Array.of(1)] };

  it('is asked, and known or refused', async () => {
    const { trainer, actions, get } = ready();
    const tokens = Uint16Array.of(1);
    actions.attend(tokens);
    expect(get().run?.attention).toEqual({ kind: 'working', tokens });
    await trainer.attended(answer);
    expect(get().run?.attention).toEqual({ kind: 'ready', tokens, attention: answer });
    actions.attend(tokens);
    await trainer.attended(new Error('This model has no attention.'));
    expect(get().run?.attention).toEqual({ kind: 'refused', tokens, message: 'This model has no attention.' });
  });

  it('that was asked for before another comes too late', async () => {
    const { trainer, actions, state } = ready();
    const seen: unknown[] = [];
    actions.attend(Uint16Array.of(1));
    actions.attend(Uint16Array.of(2));
    state.subscribe(({ run }) => seen.push(run?.attention?.tokens[0]));
    await trainer.attended(answer);
    expect(seen).toEqual([2]);
  });

  it('of a run that is over comes too late', async () => {
    const { trainer, actions, get } = ready();
    actions.attend(Uint16Array.of(1));
    actions.reset();
    await trainer.attended(answer);
    expect(get().run?.attention).toBeUndefined();
  });
});
