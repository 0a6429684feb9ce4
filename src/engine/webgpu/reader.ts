/**
 * How results come back: copied into one of a few buffers that take turns, and mapped while the device goes on. Firefox looks whether a buffer is
 * mapped only when something is submitted, and otherwise every 100 ms; so it is given nothing to do again and again while somebody waits.
 */

/** A stretch of memory to read, in floats. */
export interface Stretch {
  readonly at: number;
  readonly floats: number;
}

const mostBuffers = 3;
/** Milliseconds between two submissions of nothing. */
const pokeInterval = 1;

/** Reads from memory. */
export class Reader {
  private readonly device: GPUDevice;
  private readonly free: GPUBuffer[] = [];
  private readonly mustPoke: boolean;

  constructor(device: GPUDevice) {
    this.device = device;
    const { navigator: browser } = globalThis as { readonly navigator?: { readonly userAgent?: string } };
    this.mustPoke = browser?.userAgent?.includes('Firefox') ?? false;
  }

  /** Copies stretches of a buffer, once what was submitted before has run, and resolves with their values, one after another. */
  async read(buffer: GPUBuffer, stretches: readonly Stretch[]): Promise<Float32Array> {
    const staging = this.stage(stretches);
    const encoder = this.device.createCommandEncoder();
    this.copy(encoder, buffer, stretches, staging);
    this.device.queue.submit([encoder.finish()]);
    return this.take(staging, stretches);
  }

  /** A buffer for some stretches. */
  stage(stretches: readonly Stretch[]): GPUBuffer {
    const size = 4 * Math.max(1, floatsOf(stretches));
    const index = this.free.findIndex((buffer) => buffer.size >= size);
    const [found] = index < 0 ? [] : this.free.splice(index, 1);
    return found ?? this.device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  }

  /** Records the copies. */
  copy(encoder: GPUCommandEncoder, buffer: GPUBuffer, stretches: readonly Stretch[], staging: GPUBuffer): void {
    let to = 0;
    for (const { at, floats } of stretches) {
      encoder.copyBufferToBuffer(buffer, 4 * at, staging, to, 4 * floats);
      to += 4 * floats;
    }
  }

  /** Resolves with what was copied, when it is there. */
  async take(staging: GPUBuffer, stretches: readonly Stretch[]): Promise<Float32Array> {
    const bytes = 4 * floatsOf(stretches);
    await this.wait(staging.mapAsync(GPUMapMode.READ, 0, Math.max(4, bytes)));
    const values = new Float32Array(staging.getMappedRange(0, Math.max(4, bytes)).slice(0, bytes));
    staging.unmap();
    if (this.free.length < mostBuffers) this.free.push(staging);
    else staging.destroy();
    return values;
  }

  /** Waits for something of the device. */
  async wait<Result>(promise: Promise<Result>): Promise<Result> {
    if (!this.mustPoke) return promise;
    const timer = setInterval(() => {
      this.device.queue.submit([this.device.createCommandEncoder().finish()]);
    }, pokeInterval);
    try {
      return await promise;
    } finally {
      clearInterval(timer);
    }
  }

  dispose(): void {
    for (const buffer of this.free.splice(0)) buffer.destroy();
  }
}

function floatsOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { floats }) => sum + floats, 0);
}
