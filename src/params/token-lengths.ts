/**
 * How many characters a token stands for, known without reading a text: least figures, measured, so that the windows reckoned with them are never
 * fewer than there are. Tests hold them against the texts and the model.
 */
import type { Facts } from './kinds.ts';
import { shippedModel } from './shipped-model.ts';

/** The tokenizer of the model that comes with the app, on each text; of another model nothing is known. */
const shippedLengths = {
  fingerprint: '6656ba268f3180fe',
  of: { stories: 3.08, novels: 3.45, voyage: 3, mysteries: 3.15, plays: 2.4, verse: 2.67, speeches: 2.97, names: 1.47, prose: 3 },
} as const;

/** Byte pairs learned from a text: at 256 tokens, 512, 1024, 2048 and 4096; a text's curve over the logarithm bends down. */
const learnedLengths = {
  names: [1, 1.61, 1.91, 2.19, 2.28],
  others: [1, 2.04, 2.53, 2.94, 3.33],
} as const;

/** Blocks are dealt out whole, so that a little more than the share may be trained on. */
const margin = 0.95;

/** Characters for a token at least; 1 where that is not known. */
export function leastCharacters(config: Pick<Facts, 'text' | 'model' | 'tokenizer' | 'vocabulary'>): number {
  const { text, model, tokenizer, vocabulary } = config;
  // A text of your own may be written in letters of several bytes.
  if (text === 'own') return 1;
  if (model === 'pretrained') return shippedModel?.fingerprint === shippedLengths.fingerprint ? shippedLengths.of[text] * margin : 1;
  if (tokenizer === 'characters') return 1;
  const lengths = learnedLengths[text === 'names' ? 'names' : 'others'];
  const place = Math.min(lengths.length - 1, Math.max(0, Math.log2(vocabulary / 256)));
  const before = Math.min(lengths.length - 2, Math.floor(place));
  return Math.max(1, margin * (lengths[before]! + (place - before) * (lengths[before + 1]! - lengths[before]!)));
}
