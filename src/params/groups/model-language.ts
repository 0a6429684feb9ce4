/** Sizes and parts of the networks that read tokens: GPT and the recurrent ones. */
import { choice, number, toggle } from '../kinds.ts';
import type { Facts, ValuesOf } from '../kinds.ts';
import { fixedSize, givenSizes, isRecurrent, isTableModel, tuningOf } from '../model-kind.ts';
import { modelOptions } from '../options.ts';

/** A pretrained model brings its sizes with it. */
const isBuiltFreely = ({ model }: Facts): boolean => model === 'gpt';
const readsTokens = ({ model }: Facts): boolean => !isTableModel(model) && model !== 'pretrained';

/** Whether so many heads divide the width; with rotary positions a head has an even number of columns. */
function divides(heads: number, { width, positions }: Pick<Facts, 'width' | 'positions'>): boolean {
  return width % (positions === 'rotary' ? 2 * heads : heads) === 0;
}

/** Whether the head of a pretrained model is its table. One that is tuned alone is parted from it, and starts as it. */
function givenHead(config: Facts): boolean | undefined {
  const sizes = givenSizes(config);
  return sizes && sizes.tiedHead && tuningOf(config) !== 'head';
}

/** Parameters of the model group that networks for tokens have. */
export const languageModel = {
  depth: number({
    label: 'Depth',
    group: 'model',
    unit: 'layers',
    min: 1,
    max: 8,
    scale: 'linear',
    step: 1,
    integer: true,
    default: ({ model }) => (isRecurrent(model) ? 1 : 2),
    fixed: fixedSize(({ depth }) => depth),
    applies: 'restart',
    urlKey: 'depth',
    names: { pytorch: 'num_layers', huggingface: 'n_layer' },
    when: readsTokens,
    help: {
      line: 'How many blocks of a GPT, or layers of a recurrent network, stand one on the other.',
      paragraph:
        'One block of attention can look something up; two can look up by what stood before, which is how a GPT copies: with one, reverse and long patterns are hardly learned. More depth costs time in proportion and wants a smaller rate.',
    },
  }),
  width: number({
    label: 'Width',
    symbol: 'd',
    group: 'model',
    unit: 'numbers for a token',
    min: 8,
    max: 512,
    scale: 'log',
    integer: true,
    default: 64,
    fixed: fixedSize(({ width }) => width),
    applies: 'restart',
    urlKey: 'width',
    names: { pytorch: 'hidden_size, d_model', huggingface: 'n_embd' },
    when: readsTokens,
    help: {
      line: 'How many numbers stand for each token between layers; in a recurrent network the size of the state.',
      paragraph:
        'Too narrow: the loss stops at a high floor, since there is no room to hold what matters. Weights and work grow with its square: see the steps per second. A wide one learns a small text by heart, and validation loss turns.',
    },
  }),
  heads: choice({
    label: 'Heads',
    group: 'model',
    default: (config) => givenSizes(config)?.heads ?? (['4', '2', '1'] as const).find((heads) => divides(Number(heads), config)) ?? '1',
    applies: 'restart',
    urlKey: 'heads',
    names: { pytorch: 'nhead', huggingface: 'n_head' },
    options: [
      { value: '1', label: '1', line: 'One look back at a time.' },
      { value: '2', label: '2', line: 'Two looks back, each with half of the width.' },
      { value: '4', label: '4', line: 'Four, each with a quarter.' },
      { value: '8', label: '8', line: 'Eight, each with an eighth.' },
    ],
    available: (value, config) => (config.model === 'pretrained' ? value === givenSizes(config)?.heads : divides(Number(value), config)),
    when: isBuiltFreely,
    help: {
      line: 'How many different places a token can look back to at once.',
      paragraph:
        'Each head has its own share of the width, so that the number of weights stays the same. With one head a token can weigh only one thing against another at a time; with many narrow ones each can compare little. At small widths 4 is a safe choice, and the loss hardly tells 2 from 8.',
      formula: 'softmax(q·kᵀ/√(d/heads))·v',
      source: 'Vaswani et al. 2017',
    },
  }),
  normAt: choice({
    label: 'Norm stands',
    group: 'model',
    default: (config) => givenSizes(config)?.normAt ?? 'before',
    available: (value, config) => value === (givenSizes(config)?.normAt ?? value),
    applies: 'restart',
    urlKey: 'normAt',
    names: { pytorch: 'norm_first' },
    options: [
      { value: 'before', label: 'Before each part', line: 'What is added to the stream is never normalised: steady at any depth (GPT-2).' },
      { value: 'after', label: 'After each sum', line: 'The stream itself is normalised again and again (Vaswani et al. 2017).' },
    ],
    when: isBuiltFreely,
    help: {
      line: 'Whether normalisation acts on what a block reads, or on the sum that it leaves.',
      paragraph:
        'Before: gradients reach the first block unhindered, and a large rate does no harm. After: the first steps are touchy, deep networks want a warm-up, and without one the loss can get stuck near chance.',
      formula: 'before: x + f(norm(x)) · after: norm(x + f(x))',
      source: 'Xiong et al. 2020',
    },
  }),
  positions: choice({
    label: 'Positions',
    group: 'model',
    default: (config) => givenSizes(config)?.positions ?? 'learned',
    applies: 'restart',
    urlKey: 'positions',
    names: { huggingface: 'position_embedding_type' },
    options: [
      { value: 'learned', label: 'Learned', line: 'A vector of its own for each place of the context, added to the token.' },
      { value: 'rotary', label: 'Rotary', line: 'Queries and keys are turned by their place: what counts is how far apart they stand.' },
    ],
    available: (value, config) =>
      config.model === 'pretrained' ? value === givenSizes(config)?.positions : value === 'learned' || config.width % 2 === 0,
    when: isBuiltFreely,
    help: {
      line: 'How a token knows where it stands.',
      paragraph:
        'Learned places must each be seen often enough, and the loss falls a little later. Rotary ones hold for any place from the start, have no weights, and often end a little lower on text; each step takes slightly longer.',
      source: 'Su et al. 2021',
    },
  }),
  tiedHead: toggle({
    label: 'Tied head',
    group: 'model',
    default: (config) => givenHead(config) ?? true,
    fixed: (config) => {
      const value = givenHead(config);
      return value === undefined ? undefined : { value, wrong: 'is not that of the pretrained model' };
    },
    applies: 'restart',
    urlKey: 'tied',
    names: { huggingface: 'tie_word_embeddings' },
    when: isBuiltFreely,
    help: {
      line: 'Whether the table that turns tokens into vectors also turns the last vectors into tokens.',
      paragraph:
        'Tied: fewer weights, and what is learned about a token where it is read helps where it is predicted. Untied: vocabulary times width more weights; with byte pairs that can be more than all the blocks have, and small texts are learned by heart sooner.',
      source: 'Press & Wolf 2017',
    },
  }),
};

/** The line of the model group for such a network. `activation`: in words. */
export function languageModelInWords(
  config: ValuesOf<typeof languageModel> & Pick<Facts, 'model' | 'activation'>,
  activation: string,
): string {
  // The line has room for some thirty letters; heads, norm and the sizes of what comes with the app are to be read in the open group.
  const label = modelOptions.find(({ value }) => value === config.model)?.label ?? config.model;
  if (config.model === 'pretrained') return label;
  const size = `${label} ${String(config.depth)} × ${String(config.width)}`;
  return config.model === 'rnn' || config.model === 'gpt' ? `${size} · ${activation}` : size;
}
