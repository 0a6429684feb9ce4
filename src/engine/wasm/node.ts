/** Node, as far as the engine needs it: asked for at run time, so that the same file loads in a browser. */

interface NodeProcess {
  getBuiltinModule?(name: 'node:os'): { availableParallelism(): number };
  getBuiltinModule?(name: 'node:fs/promises'): { readFile(path: URL): Promise<Uint8Array<ArrayBuffer>> };
  getBuiltinModule?(name: 'node:worker_threads'): {
    readonly Worker: new (url: URL, options: { readonly execArgv: readonly string[] }) => NodeWorker;
  };
}

/** A worker of Node. */
interface NodeWorker {
  postMessage(message: unknown): void;
  terminate(): unknown;
  on(event: 'message' | 'error', listener: () => void): unknown;
  /** Lets the process end while the worker waits. */
  unref(): void;
}

/** Undefined in a browser. */
export const { process: node } = globalThis as { readonly process?: NodeProcess };
