/** The backends of TensorFlow.js as they come, each loaded when it is asked for. */
import { env, setBackend } from '@tensorflow/tfjs-core';
import { isSoftware } from '../../../src/engine/tfjs/webgl.ts';
import type { StockBackend } from '../../contenders.ts';
import type { Session } from '../session.ts';

type Device = Pick<Session, 'device' | 'software'>;

const loaders: Readonly<Record<StockBackend, () => Promise<Device>>> = {
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    return { device: 'JavaScript', software: false };
  },
  wasm: async () => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    const files = await import('./stock-wasm-files.ts');
    // Threads help only XNNPACK's forward products, and the threaded build starts workers from blobs, which the policy forbids.
    env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    setWasmPaths(files.wasmFiles);
    return { device: 'WebAssembly SIMD, one thread', software: false };
  },
  webgl: async () => {
    await import('@tensorflow/tfjs-backend-webgl');
    env().set('SOFTWARE_WEBGL_ENABLED', true);
    const context = new OffscreenCanvas(1, 1).getContext('webgl2');
    const extension = context?.getExtension('WEBGL_debug_renderer_info');
    const renderer = String(context?.getParameter(extension?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
    return { device: `WebGL on ${renderer}`, software: isSoftware(renderer) };
  },
  webgpu: async () => {
    await import('@tensorflow/tfjs-backend-webgpu');
    const adapter = await navigator.gpu.requestAdapter();
    if (adapter === null) throw new Error('WebGPU finds no graphics adapter here.');
    const { vendor, architecture, isFallbackAdapter } = adapter.info;
    return { device: `WebGPU on ${vendor} ${architecture}`, software: isFallbackAdapter || isSoftware(architecture) };
  },
};

/** Makes a backend the active one, and says what it runs on. */
export async function openBackend(name: StockBackend): Promise<Device> {
  const device = await loaders[name]();
  if (!(await setBackend(name))) throw new Error(`tfjs cannot open its backend ${name}.`);
  return device;
}
