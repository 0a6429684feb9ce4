/** Which parameters penalties and weight decay act on. */
import { sizeOf } from '../graph/graph.ts';
import type { Model } from '../models/model.ts';
import type { Config } from '../params/config.ts';
import { trainedMask } from './layer-rates.ts';

/** `[parameterCount]`: 1 where L1, L2 and weight decay act, else 0. Weights and kernels only, or everything; never a frozen layer. */
export function decayMask(model: Model, decay: Config['decay'], frozen: number): Float32Array {
  const mask = trainedMask(model, frozen);
  for (const { role, offset, shape } of model.parameters)
    if (decay === 'weights' && role !== 'weight') mask.fill(0, offset, offset + sizeOf(shape));
  return mask;
}
