/** The compiled kernels and an instance of them: which build this machine can run, and how its exports are called. */
import { EngineError } from '../engine-error.ts';
import { createArena, type Arena } from './arena.ts';
import { helpedAt } from './kernels/desk-layout.ts';
import { sharingLimits, startHelper, type Sharing, type StartHelper } from './threads.ts';

/** The kernels, compiled for this machine. */
export interface Kernels {
  readonly module: WebAssembly.Module;
  readonly relaxed: boolean;
  /** Which build, in words, with one thread. */
  readonly device: string;
  /** How large programs are shared among threads. */
  readonly sharing: Sharing;
  /** The same for memory that threads share; compiled when first asked for. */
  readonly compileShared: () => Promise<WebAssembly.Module>;
  readonly startHelper: StartHelper;
}

/** An instance with memory of its own. */
export interface Instance {
  readonly arena: Arena;
  /** Makes a generated module one with the kernels. */
  readonly link: (module: Uint8Array<ArrayBuffer>) => Linked;
  /** Whether multiplying and adding may be one instruction. */
  readonly relaxed: boolean;
  /** 64 bytes of zeros. */
  readonly zeros: number;
  readonly setSeed: (seed: number) => void;
  readonly orderBytes: (count: number) => number;
  readonly order: (to: number, work: number, count: number, seed: number, stream: number, epoch: number) => void;
  readonly sharing: Sharing;
  /** Only where threads share the memory. */
  readonly shared: Shared | undefined;
}

/** What threads share. */
export interface Shared {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Where jobs lie (`kernels/desk.ts`), and the scratch of a thread's kernels. */
  readonly desk: number;
  readonly scratch: (thread: number) => number;
  readonly setSession: (session: number) => void;
  /** Slices that helpers have done. */
  readonly slicesHelped: () => number;
}

/** A plan that is one with the kernels. */
export interface Linked {
  readonly module: WebAssembly.Module;
  readonly run: RunSteps;
}

/**
 * Runs a plan at least once. `table`, `numbers`, `tensors`: the columns that each step is fed from (`kernels/feeds.ts`); `metrics`: where columns
 * of what it gives begin.
 */
export type RunSteps = (steps: number, firstStep: number, table: number, numbers: number, tensors: number, metrics: number) => void;

interface Exports {
  freeFrom(): number;
  scratchBytes(): number;
  setScratch(at: number): void;
  readonly setSeed: Instance['setSeed'];
  readonly orderBytes: Instance['orderBytes'];
  readonly order: Instance['order'];
}

/** What the build for shared memory has besides. */
interface DeskExports {
  readonly deskBytes: () => number;
  readonly setDesk: (at: number) => void;
  readonly setSession: Shared['setSession'];
}

/** `(v128) → v128: i32x4.relaxed_trunc_f32x4_s`, in a module: accepted where there is relaxed SIMD. */
const relaxedProbe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123],
  ...[3, 2, 1, 0, 10, 9, 1, 7, 0, 32, 0, 253, 129, 2, 11],
);
/** The same with `f32x4.neg`. */
const simdProbe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123],
  ...[3, 2, 1, 0, 10, 9, 1, 7, 0, 32, 0, 253, 225, 1, 11],
);

/** The builds of the kernels. */
export type Build = 'simd' | 'relaxed' | 'simd-threads' | 'relaxed-threads';

/** Compiles the build that this machine can run. Rejects with kind `unsupported` where there is no SIMD. */
export async function compileKernels(readBuild: (name: Build) => Promise<BufferSource>, sharing: Sharing): Promise<Kernels> {
  if (!WebAssembly.validate(simdProbe)) throw new EngineError('unsupported', 'This browser has no SIMD in WebAssembly.');
  const build = WebAssembly.validate(relaxedProbe) ? 'relaxed' : 'simd';
  const compile = async (name: Build): Promise<WebAssembly.Module> => WebAssembly.compile(await readBuild(name));
  let shared: Promise<WebAssembly.Module> | undefined;
  return {
    module: await compile(build),
    relaxed: build === 'relaxed',
    device: deviceName(build === 'relaxed', 1),
    sharing,
    compileShared: () => (shared ??= compile(`${build}-threads`)),
    startHelper,
  };
}

/** A build and its threads in words. */
export function deviceName(relaxed: boolean, threads: number): string {
  return `CPU, ${relaxed ? 'relaxed SIMD' : 'SIMD'}, ${threads === 1 ? 'one thread' : `${String(threads)} threads`}`;
}

/** Pages of 64 kB that shared memory may grow to at most; it must say so beforehand. */
export const mostSharedPages = 65_536;
/** Pages that are asked for, one after another: some systems keep addresses free for all of them, and have no 4 GB to spare. */
const sharedPages = [mostSharedPages, mostSharedPages / 4];

/** An instance with empty memory, for one thread. Throws an `EngineError` of kind `outOfMemory` if there is none. */
export function instantiate({ module, relaxed }: Kernels): Instance {
  const memory = createMemory({ initial: initialPages });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { scratch, scratchBytes } = takeScratch(exports);
  const sharing = { threads: 1, limits: sharingLimits };
  return { ...instanceOf(exports, memory, scratch, scratch + scratchBytes, relaxed), sharing, shared: undefined };
}

/** An instance whose memory threads share, from a build for it. Throws like `instantiate`. */
export function instantiateShared(module: WebAssembly.Module, relaxed: boolean, sharing: Sharing): Instance {
  const { threads } = sharing;
  const memory = createSharedMemory(initialPages + threads * pagesPerThread);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { scratch, scratchBytes } = takeScratch(exports);
  const { deskBytes, setDesk, setSession } = exports as unknown as DeskExports;
  const desk = scratch + threads * scratchBytes;
  setDesk(desk);
  const shared: Shared = {
    module,
    memory,
    desk,
    scratch: (thread) => scratch + thread * scratchBytes,
    setSession,
    slicesHelped: () => Atomics.load(new Int32Array(memory.buffer), (desk + helpedAt) / 4),
  };
  return { ...instanceOf(exports, memory, scratch, desk + deskBytes(), relaxed), sharing, shared };
}

/** Gives products the room that they need for themselves, and says how much that is, in whole lines of the cache. */
function takeScratch(kernels: WebAssembly.Exports): { readonly scratch: number; readonly scratchBytes: number } {
  const exports = kernels as unknown as Exports;
  const scratch = Math.ceil(exports.freeFrom() / 64) * 64;
  exports.setScratch(scratch);
  return { scratch, scratchBytes: Math.ceil(exports.scratchBytes() / 64) * 64 };
}

function instanceOf(
  kernels: WebAssembly.Exports,
  memory: WebAssembly.Memory,
  zeros: number,
  first: number,
  relaxed: boolean,
): Omit<Instance, 'shared' | 'sharing'> {
  const { setSeed, orderBytes, order } = kernels as unknown as Exports;
  return {
    arena: createArena(memory, first),
    link(bytes) {
      const module = new WebAssembly.Module(bytes);
      const plan = new WebAssembly.Instance(module, { env: { memory }, kernels });
      return { module, run: plan.exports['run'] as RunSteps };
    },
    relaxed,
    zeros,
    setSeed,
    orderBytes,
    order,
  };
}

/** Enough for the kernels' own needs. */
const initialPages = 16;
const pagesPerThread = 8;

function createSharedMemory(initial: number): WebAssembly.Memory {
  let failure: unknown;
  for (const maximum of sharedPages)
    try {
      return createMemory({ initial, maximum, shared: true });
    } catch (thrown) {
      failure = thrown;
    }
  throw failure;
}

function createMemory(descriptor: WebAssembly.MemoryDescriptor): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory(descriptor);
  } catch (cause) {
    throw new EngineError('outOfMemory', 'There is no memory for WebAssembly.', { cause });
  }
}
