/** The pretrained model that comes with the app, written by `npm run ship`. While there is none, “Pretrained” is no option. */
import type { ShippedFacts } from './shipped-facts.ts';

/** What is known of it beforehand. */
export const shippedModel: ShippedFacts | undefined = {
  file: 'prose-6656ba26.safetensors',
  bytes: 3_240_928,
  fingerprint: '6656ba268f3180fe',
  sizes: {
    tokenizer: 'bpe',
    vocabulary: 2048,
    context: 128,
    depth: 4,
    width: 160,
    heads: '4',
    normAt: 'before',
    normalization: 'layer',
    activation: 'gelu',
    positions: 'learned',
    tiedHead: true,
  },
  text: 'prose',
  split: 0.95,
  seed: 1,
};
