/**
 * tfjs' WebGPU backend on the device that our own kernels run on too.
 * Nothing that adds floats in an order of its own (atomics) is used: the same run gives the same bits.
 */
import { enableProdMode, env, registerBackend, removeBackend, setBackend, type KernelBackend } from '@tensorflow/tfjs-core';
import { openGpu } from '../gpu.ts';
import type { Device } from './device.ts';
import { maxPoolGradientReversed } from './ops/matrix.ts';
import { gatherGradientWithoutSplit, matMulWithoutSplit } from './webgpu-ops.ts';

/** Dispatches recorded before they are handed to the device. */
const dispatchesPerSubmit = 256;

/** What tfjs keeps private but gives no other way to: handing over what was recorded, and emptying its pool. */
interface Internals extends KernelBackend {
  readonly commandEncoder: unknown;
  readonly bufferManager: { dispose(): void };
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** Opens the device. Rejects with `unsupported` and a reason. */
export async function openWebgpu(): Promise<Device> {
  const { device, info, name, software, failed, check } = await openGpu();
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  enableProdMode();
  env().set('WEBGPU_CPU_FORWARD', false);
  env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', dispatchesPerSubmit);
  const backend = new WebGPUBackend(device, info);
  removeBackend('webgpu');
  registerBackend('webgpu', () => backend);
  await setBackend('webgpu');

  return {
    engine: 'tfjs-webgpu',
    device: name,
    software,
    backendName: 'webgpu',
    backend,
    overrides: { maxPoolGradient: maxPoolGradientReversed, matMul: matMulWithoutSplit, gatherGradient: gatherGradientWithoutSplit },
    onHost: false,
    failed,
    check,
    trim: () => {
      trim(backend as unknown as Internals);
    },
    read: async (tensor) => Float32Array.from((await backend.read(tensor.dataId)) as Float32Array),
  };
}

/** Buffers wait for the commands that read them; once those are gone and no tensor is left, the pool can go too. */
function trim(backend: Internals): void {
  if (backend.commandEncoder != null) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
  if (backend.numDataIds() === 0) backend.bufferManager.dispose();
}
