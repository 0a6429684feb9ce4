/** The backends of TensorFlow.js as it comes. */
export const stockBackends = ['cpu', 'wasm', 'webgl', 'webgpu'] as const;
/** Its name in tfjs. */
export type StockBackend = (typeof stockBackends)[number];
