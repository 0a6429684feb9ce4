/**
 * The WebGPU device, asked for by ourselves: with the limits that large networks need, and so that its loss can be heard. There is one at a time,
 * shared by tfjs' backend and our own engine, until it fails.
 */
import { EngineError } from './engine-error.ts';

/** A device and what is known about it. */
export interface GraphicsDevice {
  readonly gpu: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** In words. */
  readonly name: string;
  /** Pretends to be a GPU, but is a program on the CPU. */
  readonly software: boolean;
  /** Rejects when the device is gone; never resolves. */
  readonly failed: Promise<never>;
  /** Throws if the device is gone. */
  readonly check: () => void;
}

/** Limits that are wanted higher than the default. */
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

let opened: Promise<GraphicsDevice> | undefined;

/** The device, opened if there is none or it has failed. Rejects with `unsupported` and a reason. */
export async function openGraphicsDevice(): Promise<GraphicsDevice> {
  const opening = (opened ??= open());
  const forget = (): void => {
    if (opened === opening) opened = undefined;
  };
  const device = await opening.catch((thrown: unknown) => {
    forget();
    throw thrown;
  });
  try {
    device.check();
    return device;
  } catch {
    forget();
    device.gpu.destroy();
    return openGraphicsDevice();
  }
}

async function open(): Promise<GraphicsDevice> {
  const adapter = await findAdapter();
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  const gpu = await adapter.requestDevice({ requiredLimits }).catch((reason: unknown) => {
    throw new EngineError('unsupported', 'The graphics adapter gives no WebGPU device.', { cause: reason });
  });
  const { info } = adapter;
  const name = info.description || [info.vendor, info.architecture].filter((word) => word !== '').join(' ') || 'a graphics adapter';
  const software = info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${name} ${info.architecture}`);
  return { gpu, info, name, software, ...watch(gpu) };
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
