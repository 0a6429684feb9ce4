/**
 * What the executor needs of a tfjs backend. The three backends differ only in how they are opened, read, and in the few
 * ops whose stock kernel is wrong or needlessly slow there (`overrides`).
 *
 * Kernels are called directly on the backend: no engine scopes, no `Tensor` objects, no tape. A `TensorInfo` is an owned
 * reference: whoever holds one calls `disposeData` once.
 */
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import type { OpTable } from './ops/op.ts';

/** A backend that is ready to run. */
export interface Device {
  /** Engine name, e.g. `tfjs-cpu`. */
  readonly engine: string;
  /** Which device does the work, in words. */
  readonly device: string;
  /** Pretends to be a GPU, but is a program on the CPU. */
  readonly software: boolean;
  readonly backendName: 'cpu' | 'webgl' | 'webgpu';
  readonly backend: KernelBackend;
  readonly overrides: Partial<OpTable>;
  /** Reading is a plain memory access, so outputs need not be gathered first. */
  readonly onHost: boolean;
  /** Rejects when the device is gone; never resolves. */
  readonly failed: Promise<never>;
  /** Throws if the device is gone. */
  readonly check: () => void;
  /** Called when the last tensor of a program is gone: give pooled memory back. */
  trim(): void;
  /** A copy of the values. */
  read(tensor: TensorInfo): Promise<Float32Array>;
}
