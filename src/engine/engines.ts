/**
 * The engines by name, and how to open one. Each backend is a chunk of its own, loaded when it is first opened. A backend is
 * opened once and shared by the executors that follow, until its device is lost.
 */
import { EngineError, toEngineError } from './engine-error.ts';
import { selfTest } from './self-test.ts';
import { createExecutor } from './tfjs/executor.ts';
import type { Device } from './tfjs/device.ts';
import type { Executor } from '../graph/executor.ts';

/** All engines, the fastest for large models first. */
export const engineNames = ['tfjs-webgpu', 'tfjs-webgl', 'tfjs-cpu'] as const;
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

const openers: Readonly<Record<EngineName, () => Promise<Device>>> = {
  'tfjs-webgpu': async () => (await import('./tfjs/webgpu.ts')).openWebgpu(),
  'tfjs-webgl': async () => (await import('./tfjs/webgl.ts')).openWebgl(),
  'tfjs-cpu': async () => (await import('./tfjs/cpu.ts')).openCpu(),
};

const devices = new Map<EngineName, Promise<Device>>();
const proved = new WeakSet<Device>();

/** Opens an engine. Rejects with an `EngineError`; kind `unsupported` carries the reason in words. */
export async function openEngine(name: EngineName): Promise<OpenEngine> {
  const device = await deviceOf(name);
  if (!proved.has(device)) {
    await prove(device);
    proved.add(device);
  }
  return { executor: createExecutor(device), software: device.software };
}

/** Opens an engine only as far as to know its device. Rejects like `openEngine`. */
export async function probeEngine(name: EngineName): Promise<DeviceFacts> {
  const { device, software } = await deviceOf(name);
  return { device, software };
}

async function deviceOf(name: EngineName): Promise<Device> {
  if (isNode() && name !== 'tfjs-cpu') throw new EngineError('unsupported', 'Only browsers have this engine.');
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

async function prove(device: Device): Promise<void> {
  const executor = createExecutor(device);
  try {
    await selfTest(executor);
  } finally {
    executor.dispose();
  }
}

function alive(device: Device): boolean {
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
