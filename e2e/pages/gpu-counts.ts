/** Counts what is asked of WebGPU, by standing between the callers and the browser. */

/** What was counted since the last reset; `buffers` are those that exist, and `bytes` what they hold. */
export interface GpuCounts {
  readonly dispatches: number;
  readonly submits: number;
  readonly maps: number;
  readonly mappedBytes: number;
  readonly pipelines: number;
  readonly groups: number;
  readonly madeBuffers: number;
  readonly buffers: number;
  readonly bytes: number;
}

type Method = (this: unknown, ...parameters: never[]) => unknown;

/** Begins to count. Call it before any device is opened. */
export function watchGpu(): { readonly counts: () => GpuCounts; readonly reset: () => void } {
  let counts = { dispatches: 0, submits: 0, maps: 0, mappedBytes: 0, pipelines: 0, groups: 0, madeBuffers: 0 };
  let [buffers, bytes] = [0, 0];
  const before = (
    owner: { readonly prototype: unknown } | undefined,
    name: string,
    note: (self: unknown, parameter: unknown) => void,
  ): void => {
    if (owner === undefined) return;
    const methods = owner.prototype as Record<string, Method>;
    const original = methods[name];
    methods[name] = function (...parameters) {
      note(this, parameters[0]);
      return original?.apply(this, parameters);
    };
  };
  const destroyed = new WeakSet();
  before(globalThis.GPUComputePassEncoder, 'dispatchWorkgroups', () => counts.dispatches++);
  before(globalThis.GPUQueue, 'submit', () => counts.submits++);
  before(globalThis.GPUBuffer, 'mapAsync', (buffer) => {
    counts.maps++;
    counts.mappedBytes += (buffer as GPUBuffer).size;
  });
  before(globalThis.GPUDevice, 'createComputePipelineAsync', () => counts.pipelines++);
  before(globalThis.GPUDevice, 'createComputePipeline', () => counts.pipelines++);
  before(globalThis.GPUDevice, 'createBindGroup', () => counts.groups++);
  before(globalThis.GPUDevice, 'createBuffer', (_, descriptor) => {
    buffers++;
    counts.madeBuffers++;
    bytes += (descriptor as GPUBufferDescriptor).size;
  });
  before(globalThis.GPUBuffer, 'destroy', (self) => {
    const buffer = self as GPUBuffer;
    if (destroyed.has(buffer)) return;
    destroyed.add(buffer);
    buffers--;
    bytes -= buffer.size;
  });
  return {
    counts: () => ({ ...counts, buffers, bytes }),
    reset() {
      counts = { dispatches: 0, submits: 0, maps: 0, mappedBytes: 0, pipelines: 0, groups: 0, madeBuffers: 0 };
    },
  };
}
