/**
 * Memory that kernels need for themselves, for one thread. Not static memory: a helper's instance, which comes while others run, writes its static
 * memory anew, which only constants survive.
 */
import { productScratchBytes, setProductScratch } from './products';
import { momentBytes, setMoment, setRandomScratch } from './random';

const randomBytes: usize = 128;

/** Bytes that it takes. */
export function scratchBytes(): usize {
  return productScratchBytes() + randomBytes + momentBytes;
}

/** Says where it is; it must hold zeros. Threads that share memory are told afterwards where seed and step are for all of them (`desk.ts`). */
export function setScratch(at: usize): void {
  setProductScratch(at);
  setRandomScratch(at + productScratchBytes());
  setMoment(at + productScratchBytes() + randomBytes);
}
