/** The page of the bench: starts a worker for each lane and passes questions on to it, as the app's page does. */
import type { Answers, Question, Reply } from './question.ts';

/** What the host calls. */
export interface BenchPage {
  /** Starts a worker under a name. */
  start(lane: string): void;
  /** Asks it; rejects with what it threw, as text. */
  ask(lane: string, question: Question): Promise<Answers[keyof Answers]>;
  /** Ends it. */
  end(lane: string): void;
}

interface Entry {
  readonly worker: Worker;
  hear: (reply: Reply) => void;
}

const workers = new Map<string, Entry>();

const page: BenchPage = {
  start(lane) {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const entry: Entry = { worker, hear: () => undefined };
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => entry.hear(data));
    worker.addEventListener('error', ({ message }) => entry.hear({ error: message || 'The worker did not start.' }));
    workers.set(lane, entry);
  },
  ask(lane, question) {
    return new Promise((resolve, reject) => {
      const entry = workers.get(lane);
      if (entry === undefined) throw new Error(`There is no lane ${lane}.`);
      entry.hear = (reply) => ('value' in reply ? resolve(reply.value) : reject(new Error(reply.error)));
      entry.worker.postMessage(question);
    });
  },
  end(lane) {
    workers.get(lane)?.worker.terminate();
    workers.delete(lane);
  },
};

Object.assign(globalThis, { bench: page });
