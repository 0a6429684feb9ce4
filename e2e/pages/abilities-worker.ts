/** Looks for what the executors use, from inside a worker, and answers once. */

const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
const adapter = await navigator.gpu.requestAdapter();
postMessage({
  isolated: crossOriginIsolated,
  webgl2: gl?.getExtension('EXT_color_buffer_float') !== null,
  webgpu: adapter !== null,
});

export {};
