/** The compiled kernels and an instance of them: which build this machine can run, and how its exports are called. */
import { EngineError } from '../engine-error.ts';
import { createArena, type Arena } from './arena.ts';

/** The kernels, compiled for this machine. */
export interface Kernels {
  readonly module: WebAssembly.Module;
  /** Which build, in words. */
  readonly device: string;
}

/** An instance with memory of its own. */
export interface Instance {
  readonly arena: Arena;
  /** Place of a kernel in the table. */
  readonly kernel: (code: number) => number;
  /** 64 bytes of zeros. */
  readonly zeros: number;
  readonly setSeed: (seed: number) => void;
  readonly run: (plan: number, end: number, steps: number, feed: number, feedBytes: number, metrics: number, metricBytes: number) => void;
}

interface Exports {
  freeFrom(): number;
  kernelOf(code: number): number;
  scratchBytes(): number;
  setScratch(at: number): void;
  readonly setSeed: Instance['setSeed'];
  readonly run: Instance['run'];
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
  return { module, device: build === 'relaxed' ? 'CPU, relaxed SIMD, one thread' : 'CPU, SIMD, one thread' };
}

/** An instance with empty memory. Throws an `EngineError` of kind `outOfMemory` if there is none. */
export function instantiate({ module }: Kernels): Instance {
  const memory = createMemory();
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
  const scratch = Math.ceil(exports.freeFrom() / 64) * 64;
  exports.setScratch(scratch);
  const arena = createArena(memory, scratch + exports.scratchBytes());
  return {
    arena,
    kernel(code) {
      const place = exports.kernelOf(code);
      if (place < 0) throw new EngineError('internal', `No kernel has the number ${String(code)}.`);
      return place;
    },
    zeros: scratch,
    setSeed: exports.setSeed,
    run: exports.run,
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
