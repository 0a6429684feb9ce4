/**
 * The memory of one program on the device: one buffer, given out from the bottom up, that every kernel reads and writes. It grows while plans are
 * made, never while they run; what lies in it keeps its place.
 */
import type { HostTensor, Program } from '../../graph/executor.ts';
import { sizeOf, type Node } from '../../graph/graph.ts';
import { EngineError } from '../engine-error.ts';

/** A tensor in memory, its place in floats. */
export interface Resident {
  readonly at: number;
  readonly shape: readonly number[];
}

/** Places are multiples of this many floats. */
const alignment = 64;

/** Memory of one program. */
export class Memory {
  readonly states: ReadonlyMap<string, Resident>;
  private readonly leaves = new Map<string | Float32Array, Resident>();
  private readonly device: GPUDevice;
  private readonly program: Program;
  private used = 0;
  private shared = { at: 0, floats: -1 };
  private waiting: { readonly at: number; readonly values: Float32Array }[] = [];
  private current: GPUBuffer | undefined;

  /** Takes places for the states. */
  constructor(device: GPUDevice, program: Program) {
    this.device = device;
    this.program = program;
    this.states = new Map(Object.entries(program.state).map(([name, tensor]) => [name, this.bringIn(tensor)]));
  }

  /** The buffer; another one after `commit` had to make it larger. */
  get buffer(): GPUBuffer {
    if (this.current === undefined) throw new EngineError('internal', 'No memory yet.');
    return this.current;
  }

  /** Room for so many floats. */
  take(floats: number): number {
    const at = this.used;
    this.used += Math.ceil(Math.max(1, floats) / alignment) * alignment;
    return at;
  }

  /** Room between the kernels of a plan, which plans share: only one runs at a time. */
  temporary(floats: number): number {
    if (floats > this.shared.floats) this.shared = { at: this.take(floats), floats };
    return this.shared.at;
  }

  state(name: string): Resident {
    const state = this.states.get(name);
    if (state === undefined) throw new EngineError('internal', `The program has no state ${name}.`);
    return state;
  }

  /** Where a state, data or a constant lies; the latter two are brought in when first asked for. */
  place(leaf: Node): number {
    if (leaf.op === 'state') return this.state(leaf.name).at;
    if (leaf.op !== 'data' && leaf.op !== 'constant') throw new EngineError('internal', `${leaf.op} does not stay in memory.`);
    const key = leaf.op === 'data' ? leaf.name : leaf.values;
    const tensor = leaf.op === 'data' ? this.program.data[leaf.name] : { shape: leaf.shape, values: leaf.values };
    if (tensor === undefined) throw new EngineError('internal', `The program has no data ${String(key)}.`);
    const known = this.leaves.get(key) ?? this.bringIn(tensor);
    this.leaves.set(key, known);
    return known.at;
  }

  /** Makes the buffer large enough for what was taken, and writes what waits for it. Throws an `EngineError` of kind `outOfMemory`. */
  commit(): void {
    const bytes = 4 * this.used;
    if (this.current === undefined || this.current.size < bytes) this.grow(bytes);
    for (const { at, values } of this.waiting) this.device.queue.writeBuffer(this.buffer, 4 * at, values.slice());
    this.waiting = [];
  }

  write({ at, shape }: Resident, values: Float32Array): void {
    if (values.length !== sizeOf(shape))
      throw new EngineError('internal', `${String(values.length)} values for ${String(sizeOf(shape))} elements.`);
    this.device.queue.writeBuffer(this.buffer, 4 * at, values.slice());
  }

  dispose(): void {
    this.current?.destroy();
    this.current = undefined;
  }

  private bringIn({ shape, values }: HostTensor): Resident {
    const size = sizeOf(shape);
    if (values.length !== size) throw new EngineError('internal', `${String(values.length)} values for ${String(size)} elements.`);
    const at = this.take(size);
    this.waiting.push({ at, values });
    return { at, shape };
  }

  private grow(bytes: number): void {
    const { device } = this;
    const most = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
    if (bytes > most)
      throw new EngineError(
        'outOfMemory',
        `The program needs ${String(Math.ceil(bytes / 2 ** 20))} MiB in one piece; WebGPU gives ${String(Math.floor(most / 2 ** 20))} here.`,
      );
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const next = device.createBuffer({ size: bytes, usage: STORAGE | COPY_SRC | COPY_DST });
    if (this.current !== undefined) {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(this.current, 0, next, 0, this.current.size);
      device.queue.submit([encoder.finish()]);
      this.current.destroy();
    }
    this.current = next;
  }
}
