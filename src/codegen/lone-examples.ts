/** Whether a batch, or a part of one, ever holds a single example, which has no variance: `torch.nn.BatchNorm1d` refuses it in training. */
import type { Config } from '../params/config.ts';
import type { RunMaterial } from './material.ts';

type Sizes = Pick<Config, 'batchSize' | 'accumulation' | 'dropLast'>;

/** Whether a normalisation by batch meets one. Convolutions see more than one place of an image, unless pooling has left only one. */
export function meetsLoneExample(material: RunMaterial): boolean {
  const [first] = material.phases;
  if (first?.config.normalization !== 'batch') return false;
  const { layers, model, channels } = first.config;
  const [side = 1] = material.inputShape;
  const everyPlaceIsOne = layers.length > 0 || (model === 'cnn' && side >> (channels.length - 1) <= 1);
  return everyPlaceIsOne && hasLoneExample(material);
}

/** Goes through the run batch by batch; micro-batches are full but for the last. */
function hasLoneExample({ phases, train: { count } }: RunMaterial): boolean {
  let position = 0;
  return phases.some(({ step: from, totalSteps, config }, index) => {
    const until = phases[index + 1]?.step ?? totalSteps;
    for (let step = from; step < until; step++) {
      const taken = next(config, position, count);
      if (config.batchSize === 1 || taken.size % config.batchSize === 1) return true;
      ({ position } = taken);
    }
    return false;
  });
}

function next({ batchSize, accumulation, dropLast }: Sizes, position: number, count: number): { size: number; position: number } {
  const full = Math.min(batchSize * accumulation, count);
  const start = dropLast && position + full > count ? 0 : position;
  const size = Math.min(full, count - start);
  return { size, position: start + size >= count ? 0 : start + size };
}
