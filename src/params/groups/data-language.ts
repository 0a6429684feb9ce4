/** What a language model learns from: a text and how it is cut into tokens, or a sequence task and its size. */
import { formatCount, formatPercent } from '../../shared/format.ts';
import { choice, number } from '../kinds.ts';
import type { Facts, ValuesOf } from '../kinds.ts';
import { fixedSize, givenSizes } from '../model-kind.ts';
import { textOptions } from '../options.ts';
import { isSequenceTask } from '../task-kind.ts';

const isText = (config: Facts): boolean => config.task === 'text';
/** A pretrained model brings its tokens and its context with it. */
const isCutFreely = (config: Facts): boolean => isText(config) && config.model !== 'pretrained';

/** Parameters of the data group that tasks of language have. */
export const languageData = {
  text: choice({
    label: 'Text to learn',
    group: 'data',
    default: 'stories',
    applies: 'restart',
    urlKey: 'text',
    names: { huggingface: 'dataset' },
    options: textOptions,
    when: isText,
    help: {
      line: 'What the model reads and learns to continue.',
      paragraph:
        'A long text can be read for a long time before the model begins to know it by heart. With a short one, such as the names, validation loss turns and climbs after a few epochs while training loss goes on falling. Plain modern prose is easier than verse or old spelling: its loss per character ends lower.',
    },
  }),
  tokenizer: choice({
    label: 'Tokens',
    group: 'data',
    default: (config) => givenSizes(config)?.tokenizer ?? 'characters',
    available: (value, config) => value === (givenSizes(config)?.tokenizer ?? value),
    applies: 'restart',
    urlKey: 'tokenizer',
    names: { huggingface: 'tokenizer' },
    options: [
      { value: 'characters', label: 'Characters', line: 'One token for each letter, blank and mark.' },
      { value: 'bpe', label: 'Byte pairs', line: 'Pieces of words that are frequent in the text (Sennrich et al. 2016).' },
    ],
    when: isCutFreely,
    help: {
      line: 'The pieces that the text is cut into, one of which is predicted at a time.',
      paragraph:
        'Characters make a small table and long sequences: the model must first learn to spell. Byte pairs see further with the same context and spell right from the start, but each step predicts one of many more tokens. Their losses per token cannot be compared; bits per character can.',
      source: 'Sennrich et al. 2016',
    },
  }),
  vocabulary: number({
    label: 'Vocabulary',
    symbol: 'V',
    group: 'data',
    unit: 'tokens',
    min: 256,
    max: 4096,
    scale: 'log',
    integer: true,
    default: 512,
    fixed: fixedSize(({ vocabulary }) => vocabulary),
    applies: 'restart',
    urlKey: 'vocab',
    names: { huggingface: 'vocab_size' },
    when: (config) => isCutFreely(config) && config.tokenizer === 'bpe',
    help: {
      line: 'How many tokens the byte pairs are merged into, the 256 bytes included.',
      paragraph:
        'At 256 every byte is a token. More tokens make sequences shorter, so that a context reaches further, and the embedding and the head larger. Too many for a small text: rare tokens are seen a few times only, and validation loss stays far above training loss.',
    },
  }),
  context: number({
    label: 'Context',
    symbol: 'T',
    group: 'data',
    unit: 'tokens',
    min: 8,
    max: 256,
    scale: 'log',
    integer: true,
    default: 64,
    fixed: fixedSize(({ context }) => context),
    applies: 'restart',
    urlKey: 'context',
    names: { huggingface: 'block_size' },
    when: isCutFreely,
    help: {
      line: 'How many tokens the model sees at once.',
      paragraph:
        'A short context hides how the sentence began: the loss stops at a higher floor. A long one costs time in each step, attention more than in proportion, and in a plain RNN the gradient fades, or grows, on the way back through it: see the gradient norm.',
    },
  }),
  replay: number({
    label: 'Replayed old text',
    group: 'data',
    unit: 'share',
    min: 0,
    max: 0.9,
    scale: 'linear',
    step: 0.05,
    default: 0,
    zero: 'none',
    applies: 'restart',
    urlKey: 'replay',
    names: {},
    when: (config) => isText(config) && config.model === 'pretrained',
    help: {
      line: 'The share of training windows that come from the text the model was pretrained on.',
      paragraph:
        'At 0 nothing holds the old skill in place: while validation loss falls, the loss on the old text climbs, most at high rates. A tenth of old text holds most of it for a tenth more steps an epoch. Near 0.9 the new text is hardly ever read: the old line lies flat and the new one falls slowly.',
      formula: 'old windows = new windows·ρ/(1 − ρ)',
      source: 'Rolnick et al. 2019',
    },
  }),
  length: number({
    label: 'Length',
    symbol: 'n',
    group: 'data',
    unit: 'letters or digits',
    min: 1,
    max: 14,
    limit: (config) => (config.task === 'addition' ? 7 : 14),
    scale: 'linear',
    step: 1,
    integer: true,
    default: (config) => (config.task === 'addition' ? 2 : 6),
    applies: 'restart',
    urlKey: 'length',
    names: {},
    when: (config) => isSequenceTask(config.task) && config.task !== 'modular',
    help: {
      line: 'Letters to copy or reverse, or digits of each number to add.',
      paragraph:
        'Short rows are learned in a few hundred steps. Each letter more is one more that must be right: exact match stays near 0 for longer and then rises suddenly. A recurrent network has to carry all letters in one state, and fails at a length that attention still finds easy.',
    },
  }),
  modulus: number({
    label: 'Modulus',
    symbol: 'm',
    group: 'data',
    min: 2,
    max: 512,
    scale: 'log',
    integer: true,
    default: 29,
    applies: 'restart',
    urlKey: 'modulus',
    names: {},
    when: (config) => config.task === 'modular',
    help: {
      line: 'Sums are taken modulo this, and every number below it is a token.',
      paragraph:
        'There are m² sums in all, of which a share is held out. With a small share to train on, training loss goes to zero long before validation accuracy leaves chance, and then validation follows, all at once: grokking. A larger m has more sums to learn from, and more to learn.',
      source: 'Power et al. 2022',
    },
  }),
};

/** The line of the data group for a task of language. `label`: the task in words. */
export function tokensInWords(
  config: Pick<Facts, 'task' | 'model'> & ValuesOf<typeof languageData> & Pick<Facts, 'trainingSize'>,
  label: string,
): string {
  if (config.task === 'text') {
    const replayed = config.model === 'pretrained' && config.replay > 0 ? ` · ${formatPercent(config.replay)} replayed` : '';
    const text = textOptions.find(({ value }) => value === config.text)?.label ?? config.text;
    const tokens = config.tokenizer === 'bpe' ? `${formatCount(config.vocabulary)} byte pairs` : 'characters';
    return `${text} · ${tokens} · context ${formatCount(config.context)}${replayed}`;
  }
  const size = config.task === 'modular' ? `modulo ${formatCount(config.modulus)}` : `length ${formatCount(config.length)}`;
  return `${label} · ${size} · ${formatCount(config.trainingSize)} to train on`;
}
