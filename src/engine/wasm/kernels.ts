/** The kernels that plans call, by name, with the number of their parameters: what `kernels/` exports, declared once for this side. */

/** Parameters of each kernel, all of them 32-bit whole numbers. */
export const kernels = {
  copy: 3,
  copyPiece: 4,
  transpose: 4,
  sum: 5,
  sumOfColumns: 6,
  greatest: 5,
  smallProduct: 8,
  product: 15,
  gather: 5,
  gatherGradient: 6,
  oneHot: 4,
  softmax: 4,
  softmaxCrossEntropy: 6,
  standardize: 6,
  standardizeGradient: 7,
  rotate: 8,
  causalAttention: 14,
  causalAttentionGradient: 15,
  dropoutMask: 5,
  normalNoise: 3,
  conv2d: 12,
  conv2dInputGradient: 13,
  conv2dKernelGradient: 15,
  maxPool: 7,
  maxPoolGradient: 8,
  takeFeeds: 5,
} as const;

/** Name of a kernel. */
export type KernelName = keyof typeof kernels;

/** Parameters of what plans call of the desk (`kernels/desk.ts`): what answers nothing, and what answers a number. */
export const deskKernels = {
  commands: { openJob: 2, giveSlice: 0, awaitSlices: 0 },
  questions: { isShared: 0, takeSlice: 0, awaitJob: 1 },
} as const;

/** Name of one of these. */
export type DeskKernelName = keyof typeof deskKernels.commands | keyof typeof deskKernels.questions;

/** A kernel and what it is called with. */
export type Call = readonly [name: KernelName, ...operands: number[]];
