/** How many layers with weights a network has: what rates by layer count from. */
import type { Facts } from './kinds.ts';

/** Convolutions, hidden layers and the output. */
export function layerCount({ model, layers, channels }: Pick<Facts, 'model' | 'layers' | 'channels'>): number {
  return layers.length + 1 + (model === 'cnn' ? channels.length : 0);
}
