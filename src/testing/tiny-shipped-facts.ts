/**
 * A pretrained model for tests, as small as can be. Every test runs as if it were the one that comes with the app (`shipped.setup.ts`), so that none
 * depends on what is shipped. Imports nothing: it stands in for a module that the parameter table is made with.
 */
import type { ShippedFacts } from '../params/shipped-facts.ts';

/** What is known of it beforehand; `tiny-shipped.ts` makes it. */
export const tinyFacts: ShippedFacts = {
  file: 'tiny.safetensors',
  bytes: 14_288,
  fingerprint: '5261367587d2ad38',
  sizes: {
    tokenizer: 'bpe',
    vocabulary: 260,
    context: 8,
    depth: 2,
    width: 8,
    heads: '2',
    normAt: 'before',
    normalization: 'layer',
    activation: 'gelu',
    positions: 'learned',
    tiedHead: true,
  },
  text: 'stories',
  split: 0.8,
  seed: 5,
};
