/**
 * The kernels that plans call. Addresses are in bytes, counts in elements; what a kernel does to memory is all that it does. Those from four
 * floats to four are called in the middle of generated loops.
 */
export { causalAttention, causalAttentionGradient } from './attention';
export { conv2d, conv2dInputGradient, conv2dKernelGradient } from './convolutions';
export { errorFunction, exponential, hyperbolicTangent, logarithm, logistic, signum, softPlus } from './functions';
export { copy, copyPiece } from './moves';
export { maxPool, maxPoolGradient } from './pooling';
export { product, scratchBytes, setScratch, smallProduct, transpose } from './products';
export { dropoutMask, normalNoise, setSeed, setStep } from './random';
export { greatest, sum } from './reductions';
export { rotate } from './rotate';
export { gather, gatherGradient, oneHot, softmax, softmaxCrossEntropy } from './rows';
export { standardize, standardizeGradient } from './standardize';

/** The first byte that the module does not need for itself. */
export function freeFrom(): usize {
  return __heap_base;
}
