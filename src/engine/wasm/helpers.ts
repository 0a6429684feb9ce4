/**
 * The helpers of one instance. They are started once there is work for them, and serve a session each time that a plan runs; nobody ever waits for
 * one to come, since the calling thread does what nobody else has taken. So a helper that is late, or fails to start, changes nothing but speed.
 */
import type { Linked, Shared } from './instance.ts';
import { createPace, type Pace } from './pace.ts';
import type { HelperWorker, StartHelper } from './threads.ts';

/** What a helper is told. */
export type HelperMessage =
  /** First: where its memory is. */
  | {
      readonly kind: 'start';
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
      readonly thread: number;
      readonly scratch: number;
      readonly desk: number;
    }
  /** A plan that it may have to help with. */
  | { readonly kind: 'plan'; readonly id: number; readonly module: WebAssembly.Module }
  /** No plan that it knows will run again. */
  | { readonly kind: 'forget' }
  /** That plan runs now; the session is over when another number stands on the desk. */
  | { readonly kind: 'help'; readonly id: number; readonly session: number };

/** Helpers for the plans of an instance. */
export interface Helpers {
  /** Starts them, if they have not been. */
  start(): void;
  /** Runs a plan so many times, with their help if that has proved worth it. */
  during<Result>(plan: Linked, steps: number, work: () => Result): Result;
  /** Plans that were helped with will not run again. */
  forget(): void;
  /** Ends them. */
  dispose(): void;
}

/** So many helpers that share the memory of an instance. */
export function createHelpers(shared: Shared, count: number, create: StartHelper, now = () => performance.now()): Helpers {
  const workers = new Set<HelperWorker>();
  const known = new Map<WebAssembly.Module, { readonly id: number; readonly pace: Pace }>();
  let started = false;
  let session = 0;
  const tell = (message: HelperMessage): void => workers.forEach((worker) => worker.postMessage(message));
  const startOne = (thread: number): void => {
    const { module, memory, desk, scratch } = shared;
    try {
      const worker = create(() => {
        workers.delete(worker);
        worker.terminate();
      });
      workers.add(worker);
      worker.postMessage({ kind: 'start', module, memory, desk, thread, scratch: scratch(thread) } satisfies HelperMessage);
    } catch {
      // No worker, no help: the calling thread does it all.
    }
  };
  const introduce = (module: WebAssembly.Module): { readonly id: number; readonly pace: Pace } => {
    const plan = { id: known.size, pace: createPace() };
    known.set(module, plan);
    tell({ kind: 'plan', id: plan.id, module });
    return plan;
  };
  return {
    start() {
      if (started) return;
      started = true;
      for (let thread = 1; thread <= count; thread++) startOne(thread);
    },
    during({ module }, steps, work) {
      if (workers.size === 0) return work();
      const { id, pace } = known.get(module) ?? introduce(module);
      const isHelped = pace.isHelped();
      const begin = now();
      if (isHelped) {
        shared.setSession(++session);
        tell({ kind: 'help', id, session });
      }
      try {
        return work();
      } finally {
        if (isHelped) shared.setSession(0);
        pace.note(isHelped, (now() - begin) / steps);
      }
    },
    forget() {
      if (known.size > 0) tell({ kind: 'forget' });
      known.clear();
    },
    dispose() {
      for (const worker of workers) worker.terminate();
      workers.clear();
    },
  };
}
