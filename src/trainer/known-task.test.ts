/** The data of one thread: made once, a text of the user's own among them, byte pairs with progress. */
import { describe, expect, it } from 'vitest';
import { resolve } from '../params/config.ts';
import { KnownTask } from './known-task.ts';
import type { TrainerEvent } from './trainer.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const words = Array.from({ length: 40_000 }, (_, i) => `word${String((i * 7919) % 3001)}`).join(' ');
const own = resolve({ task: 'text', text: 'own', context: 16 });

/** Tasks on a clock that goes on by a tenth of a second whenever it is read. */
function opened() {
  const events: TrainerEvent[] = [];
  let [time, rests] = [0, 0];
  const tasks = new KnownTask({
    readAsset: () => Promise.reject(new Error('no file is needed')),
    emit: (event) => events.push(event),
    rest: () => {
      rests++;
      return Promise.resolve();
    },
    now: () => (time += 0.1),
  });
  return { tasks, events, rests: () => rests };
}

describe('a text of one’s own', () => {
  it('is made into a task once, and again when it is another', async () => {
    const { tasks } = opened();
    await expect(tasks.of(own)).rejects.toThrow('own text is not here');
    const fingerprint = expect.stringMatching(/^[0-9a-f]{16}$/) as string;
    expect(tasks.takeText(bytes(words))).toEqual({ characters: words.length, fingerprint });
    const first = await tasks.of(own);
    expect(await tasks.of({ ...own })).toBe(first);
    tasks.takeText(bytes(words.replaceAll('word', 'wordy')));
    const second = await tasks.of(own);
    expect([second === first, second.hash === first.hash]).toEqual([false, false]);
  });

  it('has the fingerprint of its letters: of the same length another, of other line ends and marks the same', () => {
    const { tasks } = opened();
    const lines = words.replaceAll(' ', '\n');
    const taken = (text: string) => tasks.takeText(bytes(text)) as { fingerprint: string };
    const first = taken(lines);
    expect(taken(`\ufeff${lines.replaceAll('\n', '\r\n')}`)).toEqual(first);
    const [a, b] = [taken(`${lines.slice(0, -1)}x`), taken(`${lines.slice(0, -1)}\u0178`)];
    expect(new Set([first.fingerprint, a.fingerprint, b.fingerprint]).size).toBe(3);
  });

  it('that is refused leaves the one before', async () => {
    const { tasks } = opened();
    tasks.takeText(bytes(words));
    const first = await tasks.of(own);
    expect(tasks.takeText(Uint8Array.of(0, 1, 2))).toMatchObject({ refused: expect.stringContaining('not a text') as string });
    expect(await tasks.of(own)).toBe(first);
  });

  it('learns its byte pairs with progress, and lets the thread go in between', async () => {
    const { tasks, events, rests } = opened();
    tasks.takeText(bytes(words));
    const task = await tasks.of(resolve({ ...own, tokenizer: 'bpe', vocabulary: 400 }));
    expect(task.outputs).toBe(400);
    const told = events.flatMap((event) => (event.type === 'progress' ? [event.progress] : []));
    expect(told.map((progress) => progress?.stage)).toContain('counting');
    expect(told.at(-1)).toBeUndefined();
    expect(rests()).toBeGreaterThan(2);
  });
});
