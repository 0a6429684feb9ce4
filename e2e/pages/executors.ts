/** A page for tests of executors: passes questions on to a worker, where executors live in the app too. */
import type { Answers, Questions } from './executors.worker.ts';

declare global {
  interface Window {
    /** Asks the worker; rejects with what the worker threw, as text. */
    ask<Name extends keyof Questions>(name: Name, ...parameters: Parameters<Questions[Name]>): Promise<Answers[Name]>;
  }
}

const worker = new Worker(new URL('./executors.worker.ts', import.meta.url), { type: 'module' });
const waiting = new Map<number, { resolve: (value: never) => void; reject: (reason: Error) => void }>();
let count = 0;

worker.addEventListener('message', ({ data }: MessageEvent<{ id: number; value?: unknown; error?: string }>) => {
  const one = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.error === undefined) one?.resolve(data.value as never);
  else one?.reject(new Error(data.error));
});

window.ask = (name, ...parameters) =>
  new Promise((resolve, reject) => {
    waiting.set(++count, { resolve, reject });
    worker.postMessage({ id: count, name, parameters });
  });
