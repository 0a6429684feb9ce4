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

const openers: Readonly<Record<EngineName, () => Promise<Device>>> = {
  'tfjs-webgpu': async () => (await import('./tfjs/webgpu.ts')).openWebgpu(),
  'tfjs-webgl': async () => (await import('./tfjs/webgl.ts')).openWebgl(),
  'tfjs-cpu': async () => (await import('./tfjs/cpu.ts')).openCpu(),
};

const devices = new Map<EngineName, Promise<Device>>();

/** Opens an engine. Rejects with an `EngineError`; kind `unsupported` carries the reason in words. */
export async function openEngine(name: EngineName): Promise<OpenEngine> {
  const device = await deviceOf(name);
  return { executor: createExecutor(device), software: device.software };
}

async function deviceOf(name: EngineName): Promise<Device> {
  const known = devices.get(name);
  if (known !== undefined) {
    const device = await known;
    if (alive(device)) return device;
  }
  const opening = proved(openers[name]);
  devices.set(name, opening);
  try {
    return await opening;
  } catch (thrown) {
    devices.delete(name);
    throw toEngineError(thrown);
  }
}

async function proved(open: () => Promise<Device>): Promise<Device> {
  if (isNode() && open !== openers['tfjs-cpu']) throw new EngineError('unsupported', 'Only browsers have this engine.');
  const device = await open();
  const executor = createExecutor(device);
  try {
    await selfTest(executor);
  } finally {
    executor.dispose();
  }
  return device;
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

/** The engine to go on with when those named have failed, or undefined if none is left. */
export function nextEngine(failed: readonly string[]): EngineName | undefined {
  return engineNames.find((name) => !failed.includes(name));
}
