/** Counts the buffers that are alive on WebGPU devices, and their bytes. */

type Call<Result> = (this: unknown, ...parameters: unknown[]) => Result;

interface Prototypes {
  readonly GPUDevice?: { readonly prototype: { createBuffer: Call<GPUBuffer> } };
  readonly GPUBuffer?: { readonly prototype: { destroy: Call<void> } };
}

/** Begins to count; the answer tells how many there are now. */
export function countBuffers(): () => { readonly count: number; readonly bytes: number } {
  const alive = new Set<unknown>();
  const { GPUDevice: device, GPUBuffer: buffer } = globalThis as unknown as Prototypes;
  if (device !== undefined && buffer !== undefined) {
    const [{ createBuffer }, { destroy }] = [device.prototype, buffer.prototype];
    device.prototype.createBuffer = function (...parameters) {
      const made = createBuffer.apply(this, parameters);
      alive.add(made);
      return made;
    };
    buffer.prototype.destroy = function () {
      alive.delete(this);
      destroy.apply(this);
    };
  }
  return () => ({ count: alive.size, bytes: [...alive].reduce<number>((sum, one) => sum + (one as GPUBuffer).size, 0) });
}
