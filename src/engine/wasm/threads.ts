/**
 * How many threads there can be here, what is large enough for them, and how a helper is started: in a browser that shares memory between workers,
 * and in Node.
 */
import { node } from './node.ts';

/** From what on work is shared. */
export interface SharingLimits {
  /** Arithmetic operations of a step, as `flopsOf` counts them. A program with less runs in memory of its own, as if there were no threads. */
  readonly program: number;
  /**
   * Elements of a job that an elementwise operation would compute in the same time, at some 4 billion a second (`slices.ts` says what other
   * operations take). A job with less is not cut.
   */
  readonly job: number;
  /** The same of a slice: no job is cut into smaller ones. */
  readonly slice: number;
}

/**
 * Handing a job over takes one to three microseconds, and a helper that has gone to sleep comes some fifty later. A step of less than `program` is
 * over in a tenth of a millisecond.
 */
export const sharingLimits: SharingLimits = { program: 4_000_000, job: 75_000, slice: 25_000 };

/** How something is shared: among so many threads, from what on. */
export interface Sharing {
  readonly threads: number;
  readonly limits: SharingLimits;
}

/** A worker that helps, as far as it is used. */
export interface HelperWorker {
  postMessage(message: unknown): void;
  terminate(): unknown;
}

/** More would wait for memory rather than work: what is left of a step beside its jobs, and packing, which every slice repeats, do not get less. */
const mostThreads = 4;

/** Starts a helper. Throws where there are no workers; `onReady`: it can do its first slice; `onFailure`: it could not be loaded, or broke. */
export type StartHelper = (onReady: () => void, onFailure: () => void) => HelperWorker;

/** Threads that a run may use: as many as there are processors, four at most; one where memory cannot be shared, or nobody may wait. */
export function threadsHere(): number {
  const { crossOriginIsolated, navigator, SharedArrayBuffer: shared, Worker: helper } = globalThis as Partial<typeof globalThis>;
  if (shared === undefined) return 1;
  const cores = node?.getBuiltinModule?.('node:os').availableParallelism();
  // A page may not wait, and not every browser lets a worker have workers.
  const isFit = crossOriginIsolated === true && helper !== undefined && 'WorkerGlobalScope' in globalThis;
  return Math.max(1, Math.min(mostThreads, cores ?? (isFit ? (navigator?.hardwareConcurrency ?? 1) : 1)));
}

/** A helper's script, for Node, and how a browser starts it: a bundler finds its name only where a worker is made of it. */
interface HelperScript {
  readonly file: string;
  readonly inBrowser: () => Worker;
}

/** As `StartHelper` says; the first message of a helper is that it is ready. */
function starter({ file, inBrowser }: HelperScript): StartHelper {
  return (onReady, onFailure) => {
    const threads = node?.getBuiltinModule?.('node:worker_threads');
    if (threads !== undefined) {
      // Without the loaders of the process: it is plain JavaScript.
      const worker = new threads.Worker(new URL(file, import.meta.url), { execArgv: [] });
      worker.on('message', onReady);
      worker.on('error', onFailure);
      worker.unref();
      return worker;
    }
    const worker = inBrowser();
    worker.addEventListener('message', onReady);
    worker.addEventListener('error', onFailure);
    worker.addEventListener('messageerror', onFailure);
    return worker;
  };
}

/** Starts a helper for slices of plans (`helpers.ts`). */
export const startHelper = starter({
  file: './helper.js',
  inBrowser: () => new Worker(new URL('./helper.js', import.meta.url), { type: 'module', name: 'helper' }),
});

/** Starts one for orders of epochs (`orders-ahead.ts`). */
export const startOrderHelper = starter({
  file: './order-helper.js',
  inBrowser: () => new Worker(new URL('./order-helper.js', import.meta.url), { type: 'module', name: 'orders' }),
});
