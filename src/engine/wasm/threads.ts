/** How many threads there can be here, and how a helper is started: in a browser that shares memory between workers, and in Node. */

/** A worker that helps, as far as it is used. */
export interface HelperWorker {
  postMessage(message: unknown): void;
  terminate(): unknown;
}

/** More would wait for memory rather than work: what is left of a step beside its jobs, and packing, which every slice repeats, do not get less. */
const mostThreads = 4;

/** Starts a helper. Throws where there are no workers; `onFailure`: it could not be loaded, or broke. */
export type StartHelper = (onFailure: () => void) => HelperWorker;

/** The parts of Node that are needed, where there is one. */
interface NodeProcess {
  getBuiltinModule?(name: 'node:os'): { availableParallelism(): number };
  getBuiltinModule?(name: 'node:worker_threads'): { readonly Worker: new (url: URL) => NodeWorker };
}

interface NodeWorker extends HelperWorker {
  on(event: 'error', listener: () => void): unknown;
  /** Lets the process end while the worker waits. */
  unref(): void;
}

const { process: node } = globalThis as { readonly process?: NodeProcess };

/** Threads that a run may use: as many as there are processors, four at most; one where memory cannot be shared. */
export function threadsHere(): number {
  const { crossOriginIsolated, navigator, SharedArrayBuffer: shared } = globalThis as Partial<typeof globalThis>;
  if (shared === undefined) return 1;
  const cores = node?.getBuiltinModule?.('node:os').availableParallelism() ?? (crossOriginIsolated === true ? navigator?.hardwareConcurrency : 1);
  return Math.max(1, Math.min(mostThreads, cores ?? 1));
}

/** For Node; a bundler finds the other one, and need not copy this. */
const helperFile = './helper.js';

/** As `StartHelper` says. */
export function startHelper(onFailure: () => void): HelperWorker {
  const threads = node?.getBuiltinModule?.('node:worker_threads');
  if (threads !== undefined) {
    const worker = new threads.Worker(new URL(helperFile, import.meta.url));
    worker.on('error', onFailure);
    worker.unref();
    return worker;
  }
  const worker = new Worker(new URL('./helper.js', import.meta.url), { type: 'module', name: 'helper' });
  worker.addEventListener('error', onFailure);
  return worker;
}
