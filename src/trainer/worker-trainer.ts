/**
 * The trainer in a dedicated worker, as the page uses it.
 *
 * A worker that is killed fires no event, so its pulse is taken: a ping every half second; no answer for 2 s is `busy`,
 * for 15 s `silent`. `revive` replaces the worker; what it was doing is the page's to start again from its checkpoint.
 */
import type { Config } from '../params/config.ts';
import type { Command, Handlers, WorkerEvent } from './protocol.ts';
import { dispatch } from './protocol.ts';
import { Pulse } from './pulse.ts';
import type { Description, Trainer, TrainerEvent } from './trainer.ts';

const pingInterval = 500;

interface Waiting {
  readonly config: Config;
  readonly resolve: (description: Description) => void;
  readonly reject: (error: Error) => void;
}

/** Opens the worker at once. */
export function createWorkerTrainer(): Trainer {
  const listeners = new Set<(event: TrainerEvent) => void>();
  const waiting = new Map<number, Waiting>();
  const emit = (event: TrainerEvent) => {
    for (const listener of listeners) listener(event);
  };
  const pulse = new Pulse(performance.now(), (state) => emit({ type: 'pulse', state }));
  let requests = 0;
  let runId = 0;
  const answer = (request: number) => {
    const asked = waiting.get(request);
    waiting.delete(request);
    return asked;
  };
  const forward = (event: TrainerEvent) => emit(event);
  const handlers: Handlers<WorkerEvent> = {
    snapshot: forward,
    learned: forward,
    engine: forward,
    checkpoint: forward,
    fault: forward,
    described: ({ request, description }) => answer(request)?.resolve(description),
    refused: ({ request, message }) => answer(request)?.reject(new Error(message)),
    pong: () => undefined,
  };

  let worker = open();
  const send = (command: Command) => worker.postMessage(command);
  const timer = setInterval(() => {
    // A hidden page's timers are late; that says nothing about the worker.
    pulse.check(performance.now(), document.visibilityState === 'visible');
    send({ type: 'ping' });
  }, pingInterval);

  function open(): Worker {
    const opened = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'trainer' });
    opened.onmessage = ({ data }: MessageEvent<WorkerEvent>) => {
      pulse.beat(performance.now());
      dispatch(handlers, data);
    };
    opened.onerror = (event) => {
      event.preventDefault();
      const message = event.message ? `the trainer stopped: ${event.message}` : 'the trainer could not be loaded';
      emit({ type: 'fault', runId, fault: { kind: 'workerDied', message, keptStep: 0 } });
    };
    return opened;
  }

  return {
    describe: (config) =>
      new Promise((resolve, reject) => {
        const request = ++requests;
        waiting.set(request, { config, resolve, reject });
        send({ type: 'describe', request, config });
      }),
    start: (id, config, changes, from) => {
      runId = id;
      send({ type: 'start', runId: id, config, changes, ...(from ? { from } : {}) });
    },
    play: (stepsPerSecond) => send({ type: 'play', stepsPerSecond }),
    pause: () => send({ type: 'pause' }),
    advance: (amount) => send({ type: 'advance', amount }),
    change: (patch) => send({ type: 'change', patch }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    revive: () => {
      worker.terminate();
      worker = open();
      pulse.reset(performance.now());
      // Questions that the old worker took with it are asked again.
      for (const [request, { config }] of waiting) send({ type: 'describe', request, config });
    },
    dispose: () => {
      clearInterval(timer);
      worker.terminate();
      listeners.clear();
    },
  };
}
