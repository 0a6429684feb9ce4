/** The page of the bench: starts a worker for each lane and passes questions on to it, as the app's page does. */
import type { Answers, Questions } from './worker.ts';

/** What the host calls. */
export interface BenchPage {
  /** Starts a worker under a name. */
  start(lane: string): void;
  /** Asks it; rejects with what it threw, as text. */
  ask<Name extends keyof Questions>(lane: string, name: Name, ...parameters: Parameters<Questions[Name]>): Promise<Answers[Name]>;
  /** Ends it. */
  end(lane: string): void;
}

type Answer = { readonly value: unknown } | { readonly error: string };

const workers = new Map<string, { readonly worker: Worker; answer: ((answer: Answer) => void) | undefined }>();

const page: BenchPage = {
  start(lane) {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const entry = { worker, answer: undefined as ((answer: Answer) => void) | undefined };
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => entry.answer?.(data));
    worker.addEventListener('error', ({ message }) => entry.answer?.({ error: message || 'The worker did not start.' }));
    workers.set(lane, entry);
  },
  ask(lane, name, ...parameters) {
    return new Promise((resolve, reject) => {
      const entry = workers.get(lane);
      if (entry === undefined) throw new Error(`There is no lane ${lane}.`);
      entry.answer = (answer) => {
        if ('value' in answer) resolve(answer.value as never);
        else reject(new Error(answer.error));
      };
      entry.worker.postMessage({ name, parameters });
    });
  },
  end(lane) {
    workers.get(lane)?.worker.terminate();
    workers.delete(lane);
  },
};

Object.assign(globalThis, { bench: page });
