/**
 * The buffers of one program, and the one group of bindings with which every shader reaches them. All that is computed lies in one buffer, the
 * arena, so that nothing is bound anew between dispatches. Buffers are made when a program is loaded, and never while it runs.
 */
import { EngineError } from '../engine-error.ts';
import type { GraphicsDevice } from '../graphics-device.ts';

/** How much of everything a program needs, in words of four bytes. */
export interface Sizes {
  readonly arena: number;
  readonly data: number;
  readonly feeds: number;
  readonly metrics: number;
  /** Largest read at once. */
  readonly staging: number;
  /** Steps whose feeds and metrics there is room for. */
  readonly slots: number;
}

/** Buffers and bindings. */
export interface Memory {
  readonly arena: GPUBuffer;
  readonly data: GPUBuffer;
  readonly feeds: GPUBuffer;
  readonly metrics: GPUBuffer;
  /** Holds for each slot where a step, or a loop over steps, begins; then how many steps that loop makes. */
  readonly windows: GPUBuffer;
  /** Taken in turns, so that reading one never waits for another. */
  readonly staging: readonly [GPUBuffer, GPUBuffer];
  readonly layout: GPUPipelineLayout;
  readonly group: GPUBindGroup;
  dispose(): void;
}

const wordBytes = 4;
/** Offsets of windows must be multiples of this on every device. */
export const windowBytes = 256;
const windowWords = windowBytes / wordBytes;

/** Makes them. Throws an `EngineError` of kind `outOfMemory` if a buffer is larger than the device has them. */
export function createMemory({ gpu }: GraphicsDevice, sizes: Sizes): Memory {
  const made: GPUBuffer[] = [];
  const buffer = (words: number, usage: number): GPUBuffer => {
    const size = Math.max(windowBytes, words * wordBytes);
    if (size > Math.min(gpu.limits.maxBufferSize, gpu.limits.maxStorageBufferBindingSize))
      throw new EngineError('outOfMemory', 'The program needs a larger buffer than this graphics device has.');
    const result = gpu.createBuffer({ size, usage });
    made.push(result);
    return result;
  };
  const dispose = (): void => {
    for (const one of made) one.destroy();
  };
  try {
    const { STORAGE, UNIFORM, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
    const storage = STORAGE | COPY_DST | COPY_SRC;
    const [arena, data, feeds] = [buffer(sizes.arena, storage), buffer(sizes.data, storage), buffer(sizes.feeds, storage)];
    const metrics = buffer(sizes.metrics, storage);
    const windows = buffer(sizes.slots * windowWords, UNIFORM | COPY_DST);
    const table = new Uint32Array(sizes.slots * windowWords);
    for (let slot = 0; slot < sizes.slots; slot++) table.set([slot, 1], slot * windowWords);
    gpu.queue.writeBuffer(windows, 0, table);
    const staging = [buffer(sizes.staging, MAP_READ | COPY_DST), buffer(sizes.staging, MAP_READ | COPY_DST)] as const;
    return { arena, data, feeds, metrics, windows, staging, ...bind(gpu, [arena, data, feeds, metrics], windows), dispose };
  } catch (thrown) {
    dispose();
    throw thrown;
  }
}

function bind(gpu: GPUDevice, buffers: readonly GPUBuffer[], windows: GPUBuffer): Pick<Memory, 'layout' | 'group'> {
  const types = ['storage', 'read-only-storage', 'read-only-storage', 'storage'] as const;
  const window = { type: 'uniform', hasDynamicOffset: true, minBindingSize: 8 } as const;
  const groupLayout = gpu.createBindGroupLayout({
    entries: [...types.map((type) => ({ type })), window].map((entry, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: entry,
    })),
  });
  const resources = [...buffers.map((buffer) => ({ buffer })), { buffer: windows, size: 8 }];
  return {
    layout: gpu.createPipelineLayout({ bindGroupLayouts: [groupLayout] }),
    group: gpu.createBindGroup({ layout: groupLayout, entries: resources.map((resource, binding) => ({ binding, resource })) }),
  };
}
