/** Which parameters penalties and weight decay act on. */
import { sizeOf } from '../graph/graph.ts';
import type { Model } from '../models/model.ts';
import type { Config } from '../params/config.ts';

/** `[parameterCount]`: 1 where L1, L2, max-norm's kin and weight decay act, else 0. Weights and kernels only, or everything. */
export function decayMask(model: Model, decay: Config['decay']): Float32Array {
  const mask = new Float32Array(model.parameterCount);
  for (const { role, offset, shape } of model.parameters)
    mask.fill(decay === 'all' || role === 'weight' ? 1 : 0, offset, offset + sizeOf(shape));
  return mask;
}
