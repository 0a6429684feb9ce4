/** The rows of language models. No link of the app trains them yet, so that each is described here. */
import type { GptOptions } from '../../src/models/gpt.ts';
import type { RecurrentOptions } from '../../src/models/recurrent.ts';
import type { RowName } from '../rows.ts';

/** What is trained: Adam on mean cross-entropy, sequences that come in order from tokens drawn at random. */
export interface LanguageRow extends RowName {
  readonly model: GptOptions | RecurrentOptions;
  /** Sequences of a batch. */
  readonly batch: number;
}

/** Characters of the usual small corpora. */
const vocabulary = 65;
const gpt2 = { normAt: 'before', normalization: 'layer', activation: 'gelu', positions: 'learned', tiedHead: true, heads: 4 } as const;

/** All rows. */
export const languageRows: readonly LanguageRow[] = [
  {
    id: 'gpt-64',
    title: 'GPT, 2 layers of 64, 4 heads, context 64, batch 8, Adam',
    model: { ...gpt2, vocabulary, context: 64, width: 64, depth: 2 },
    batch: 8,
  },
  {
    id: 'gpt-128',
    title: 'GPT, 4 layers of 128, 4 heads, context 128, batch 16, Adam',
    model: { ...gpt2, vocabulary, context: 128, width: 128, depth: 4 },
    batch: 16,
  },
  {
    id: 'lstm-64',
    title: 'LSTM, 1 layer of 64, context 64, batch 16, Adam',
    model: { vocabulary, context: 64, cell: 'lstm', width: 64, depth: 1, hiddenStart: 'uniform' },
    batch: 16,
  },
];
