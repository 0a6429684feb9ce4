/**
 * tfjs' WebGPU backend on a device that we ask for ourselves: with the limits it needs, and so that its loss can be heard.
 * Nothing that adds floats in an order of its own (atomics) is used: the same run gives the same bits.
 */
import { enableProdMode, env, registerBackend, removeBackend, setBackend, type KernelBackend } from '@tensorflow/tfjs-core';
import { EngineError } from '../engine-error.ts';
import type { Device } from './device.ts';
import { maxPoolGradientReversed } from './ops/matrix.ts';
import { gatherGradientWithoutSplit, matMulWithoutSplit } from './webgpu-ops.ts';

/** Limits that tfjs works better with when they are higher than the default. */
const wantedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupsPerDimension',
] as const;

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
  const adapter = await findAdapter();
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredLimits }).catch((reason: unknown) => {
    throw new EngineError('unsupported', 'The graphics adapter gives no WebGPU device.', { cause: reason });
  });
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  enableProdMode();
  env().set('WEBGPU_CPU_FORWARD', false);
  env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', dispatchesPerSubmit);
  const backend = new WebGPUBackend(device, adapter.info);
  removeBackend('webgpu');
  registerBackend('webgpu', () => backend);
  await setBackend('webgpu');

  const { info } = adapter;
  const name = info.description || [info.vendor, info.architecture].filter((word) => word !== '').join(' ') || 'a graphics adapter';
  const watched = watch(device);
  return {
    engine: 'tfjs-webgpu',
    device: `WebGPU on ${name}`,
    software: info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${name} ${info.architecture}`),
    backendName: 'webgpu',
    backend,
    overrides: { maxPoolGradient: maxPoolGradientReversed, matMul: matMulWithoutSplit, gatherGradient: gatherGradientWithoutSplit },
    onHost: false,
    ...watched,
    trim: () => {
      trim(backend as unknown as Internals);
    },
    read: async (tensor) => Float32Array.from((await backend.read(tensor.dataId)) as Float32Array),
  };
}

async function findAdapter(): Promise<GPUAdapter> {
  const { navigator: browser } = globalThis as { readonly navigator?: { readonly gpu?: GPU } };
  if (browser?.gpu === undefined) throw new EngineError('unsupported', 'This browser has no WebGPU.');
  const adapter = await browser.gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (adapter === null) throw new EngineError('unsupported', 'WebGPU finds no graphics adapter here.');
  return adapter;
}

/** Hears of a lost device, of memory running out, and of commands the device refused: after these, no result can be trusted. */
function watch(device: GPUDevice): { readonly failed: Promise<never>; check(): void } {
  let failure: EngineError | undefined;
  const failed = new Promise<never>((_, reject) => {
    const fail = (error: EngineError): void => {
      if (failure === undefined || error.kind === 'deviceLost') failure = error;
      reject(error);
    };
    void device.lost.then(({ message }) => {
      fail(new EngineError('deviceLost', `The WebGPU device was lost${message === '' ? '' : `: ${message}`}.`));
    });
    device.addEventListener('uncapturederror', ({ error }) => {
      const kind = error instanceof GPUOutOfMemoryError ? 'outOfMemory' : 'internal';
      fail(new EngineError(kind, error.message));
    });
  });
  failed.catch(() => undefined);
  return {
    failed,
    check() {
      if (failure !== undefined) throw failure;
    },
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
