/**
 * The graphics device. There is one, asked for by ourselves: with all its limits, so that its loss can be heard, and for tfjs and our own kernels
 * alike. When it is lost, the next who asks gets another.
 */
import { EngineError } from './engine-error.ts';

/** Limits that are better higher than the default. */
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

/** An open device. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** Which it is, in words. */
  readonly name: string;
  /** Pretends to be a GPU, but is a program on the CPU. */
  readonly software: boolean;
  /** Rejects when the device is gone or has refused a command; never resolves. */
  readonly failed: Promise<never>;
  /** Throws what `failed` rejects with. */
  readonly check: () => void;
}

let opened: Promise<Gpu> | undefined;

/** Opens the device, once. Rejects with `unsupported` and a reason. */
export async function openGpu(): Promise<Gpu> {
  const known = await opened?.catch(() => undefined);
  if (known !== undefined && isWell(known)) return known;
  opened = open();
  return opened;
}

function isWell({ check }: Gpu): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

async function open(): Promise<Gpu> {
  const adapter = await findAdapter();
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredLimits }).catch((reason: unknown) => {
    throw new EngineError('unsupported', 'The graphics adapter gives no WebGPU device.', { cause: reason });
  });
  const { info } = adapter;
  const name = info.description || [info.vendor, info.architecture].filter((word) => word !== '').join(' ') || 'a graphics adapter';
  const software = info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${name} ${info.architecture}`);
  return { device, info, name: `WebGPU on ${name}`, software, ...watch(device) };
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
