/** The kernels that plans call, by name, with the number of their parameters: what `kernels/` exports, declared once for this side. */

/** Parameters of each kernel, all of them 32-bit whole numbers. */
export const kernels = {
  copy: 3,
  copyPiece: 4,
  transpose: 4,
  sum: 5,
  greatest: 5,
  smallProduct: 8,
  product: 9,
  gather: 5,
  gatherGradient: 6,
  oneHot: 4,
  softmax: 4,
  softmaxCrossEntropy: 6,
  standardize: 6,
  standardizeGradient: 7,
  rotate: 8,
  causalAttention: 11,
  causalAttentionGradient: 12,
  dropoutMask: 4,
  normalNoise: 3,
  conv2d: 12,
  conv2dInputGradient: 13,
  conv2dKernelGradient: 11,
  maxPool: 7,
  maxPoolGradient: 8,
  takeFeeds: 5,
} as const;

/** Name of a kernel. */
export type KernelName = keyof typeof kernels;

/** A kernel and what it is called with. */
export type Call = readonly [name: KernelName, ...operands: number[]];
