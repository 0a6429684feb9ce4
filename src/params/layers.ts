/** How many layers with weights a network has: what rates by layer count from. */
import type { Facts } from './kinds.ts';
import { isGpt, isTableModel } from './model-kind.ts';

/** What the layers of a network follow from. */
export type LayerFacts = Pick<Facts, 'model' | 'layers' | 'channels' | 'depth' | 'tiedHead' | 'normAt'>;

/** Convolutions, hidden layers and the output; in a language model the embedding, its layers and the head. */
export function layerCount({ model, layers, channels, depth, tiedHead, normAt }: LayerFacts): number {
  if (isTableModel(model)) return layers.length + 1 + (model === 'cnn' ? channels.length : 0);
  // A head that is the table of tokens has weights of its own only in the norm before it.
  const hasHead = !isGpt(model) || !tiedHead || normAt === 'before';
  return 1 + depth + Number(hasHead);
}
