/**
 * The engines by name, and how to open one. Each is a chunk of its own, loaded when it is first opened. A device is
 * opened once and shared by the executors that follow, until it is lost.
 */
import { EngineError, toEngineError } from './engine-error.ts';
import { selfTest } from './self-test.ts';
import type { Device } from './tfjs/device.ts';
import { threadsHere } from './wasm/threads.ts';
import type { Executor } from '../graph/executor.ts';

/** All engines, the fastest for large models first. */
export const engineNames = ['webgpu', 'tfjs-webgpu', 'tfjs-webgl', 'wasm', 'tfjs-cpu'] as const;
export type EngineName = (typeof engineNames)[number];

/** An executor that has passed the self-test on this device. */
export interface OpenEngine {
  readonly executor: Executor;
  /** True if the device only pretends to be a GPU. */
  readonly software: boolean;
}

/** What an engine would run on. */
export interface DeviceFacts {
  readonly device: string;
  readonly software: boolean;
}

/** A device that is open, and the executors on it. */
interface Opened extends DeviceFacts {
  createExecutor(): Executor;
  /** Throws if the device is gone. */
  check(): void;
}

const openers: Readonly<Record<EngineName, () => Promise<Opened>>> = {
  webgpu: async () => {
    const [{ openGpu }, { createExecutor }] = await Promise.all([import('./gpu.ts'), import('./webgpu/executor.ts')]);
    const gpu = await openGpu();
    return { device: gpu.name, software: gpu.software, createExecutor: () => createExecutor(gpu), check: gpu.check };
  },
  'tfjs-webgpu': async () => onTfjs(await (await import('./tfjs/webgpu.ts')).openWebgpu()),
  'tfjs-webgl': async () => onTfjs(await (await import('./tfjs/webgl.ts')).openWebgl()),
  'tfjs-cpu': async () => onTfjs(await (await import('./tfjs/cpu.ts')).openCpu()),
  wasm: async () => {
    const [{ openWasm }, { provingShared }, { createExecutor }] = await Promise.all([
      import('./wasm/open.ts'),
      import('./wasm/prove-shared.ts'),
      import('./wasm/executor.ts'),
    ]);
    const kernels = provingShared(await openWasm(threadsHere()));
    return { device: kernels.device, software: false, createExecutor: () => createExecutor(kernels), check: () => undefined };
  },
};

async function onTfjs(device: Device): Promise<Opened> {
  const { createExecutor } = await import('./tfjs/executor.ts');
  const { software, check } = device;
  return { device: device.device, software, createExecutor: () => createExecutor(device), check };
}

/** Engines that need nothing of a browser. */
export const everywhere: readonly EngineName[] = ['wasm', 'tfjs-cpu'];

const devices = new Map<EngineName, Promise<Opened>>();
const proved = new WeakSet<Opened>();

/** Opens an engine. Rejects with an `EngineError`; kind `unsupported` carries the reason in words. */
export async function openEngine(name: EngineName): Promise<OpenEngine> {
  const device = await deviceOf(name);
  if (!proved.has(device)) {
    await prove(device);
    proved.add(device);
  }
  return { executor: device.createExecutor(), software: device.software };
}

/** Opens an engine only as far as to know its device. Rejects like `openEngine`. */
export async function probeEngine(name: EngineName): Promise<DeviceFacts> {
  const { device, software } = await deviceOf(name);
  return { device, software };
}

async function deviceOf(name: EngineName): Promise<Opened> {
  if (isNode() && !everywhere.includes(name)) throw new EngineError('unsupported', 'Only browsers have this engine.');
  const known = devices.get(name);
  if (known !== undefined) {
    const device = await known;
    if (alive(device)) return device;
  }
  const opening = openers[name]();
  devices.set(name, opening);
  try {
    return await opening;
  } catch (thrown) {
    devices.delete(name);
    throw toEngineError(thrown);
  }
}

async function prove(device: Opened): Promise<void> {
  const executor = device.createExecutor();
  try {
    await selfTest(executor);
  } finally {
    executor.dispose();
  }
}

function alive(device: Opened): boolean {
  try {
    device.check();
    return true;
  } catch {
    return false;
  }
}

function isNode(): boolean {
  const { process } = globalThis as { readonly process?: { readonly versions?: { readonly node?: string } } };
  return process?.versions?.node !== undefined;
}
