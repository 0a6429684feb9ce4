/** What of a pretrained model is trained, and how: fine-tuning. Rates by layer stand with the learning rate, replay with the data. */
import { formatNumber } from '../../shared/format.ts';
import { choice, number } from '../kinds.ts';
import type { Facts, ValuesOf } from '../kinds.ts';
import { tuningOf } from '../model-kind.ts';
import { tuneOptions } from '../options.ts';

const usesLora = (config: Facts): boolean => tuningOf(config) === 'lora';

/** Parameters of the model group that a pretrained model has. */
export const tuning = {
  tune: choice({
    label: 'Fine-tune',
    group: 'model',
    default: 'full',
    applies: 'restart',
    urlKey: 'tune',
    names: { pytorch: 'requires_grad_', huggingface: 'peft' },
    options: tuneOptions,
    saysLine: true,
    when: (config) => config.model === 'pretrained',
    help: {
      line: 'Which weights of the pretrained model move.',
      paragraph:
        'With all of them the loss on the new text ends lowest and that on the old text climbs highest. What moves in part learns less and forgets less, and wants a larger rate: in 200 steps on the plays the last block wins 87 % of what all weights win, the head alone 83 %, LoRA 80 % with a hundredth of the numbers; the old text loses about two thirds as much. Switch between them and compare both lines of the loss chart with those of the run before.',
      source: 'Howard & Ruder 2018; Hu et al. 2021; Biderman et al. 2024',
    },
  }),
  lastBlocks: number({
    label: 'Blocks to tune',
    symbol: 'k',
    group: 'model',
    unit: 'from the end',
    min: 1,
    max: 8,
    limit: ({ depth }) => depth,
    scale: 'linear',
    step: 1,
    integer: true,
    default: 1,
    applies: 'restart',
    urlKey: 'blocks',
    names: { pytorch: 'requires_grad_' },
    when: (config) => tuningOf(config) === 'blocks',
    help: {
      line: 'How many blocks move, counted from the output; the final norm moves with them.',
      paragraph:
        'Few: steps are cheap, since no gradient goes further back than it must, and the loss stops early. All of them: only the tables of tokens and positions stay, and it is nearly as if all weights moved. Watch where the line of the old text begins to climb.',
      source: 'Yosinski et al. 2014',
    },
  }),
  rank: number({
    label: 'Rank',
    symbol: 'r',
    group: 'model',
    min: 1,
    max: 64,
    limit: ({ width }) => width,
    scale: 'log',
    integer: true,
    default: 4,
    applies: 'restart',
    urlKey: 'rank',
    names: { huggingface: 'r' },
    when: usesLora,
    help: {
      line: 'How many directions LoRA can add to each matrix.',
      paragraph:
        'At 1 each matrix gains a single direction, often enough for another tone. A higher rank learns more, forgets more, and soon lies on the line of the run before: the last few hardly matter. The number of trained weights grows in proportion, which the panel shows.',
      formula: 'W·x + (α/r)·B·A·x, A: r × in, B: out × r',
      source: 'Hu et al. 2021',
    },
  }),
  loraAlpha: number({
    label: 'LoRA scale',
    symbol: 'α',
    group: 'model',
    min: 0.1,
    max: 512,
    scale: 'log',
    default: ({ rank }) => 2 * rank,
    applies: 'restart',
    urlKey: 'loraAlpha',
    names: { huggingface: 'lora_alpha' },
    when: usesLora,
    help: {
      line: 'How strongly what LoRA learns is added: α divided by the rank.',
      paragraph:
        'It acts much like the learning rate of the thin matrices. Small: the loss falls slowly, whatever the rank. Large: it jumps at first, and the old text is forgotten at once. Kept in proportion to the rank, as the default is, a rate that suits one rank suits another.',
      formula: 'α/r',
      source: 'Hu et al. 2021',
    },
  }),
  adapted: choice({
    label: 'Adapted matrices',
    group: 'model',
    default: 'all',
    applies: 'restart',
    urlKey: 'adapted',
    names: { huggingface: 'target_modules' },
    options: [
      { value: 'qv', label: 'Query, value', line: 'The two that the paper settles on.' },
      { value: 'attention', label: 'Attention', line: 'Query, key, value and projection.' },
      { value: 'mlp', label: 'Perceptron', line: 'The two or three matrices of each perceptron.' },
      { value: 'all', label: 'All', line: 'Every matrix of every block.' },
    ],
    when: usesLora,
    help: {
      line: 'Which matrices of each block LoRA adds to.',
      paragraph:
        'More matrices learn more at the same rank, and each step takes longer. Two matrices of attention are enough to shift what is looked at, and the loss then stops higher than with all: a few matrices of high rank do not make up for many of low rank.',
      source: 'Hu et al. 2021; Dettmers et al. 2023',
    },
  }),
};

/** How a pretrained model is tuned, for the line of its group; empty for any other. */
export function tuningInWords(config: ValuesOf<typeof tuning> & Facts): string {
  switch (tuningOf(config)) {
    case undefined:
      return '';
    case 'full':
      return ' · all weights';
    case 'blocks':
      return config.lastBlocks === 1 ? ' · last block' : ` · last ${String(config.lastBlocks)} blocks`;
    case 'head':
      return ' · head only';
    case 'lora':
      return ` · LoRA ${String(config.rank)}, α ${formatNumber(config.loraAlpha)}`;
  }
}
