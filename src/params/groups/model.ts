/** The network: its kind, size, activation and first weights. */
import { choice, list } from '../kinds.ts';
import type { Facts, Group, ValuesOf } from '../kinds.ts';
import { givenSizes, isGpt, isRecurrent, isTableModel } from '../model-kind.ts';
import { modelOptions } from '../options.ts';
import { shippedModel } from '../shipped-model.ts';
import { isLanguageTask } from '../task-kind.ts';
import { languageModel, languageModelInWords } from './model-language.ts';
import { tuning, tuningInWords } from './model-tuning.ts';

function defaultLayers(config: Facts): readonly number[] {
  if (config.task === 'digits') return [64];
  return config.task === 'penguins' ? [16] : [16, 16];
}

const hasHiddenUnits = (config: Facts): boolean => isTableModel(config.model) && (config.layers.length > 0 || config.model === 'cnn');

/** Options of a choice that a network has, by its kind; the others have those of `tables`. The first is the default. */
const activations = { gpt: ['gelu', 'relu', 'swiglu'], rnn: ['tanh', 'relu'], tables: ['relu', 'tanh', 'sigmoid', 'gelu', 'linear'] };
const initializations = { recurrent: ['uniform', 'orthogonal', 'identity'], tables: ['glorot', 'he', 'lecun', 'normal', 'zeros'] };

function activationsOf({ model }: Facts): readonly string[] {
  const given = givenSizes({ model });
  if (given) return [given.activation];
  if (model === 'gpt') return activations.gpt;
  return isRecurrent(model) ? activations.rnn : activations.tables;
}

function defaultActivation({ model, task }: Facts): 'gelu' | 'relu' | 'swiglu' | 'tanh' {
  const given = givenSizes({ model });
  if (given) return given.activation;
  if (model === 'gpt') return 'gelu';
  return task === 'digits' ? 'relu' : 'tanh';
}

/** Batch normalisation stands between dense layers only; a GPT must have one of the others. */
function hasNormalization(value: string, { model }: Facts): boolean {
  const given = givenSizes({ model });
  if (given) return value === given.normalization;
  if (model === 'gpt') return value === 'layer' || value === 'rms';
  return isRecurrent(model) ? value === 'none' : value !== 'rms' || model !== 'cnn';
}

function defaultInitialization({ model, task }: Facts): 'uniform' | 'he' | 'glorot' {
  if (isRecurrent(model)) return 'uniform';
  return task === 'digits' ? 'he' : 'glorot';
}

/** Which networks learn from a row of a table, an image, or a row of tokens. */
function takes(value: string, { task }: Facts): boolean {
  // One that has read prose knows its own pieces of words only, not the letters of a sequence task.
  if (value === 'pretrained') return task === 'text' && shippedModel !== undefined;
  if (isLanguageTask(task)) return value !== 'mlp' && value !== 'cnn';
  return value === 'mlp' || (value === 'cnn' && task === 'digits');
}

/** The model parameters. */
export const model = {
  model: choice({
    label: 'Model',
    group: 'model',
    default: ({ task }) => (isLanguageTask(task) ? 'gpt' : 'mlp'),
    applies: 'restart',
    urlKey: 'model',
    names: {},
    options: modelOptions,
    available: takes,
    help: {
      line: 'The kind of network.',
      paragraph:
        'An MLP sees an image as a list of unrelated numbers. A CNN knows that neighbouring pixels belong together: with the same number of weights it makes fewer mistakes on digits, and each step costs more time. For rows of tokens, a GPT looks back at every token of its context and learns to copy in a few hundred steps; a recurrent network has to carry everything in one state, and its gradient on the long way back fades or explodes.',
    },
  }),
  layers: list({
    label: 'Hidden layers',
    group: 'model',
    unit: 'units',
    default: defaultLayers,
    minLength: 0,
    maxLength: 6,
    min: 1,
    max: 256,
    applies: 'restart',
    urlKey: 'layers',
    names: {},
    when: (config) => isTableModel(config.model),
    help: {
      line: 'The width of each fully connected hidden layer, from input to output; in a CNN they follow the convolutions.',
      paragraph:
        'No hidden layer, or very few units, cannot bend the boundary enough: training and validation loss both stop at a high floor. Very many fit the noise: training loss goes on falling while validation loss turns. More layers make the first steps more sensitive to the learning rate.',
      formula: 'h = φ(W·x + b), layer after layer',
    },
  }),
  channels: list({
    label: 'Channels',
    group: 'model',
    unit: 'channels',
    default: [8, 16],
    minLength: 1,
    maxLength: 3,
    min: 1,
    max: 64,
    applies: 'restart',
    urlKey: 'channels',
    names: { pytorch: 'out_channels', keras: 'filters' },
    when: (config) => config.model === 'cnn',
    help: {
      line: 'How many feature maps each block of the CNN makes: 3 × 3 convolution, activation, 2 × 2 pooling.',
      paragraph:
        'Few channels cannot tell enough kinds of stroke apart, and both losses stop early. Many make each step slow (see the steps per second) for little gain on digits.',
    },
  }),
  activation: choice({
    label: 'Activation',
    symbol: 'φ',
    group: 'model',
    default: defaultActivation,
    applies: 'restart',
    urlKey: 'act',
    names: { pytorch: 'torch.nn', keras: 'activation', huggingface: 'hidden_act' },
    options: [
      { value: 'relu', label: 'ReLU', line: 'Zero below zero, unchanged above: fast, but a unit can die.' },
      { value: 'tanh', label: 'tanh', line: 'Smooth from −1 to 1; flat, and slow to learn, at both ends.' },
      { value: 'sigmoid', label: 'Sigmoid', line: 'Smooth from 0 to 1; its gradient is at most a quarter.' },
      { value: 'gelu', label: 'GELU', line: 'A smooth ReLU: x times the probability that a normal number is below x.' },
      { value: 'linear', label: 'Linear', line: 'No bend at all: the whole network is then one straight map.' },
      { value: 'swiglu', label: 'SwiGLU', line: 'A smooth gate times a plain sum, two thirds as wide for as many weights.' },
    ],
    available: (value, config) => activationsOf(config).includes(value),
    when: (config) => hasHiddenUnits(config) || config.model === 'gpt' || config.model === 'rnn',
    help: {
      line: 'The bend that each hidden unit applies to its sum.',
      paragraph:
        'Linear cannot learn the circle, xor or spiral at any size. Sigmoid shrinks the gradient at every layer: with several layers the gradient norm starts small and the loss lies flat for a while. With ReLU too high a learning rate can switch units off for good, which the status sentence reports once a layer has none left. In an RNN the bend acts at every token: tanh holds the state within bounds, ReLU lets it, and the gradient, grow from token to token.',
      formula: 'relu: max(0, x) · gelu: x·Φ(x) · sigmoid: 1/(1 + e⁻ˣ) · swiglu: x·σ(x)·y',
      source: 'GELU: Hendrycks & Gimpel 2016; SwiGLU: Shazeer 2020',
    },
  }),
  normalization: choice({
    label: 'Normalization',
    group: 'model',
    default: ({ model }) => givenSizes({ model })?.normalization ?? (model === 'gpt' ? 'layer' : 'none'),
    applies: 'restart',
    urlKey: 'norm',
    names: {
      pytorch: 'nn.LayerNorm, nn.GroupNorm(1, C), nn.BatchNorm1d, nn.BatchNorm2d, nn.RMSNorm',
      keras: 'LayerNormalization, BatchNormalization, RMSNormalization',
    },
    options: [
      { value: 'none', label: 'None', line: 'Sums go into the activation as they are.' },
      { value: 'layer', label: 'Layer', line: 'Each example on its own: the sums of a layer to mean 0 and variance 1.' },
      { value: 'batch', label: 'Batch', line: 'Each unit on its own: its sums over the batch to mean 0 and variance 1.' },
      { value: 'rms', label: 'RMS', line: 'Each example on its own: the sums of a layer to root mean square 1. Not for images.' },
    ],
    available: hasNormalization,
    when: (config) => hasHiddenUnits(config) || config.model === 'gpt',
    help: {
      line: 'Brings the sums of each hidden layer to one scale before the activation, then lets a gain γ and a shift β undo it.',
      paragraph:
        'It makes deep networks far less touchy: a rate that diverges without it may train, and a poor initialisation matters less. Layer norm does not care about the batch. Batch norm does: a small batch has noisy statistics, seen as a rough training line, and with one example in it nothing is left but β. Evaluation uses running statistics, so that validation loss lags in the first steps and can jump while training loss does not. Micro-batches each take their own statistics: here accumulating batches does not equal one large batch. Penalties and weight decay leave γ and β out.',
      formula: '(s − mean)/√(var + 10⁻⁵)·γ + β · running: r ← 0.9·r + 0.1·batch',
      source: 'Ba et al. 2016; Ioffe & Szegedy 2015; Zhang & Sennrich 2019; images: Wu & He 2018',
    },
  }),
  initialization: choice({
    label: 'Initialization',
    group: 'model',
    default: defaultInitialization,
    applies: 'restart',
    urlKey: 'init',
    names: { pytorch: 'torch.nn.init', keras: 'kernel_initializer' },
    options: [
      { value: 'glorot', label: 'Glorot', line: 'Keeps the size of signals in both directions, for tanh and sigmoid.' },
      { value: 'he', label: 'He', line: 'Twice the variance by inputs, for ReLU.' },
      { value: 'lecun', label: 'LeCun', line: 'Variance of one over the number of inputs.' },
      { value: 'normal', label: 'Normal', line: 'Normal numbers of standard deviation 0.1, whatever the size of the layer.' },
      { value: 'zeros', label: 'Zeros', line: 'All weights zero: the units of a layer never become different.' },
      { value: 'uniform', label: 'Uniform', line: 'Between ±1/√width, as torch.nn.RNN, LSTM and GRU begin.' },
      { value: 'orthogonal', label: 'Orthogonal', line: 'State to state a rotation: nothing grows or fades at first.' },
      { value: 'identity', label: 'Identity', line: 'State to state unchanged, and hardly any input: made for ReLU.' },
    ],
    available: (value, { model }) => (isRecurrent(model) ? initializations.recurrent : initializations.tables).includes(value),
    when: ({ model }) => !isGpt(model),
    help: {
      line: 'How the weights are drawn before the first step.',
      paragraph:
        'Too small, and signals and gradients fade from layer to layer: the loss lies flat at first. Too large, and the first losses are far above the chance line. With zeros a network with hidden layers stays at the chance line however long it trains. In a recurrent network it decides how far back the first gradients reach: with identity and ReLU very far, and without clipping they soon explode.',
      formula: 'glorot: var = 2/(in + out) · he: 2/in · lecun: 1/in · normal: 0.01',
      source: 'Glorot & Bengio 2010; He et al. 2015; LeCun et al. 1998; Saxe et al. 2014; Le, Jaitly & Hinton 2015',
    },
  }),
  ...languageModel,
  ...tuning,
};

/** The group and its line. */
export const modelGroup: Group<ValuesOf<typeof model> & Facts> = {
  id: 'model',
  title: 'Model',
  summary: (config) => {
    const activation = model.activation.options.find((option) => option.value === config.activation)?.label ?? config.activation;
    if (!isTableModel(config.model)) return `${languageModelInWords(config, activation)}${tuningInWords(config)}`;
    const widths = config.layers.length === 0 ? 'no hidden layer' : config.layers.join(', ');
    const size = config.model === 'cnn' ? `CNN ${[...config.channels, ...config.layers].join(', ')}` : `MLP ${widths}`;
    const norm = config.normalization === 'none' ? '' : ` · ${config.normalization} norm`;
    return hasHiddenUnits(config) ? `${size} · ${activation}${norm}` : size;
  },
};
