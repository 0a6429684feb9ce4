/** Opens the engine: the device that it shares with tfjs' backend. */
import { openGraphicsDevice, type GraphicsDevice } from '../graphics-device.ts';
import { createExecutor, type WebgpuExecutor } from './executor.ts';

/** The device, and the executors on it. */
export interface OpenWebgpu {
  readonly graphics: GraphicsDevice;
  readonly createExecutor: () => WebgpuExecutor;
}

/** Opens the device. Rejects with `unsupported` and a reason. */
export async function openWebgpu(): Promise<OpenWebgpu> {
  const graphics = await openGraphicsDevice();
  return { graphics, createExecutor: () => createExecutor(graphics) };
}
