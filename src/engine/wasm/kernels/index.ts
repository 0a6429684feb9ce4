/**
 * The kernels that plans call. Addresses are in bytes, counts in elements; what a kernel does to memory is all that it does.
 */
export { causalAttention, causalAttentionGradient } from './attention';
export { conv2d, conv2dInputGradient, conv2dKernelGradient } from './convolutions';
export { takeFeeds } from './feeds';
export { copy, copyPiece } from './moves';
export { order, orderBytes } from './order';
export { maxPool, maxPoolGradient } from './pooling';
export { product, smallProduct } from './products';
export { dropoutMask, normalNoise, setSeed } from './random';
export { greatest, sum, sumOfColumns } from './reductions';
export { rotate } from './rotate';
export { gather, gatherGradient, oneHot, softmax, softmaxCrossEntropy } from './rows';
export { scratchBytes, setScratch } from './scratch';
export { standardize, standardizeGradient } from './standardize';
export { transpose } from './transpose';

/** The first byte that the module does not need for itself. */
export function freeFrom(): usize {
  return __heap_base;
}
