/** Group 4: what is made small. */
import { formatNumber } from '../../shared/format.ts';
import { choice, list, number, toggle } from '../kinds.ts';
import type { Facts, Group, ValuesOf } from '../kinds.ts';
import { lossOptions } from '../options.ts';
import { isPrompted, isSequenceTask, taskKind } from '../task-kind.ts';
import type { TaskKind } from '../task-kind.ts';

/** Losses of each kind of task, the default first. */
const lossesOf = {
  binary: ['bce', 'mse', 'hinge', 'focal'],
  multiclass: ['ce', 'mse', 'margin', 'focal'],
  regression: ['mse', 'mae', 'huber', 'smoothl1', 'logcosh', 'quantile'],
  language: ['ce'],
} as const satisfies Record<TaskKind, readonly Facts['loss'][]>;

/** Examples that belong to a class as a whole. */
const hasClasses = (config: Pick<Facts, 'task' | 'classes'>): boolean => ['binary', 'multiclass'].includes(taskKind(config));

/** The parameters of the group. */
export const loss = {
  loss: choice({
    label: 'Loss function',
    symbol: 'L',
    group: 'loss',
    applies: 'restart',
    urlKey: 'loss',
    options: lossOptions,
    default: (config) => lossesOf[taskKind(config)][0],
    available: (value, config) => lossesOf[taskKind(config)].some((name) => name === value),
    names: { pytorch: 'criterion', keras: 'loss', huggingface: 'compute_loss_func' },
    help: {
      line: 'The number that training makes small.',
      paragraph:
        'Cross-entropy punishes confident mistakes without limit and keeps pulling on them. Squared error on probabilities barely pulls on an example that is confidently wrong, so a bad start shows as a flat loss with a small gradient norm. Hinge and margin stop caring once an example is right by a margin: their training loss can reach exactly zero. In regression, squared error chases outliers; absolute error and Huber do not. Values of different losses cannot be compared; accuracy and error can.',
      formula: 'bce: −y·ln p − (1−y)·ln(1−p) · ce: −ln p(true class) · mse: mean (ŷ−y)²',
      source:
        'torch.nn: BCEWithLogitsLoss, CrossEntropyLoss, MSELoss, MultiMarginLoss, L1Loss, HuberLoss, SmoothL1Loss; Lin et al. 2017; Koenker & Bassett 1978',
    },
  }),
  delta: number({
    label: 'Huber threshold',
    symbol: 'δ',
    group: 'loss',
    unit: 'standard deviations',
    min: 0.01,
    max: 10,
    scale: 'log',
    default: 1,
    applies: 'live',
    urlKey: 'delta',
    names: { pytorch: 'delta', keras: 'delta' },
    when: (config) => config.loss === 'huber',
    help: {
      line: 'The error at which Huber goes over from squared to absolute.',
      paragraph:
        'Very small: almost absolute error, with gradients of the same small size everywhere. Very large: squared error again, and the fitted curve moves towards the outliers.',
      formula: '½e² if |e| ≤ δ, else δ·(|e| − ½δ)',
      source: 'Huber 1964',
    },
  }),
  smoothL1Beta: number({
    label: 'Smooth L1 threshold',
    symbol: 'β',
    group: 'loss',
    unit: 'standard deviations',
    min: 0.01,
    max: 10,
    scale: 'log',
    default: 1,
    applies: 'live',
    urlKey: 'smoothBeta',
    names: { pytorch: 'beta' },
    when: (config) => config.loss === 'smoothl1',
    help: {
      line: 'The error below which smooth L1 is squared.',
      paragraph:
        'Very small: absolute error, whose gradient jumps from −1 to 1 and makes the end of training jitter. Very large: a squared error that is small everywhere, and the loss falls slowly. Unlike Huber it keeps the slope of 1 beyond β.',
      formula: '½e²/β if |e| < β, else |e| − ½β',
      source: 'Girshick 2015; torch.nn.SmoothL1Loss',
    },
  }),
  quantileTau: number({
    label: 'Quantile',
    symbol: 'τ',
    group: 'loss',
    min: 0.01,
    max: 0.99,
    scale: 'linear',
    step: 0.01,
    default: 0.5,
    applies: 'live',
    urlKey: 'tau',
    names: {},
    when: (config) => config.loss === 'quantile',
    help: {
      line: 'The share of the data that the fitted curve should lie above.',
      paragraph:
        'At 0.5 it is half the absolute error, and the curve runs through the middle. At 0.9 it runs along the upper edge, with nine in ten points below: see it in the picture. Close to 0 or 1 few points decide and the curve gets restless.',
      formula: 'max(τ·e, (τ − 1)·e), e = y − ŷ',
      source: 'Koenker & Bassett 1978',
    },
  }),
  focalGamma: number({
    label: 'Focus',
    symbol: 'γ',
    group: 'loss',
    min: 0,
    max: 5,
    scale: 'linear',
    step: 0.1,
    default: 2,
    applies: 'live',
    urlKey: 'focalGamma',
    names: { pytorch: 'sigmoid_focal_loss(gamma)', keras: 'gamma' },
    when: (config) => config.loss === 'focal',
    help: {
      line: 'How little an example counts that is classified rightly already.',
      paragraph:
        'At 0 it is cross-entropy. At 2 an example with a probability of 0.9 counts a hundredth. Too high: nearly all examples are ignored, the gradient gets small, and training stalls while some are still wrong.',
      formula: '−(1 − p)^γ·ln p, p = probability of the true class',
      source: 'Lin et al. 2017',
    },
  }),
  focalAlpha: number({
    label: 'Weight of the second class',
    symbol: 'α',
    group: 'loss',
    min: 0,
    max: 1,
    scale: 'linear',
    step: 0.01,
    default: 0.25,
    applies: 'live',
    urlKey: 'focalAlpha',
    names: { pytorch: 'sigmoid_focal_loss(alpha)', keras: 'alpha' },
    when: (config) => config.loss === 'focal' && taskKind(config) === 'binary',
    help: {
      line: 'How much examples of the second class count; the first has the rest.',
      paragraph:
        'At 0.5 both count alike. Low, and the boundary moves into the second class; high, into the first. At 0 or 1 one class is not learned at all. The default is that of the paper, for a rare second class that is already boosted by the focus.',
      formula: 'α for class 1, 1 − α for class 0',
      source: 'Lin et al. 2017; torchvision.ops.sigmoid_focal_loss',
    },
  }),
  smoothing: number({
    label: 'Label smoothing',
    symbol: 'ε',
    group: 'loss',
    min: 0,
    max: 0.9,
    scale: 'linear',
    step: 0.01,
    default: 0,
    zero: 'off',
    applies: 'live',
    urlKey: 'smoothing',
    names: { pytorch: 'label_smoothing', keras: 'label_smoothing', huggingface: 'label_smoothing_factor' },
    when: (config) => config.loss === 'bce' || config.loss === 'ce',
    help: {
      line: 'Asks for a little less than certainty: part of each label is spread over all classes.',
      paragraph:
        'The training loss can then not fall below the smoothing floor, drawn on the chart; validation is measured without smoothing. A little makes the network less sure of itself and may help with wrong labels. Too much: all answers drift towards chance, and the boundary in the picture gets pale.',
      formula: 'true class 1 − ε + ε/K, others ε/K',
      source: 'Szegedy et al. 2016; torch.nn.CrossEntropyLoss',
    },
  }),
  zLoss: number({
    label: 'Z-loss',
    symbol: 'ζ',
    group: 'loss',
    advanced: true,
    min: 0,
    max: 1,
    scale: 'zeroLog',
    smallest: 1e-5,
    default: 0,
    zero: 'off',
    applies: 'live',
    urlKey: 'zLoss',
    names: {},
    when: (config) => config.loss === 'ce',
    help: {
      line: 'Holds the sum that softmax divides by near 1, so that logits cannot drift.',
      paragraph:
        'Cross-entropy does not care if all logits grow by the same amount; in half precision they grow until the loss jumps. Large language models are trained with 0.0001: the loss hardly changes, and the penalty, drawn apart from it, falls. The small models here do without. Too large (0.1 and more): the penalty outweighs the loss, logits cannot spread, and training loss stops high. Validation is measured without it.',
      formula: 'L + ζ·mean (ln Z)², Z = Σ exp(zₖ)',
      source: 'Chowdhery et al. 2022 (PaLM); Zoph et al. 2022 (ST-MoE)',
    },
  }),
  classWeights: choice({
    label: 'Class weights',
    group: 'loss',
    advanced: true,
    default: 'none',
    applies: 'live',
    urlKey: 'classWeights',
    names: { pytorch: 'weight', keras: 'class_weight' },
    options: [
      { value: 'none', label: 'None', line: 'Every example counts alike.' },
      { value: 'balanced', label: 'Balanced', line: 'Every class counts alike: rare ones count more per example.' },
      { value: 'typed', label: 'Typed', line: 'As you say.' },
    ],
    when: hasClasses,
    help: {
      line: 'How much an example counts in the training loss, by its class.',
      paragraph:
        'With one class rare (class balance below 1), the network does well by ignoring it: see the confusion, or the picture. Balanced makes up for that: the boundary moves towards the common class. Too large a weight, and the common class is ignored instead. Validation counts every example alike.',
      formula: 'Σ w(yᵢ)·lossᵢ / Σ w(yᵢ); balanced: w = N/(K·n(class))',
      source: 'King & Zeng 2001; scikit-learn class_weight="balanced"',
    },
  }),
  completionOnly: toggle({
    label: 'Loss on the answer only',
    group: 'loss',
    default: true,
    applies: 'restart',
    urlKey: 'completion',
    names: { huggingface: 'completion_only_loss' },
    when: (config) => isSequenceTask(config.task),
    help: {
      line: 'Whether only the tokens of the answer count in the training loss, not those of the question.',
      paragraph:
        'The letters of a question are drawn at random: nobody can predict them. With their loss counted, the training loss stops at a high floor and part of every step is spent on noise, so that exact match rises later. Validation always counts the answer only.',
    },
  }),
  maskPrompts: toggle({
    label: 'Mask prompts',
    group: 'loss',
    default: false,
    applies: 'restart',
    urlKey: 'mask',
    names: { pytorch: 'ignore_index', huggingface: 'completion_only_loss' },
    when: (config) => config.task === 'text' && isPrompted(config.text),
    help: {
      line: 'Leaves the names of the speakers out of the loss, so that only what they say is learned.',
      paragraph:
        'A heading is the prompt, what follows it the completion. Who speaks next can hardly be known: with the headings counted, part of every step is spent on guessing names. Left out, they are not learned, and samples go on with names that the model made up. Validation counts the same tokens as training, so that the losses of two runs can be compared if both mask or neither does: the loss chart says it at its axis. In the held-out text such tokens are underlined with dots.',
      source: 'Huerta-Enochian & Ko 2024; trl.SFTConfig',
    },
  }),
  weightList: list({
    label: 'Weights of the classes',
    group: 'loss',
    advanced: true,
    unit: 'whole numbers, one for each class',
    minLength: 1,
    maxLength: 10,
    min: 0,
    max: 1000,
    default: [1, 2],
    applies: 'live',
    urlKey: 'weights',
    names: { pytorch: 'weight', keras: 'class_weight' },
    when: (config) => hasClasses(config) && config.classWeights === 'typed',
    help: {
      line: 'What each class weighs, in the order of the classes; only ratios count.',
      paragraph:
        'Classes beyond the end of the list weigh as the last one. A class of weight 0 is not learned at all: its region disappears from the picture.',
    },
  }),
};

const isMasked = ({ task, text, maskPrompts }: Pick<Facts, 'task' | 'text'> & Pick<ValuesOf<typeof loss>, 'maskPrompts'>): boolean =>
  task === 'text' && isPrompted(text) && maskPrompts;

/** The group and its line. */
export const lossGroup: Group<ValuesOf<typeof loss> & Pick<Facts, 'task' | 'classes' | 'text'>> = {
  id: 'loss',
  title: 'Loss function',
  number: 4,
  main: 'loss',
  summary: (config) => {
    const label = (lossOptions.find((option) => option.value === config.loss)?.label ?? config.loss).toLowerCase();
    const name = config.loss === 'huber' ? `Huber · δ ${formatNumber(config.delta)}` : label;
    const smoothed = config.smoothing > 0 && (config.loss === 'bce' || config.loss === 'ce');
    return [
      name,
      ...(isSequenceTask(config.task) && !config.completionOnly ? ['question counted'] : []),
      ...(isMasked(config) ? ['prompts masked'] : []),
      ...(config.zLoss > 0 && config.loss === 'ce' ? [`z-loss ${formatNumber(config.zLoss)}`] : []),
      ...(smoothed ? [`smoothing ${formatNumber(config.smoothing)}`] : []),
      ...(config.classWeights === 'none' || !hasClasses(config) ? [] : [`${config.classWeights} weights`]),
    ].join(' · ');
  },
};
