/** Opens the engine: reads the build that fits from beside this file, by the network in a browser and by the file system in Node. */
import { EngineError } from '../engine-error.ts';
import { node } from './node.ts';
import { sharingLimits } from './threads.ts';
import { compileKernels, type Kernels } from './instance.ts';

const builds = {
  simd: new URL('./built/simd.wasm', import.meta.url),
  relaxed: new URL('./built/relaxed.wasm', import.meta.url),
  'simd-threads': new URL('./built/simd-threads.wasm', import.meta.url),
  'relaxed-threads': new URL('./built/relaxed-threads.wasm', import.meta.url),
} as const;

/** Compiles the kernels; large programs will have so many threads. Rejects with an `EngineError` of kind `unsupported`. */
export function openWasm(threads = 1, limits = sharingLimits): Promise<Kernels> {
  return compileKernels((name) => readFile(builds[name]), { threads, limits });
}

async function readFile(url: URL): Promise<BufferSource> {
  if (url.protocol !== 'file:') {
    const response = await fetch(url);
    if (!response.ok) throw new EngineError('unsupported', `The kernels cannot be loaded (${String(response.status)}).`);
    return response.arrayBuffer();
  }
  const files = node?.getBuiltinModule?.('node:fs/promises');
  if (files === undefined) throw new EngineError('unsupported', 'The kernels cannot be read.');
  return files.readFile(url);
}
