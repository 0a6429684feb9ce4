/** tfjs' CPU backend: plain loops over typed arrays, everywhere the same. The reference of the other two. */
import { enableProdMode, findBackend, getBackend, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { cpuAttention } from './cpu/attention.ts';
import { cpuConvolution } from './cpu/convolution.ts';
import { cpuElementwise } from './cpu/elementwise.ts';
import { cpuPooling } from './cpu/pooling.ts';
import { cpuProduct } from './cpu/product.ts';
import { cpuRows } from './cpu/rows.ts';
import { cpuSequences } from './cpu/sequences.ts';
import type { Device } from './device.ts';

/** Opens the device; there is nothing that could be missing. */
export async function openCpu(): Promise<Device> {
  enableProdMode();
  // Without an active backend tfjs would make a second one of the same name when first asked for anything.
  if (!isActive(getBackend())) await setBackend('cpu');
  const backend = findBackend('cpu');
  return {
    engine: 'tfjs-cpu',
    device: 'CPU, one thread',
    software: false,
    backendName: 'cpu',
    backend,
    overrides: { ...cpuElementwise, ...cpuRows, ...cpuProduct, ...cpuConvolution, ...cpuPooling, ...cpuSequences, ...cpuAttention },
    onHost: true,
    failed: new Promise<never>(() => undefined),
    check: () => undefined,
    trim: () => undefined,
    read: (tensor) => Promise.resolve(Float32Array.from(backend.readSync(tensor.dataId) as Float32Array)),
  };
}

/** Before any backend is active tfjs answers undefined, whatever its types say. */
function isActive(name: string | undefined): boolean {
  return name !== undefined && name !== '';
}
