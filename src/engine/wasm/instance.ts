/** The compiled kernels and an instance of them: which build this machine can run, and how its exports are called. */
import { EngineError } from '../engine-error.ts';
import { createArena, type Arena } from './arena.ts';

/** The kernels, compiled for this machine. */
export interface Kernels {
  readonly module: WebAssembly.Module;
  readonly relaxed: boolean;
  /** Which build, in words. */
  readonly device: string;
}

/** An instance with memory of its own. */
export interface Instance {
  readonly arena: Arena;
  /** Makes a generated module one with the kernels, and answers its function. */
  readonly link: (module: Uint8Array<ArrayBuffer>) => RunSteps;
  /** Whether multiplying and adding may be one instruction. */
  readonly relaxed: boolean;
  /** 64 bytes of zeros. */
  readonly zeros: number;
  readonly setSeed: (seed: number) => void;
  readonly orderBytes: (count: number) => number;
  readonly order: (to: number, work: number, count: number, seed: number, stream: number, epoch: number) => void;
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

/** Compiles the build that this machine can run. Rejects with kind `unsupported` where there is no SIMD. */
export async function compileKernels(readBuild: (name: 'simd' | 'relaxed') => Promise<BufferSource>): Promise<Kernels> {
  if (!WebAssembly.validate(simdProbe)) throw new EngineError('unsupported', 'This browser has no SIMD in WebAssembly.');
  const build = WebAssembly.validate(relaxedProbe) ? 'relaxed' : 'simd';
  const module = await WebAssembly.compile(await readBuild(build));
  return { module, relaxed: build === 'relaxed', device: build === 'relaxed' ? 'CPU, relaxed SIMD, one thread' : 'CPU, SIMD, one thread' };
}

/** An instance with empty memory. Throws an `EngineError` of kind `outOfMemory` if there is none. */
export function instantiate({ module, relaxed }: Kernels): Instance {
  const memory = createMemory();
  const { exports: kernels } = new WebAssembly.Instance(module, { env: { memory } });
  const exports = kernels as unknown as Exports;
  const scratch = Math.ceil(exports.freeFrom() / 64) * 64;
  exports.setScratch(scratch);
  const arena = createArena(memory, scratch + exports.scratchBytes());
  return {
    arena,
    link(bytes) {
      const plan = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory }, kernels });
      return plan.exports['run'] as RunSteps;
    },
    relaxed,
    zeros: scratch,
    setSeed: exports.setSeed,
    orderBytes: exports.orderBytes,
    order: exports.order,
  };
}

/** Enough for the kernels' own needs. */
const initialPages = 16;

function createMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: initialPages });
  } catch (cause) {
    throw new EngineError('outOfMemory', 'There is no memory for WebAssembly.', { cause });
  }
}
