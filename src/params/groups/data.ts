/** What there is to learn: the task and its examples. */
import { formatCount } from '../../shared/format.ts';
import { choice, number } from '../kinds.ts';
import type { Facts, Group, ValuesOf } from '../kinds.ts';
import { taskOptions } from '../options.ts';
import { isGenerated, isLanguageTask, isSequenceTask, likelyWindows, maxTrainingSize, taskKind } from '../task-kind.ts';
import type { SequenceName } from '../task-kind.ts';
import { languageData, tokensInWords } from './data-language.ts';

const isClassified = (config: Facts): boolean => ['binary', 'multiclass'].includes(taskKind(config));

/** Enough examples for a small network to find the rule of a sequence task. */
const sequenceSizes = { copy: 2000, reverse: 5000, addition: 5000, modular: 50_000 } as const satisfies Record<SequenceName, number>;

function defaultTrainingSize(config: Facts): number {
  const { task } = config;
  if (task === 'penguins') return maxTrainingSize(config);
  // At least the smallest that can be set: a short text has fewer windows than that.
  if (task === 'text') return Math.max(likelyWindows(config), 10);
  if (isSequenceTask(task)) return sequenceSizes[task];
  return task === 'digits' ? 2000 : 200;
}

function defaultSplit({ task }: Facts): number {
  if (task === 'text') return 0.9;
  if (isSequenceTask(task)) return 0.8;
  return isGenerated({ task }) ? 0.5 : 0.7;
}

/** The data parameters. */
export const data = {
  task: choice({
    label: 'Task',
    group: 'data',
    default: 'spiral',
    applies: 'restart',
    urlKey: 'task',
    options: taskOptions,
    names: {},
    help: {
      line: 'What the network learns.',
      paragraph:
        'Gauss and blobs are easy, circle, xor and moons need a bent boundary, the spiral needs a good learning rate and enough units. On an easy task almost every setting works and the loss curves look alike; on the spiral a poor setting shows at once as a loss that stays near the chance line. Copy, reverse and the additions have one right answer, which a network finds suddenly; a text has none, and its loss sinks for as long as you let it.',
    },
  }),
  noise: number({
    label: 'Noise',
    symbol: 'σ',
    group: 'data',
    min: 0,
    max: 1,
    scale: 'linear',
    step: 0.01,
    // The arms of the spiral lie close: more would make the default run end below what it is there to show.
    default: (config) => (config.task === 'spiral' ? 0.05 : 0.1),
    zero: 'none',
    applies: 'restart',
    urlKey: 'noise',
    names: {},
    when: isGenerated,
    help: {
      line: 'How far examples are scattered from their ideal place, as a standard deviation.',
      paragraph:
        'Without noise a large network can be trained to almost no loss on every split. With much noise the classes overlap: no setting gets past a certain validation loss, and a network that goes on learning fits the noise, which shows as training loss falling while validation loss rises.',
      formula: 'x ← x + σ·N(0, 1), or y for regression',
    },
  }),
  outliers: number({
    label: 'Outliers',
    group: 'data',
    unit: 'share',
    min: 0,
    max: 0.5,
    scale: 'linear',
    step: 0.01,
    default: 0,
    zero: 'none',
    applies: 'restart',
    urlKey: 'outliers',
    names: {},
    when: (config) => taskKind(config) === 'regression',
    help: {
      line: 'The share of examples whose value is moved far off, upwards.',
      paragraph:
        'With none, squared error is the natural loss. With a few, squared error pulls the fitted curve towards them, which you see as a fit that floats above the bulk of the points; absolute error and Huber hardly move.',
    },
  }),
  trainingSize: number({
    label: 'Training examples',
    symbol: 'N',
    group: 'data',
    unit: 'examples',
    min: 10,
    max: 1_000_000,
    limit: maxTrainingSize,
    scale: 'log',
    integer: true,
    applies: 'restart',
    urlKey: 'n',
    names: {},
    default: defaultTrainingSize,
    help: {
      line: 'How many examples the network is trained on; of a text at most so many windows.',
      paragraph:
        'With few examples the network can learn them by heart: training loss goes to zero while validation loss turns and climbs. With many, the two curves stay together, and each epoch takes more steps.',
    },
  }),
  split: number({
    label: 'Training share',
    group: 'data',
    advanced: true,
    unit: 'share',
    min: 0.4,
    max: 0.95,
    scale: 'linear',
    step: 0.05,
    applies: 'restart',
    urlKey: 'split',
    names: { keras: '1 − 2·validation_split' },
    default: defaultSplit,
    help: {
      line: 'The share of all examples used for training; validation and test get half of the rest each.',
      paragraph:
        'A small share leaves little to learn from. A large one leaves few examples to judge by: the validation curve then moves in coarse jumps, and the best step is partly luck.',
    },
  }),
  balance: number({
    label: 'Class balance',
    group: 'data',
    advanced: true,
    unit: 'rarest ÷ commonest',
    min: 0.1,
    max: 1,
    scale: 'linear',
    step: 0.05,
    default: 1,
    applies: 'restart',
    urlKey: 'balance',
    names: {},
    when: (config) => isClassified(config) && config.task !== 'penguins',
    help: {
      line: 'The size of the rarest class as a share of the commonest.',
      paragraph:
        'At 1 all classes are equally common. When it is low, always answering the commonest class already gives a high accuracy: look at the loss and at the picture, where the rare class loses ground, rather than at accuracy alone.',
    },
  }),
  classes: number({
    label: 'Classes',
    symbol: 'K',
    group: 'data',
    min: 2,
    max: 4,
    scale: 'linear',
    step: 1,
    integer: true,
    default: 3,
    applies: 'restart',
    urlKey: 'classes',
    names: { pytorch: 'num_classes', keras: 'num_classes', huggingface: 'num_labels' },
    when: (config) => config.task === 'blobs',
    help: {
      line: 'How many classes the blobs have.',
      paragraph:
        'Two classes need one output, more need one output each. A network that knows nothing has a cross-entropy of ln K, the chance line of the loss chart: 0.69 for two classes, 1.39 for four.',
      formula: 'chance level = ln K',
    },
  }),
  pixels: choice({
    label: 'Image size',
    group: 'data',
    default: '28',
    applies: 'restart',
    urlKey: 'pixels',
    names: {},
    options: [
      { value: '28', label: '28 × 28', line: 'The images as they are.' },
      { value: '14', label: '14 × 14', line: 'Halved in both directions: a quarter of the numbers, and of the work.' },
    ],
    when: (config) => config.task === 'digits',
    help: {
      line: 'Pixels along each side of a digit.',
      paragraph:
        'The small images train several times faster and cost a little accuracy; the large ones keep thin strokes. The speed beside the engine name and the accuracy chart show the exchange.',
    },
  }),
  ...languageData,
};

/** The group and its line. */
export const dataGroup: Group<ValuesOf<typeof data> & Pick<Facts, 'model'>> = {
  id: 'data',
  title: 'Data',
  summary: (config) => {
    const label = data.task.options.find((option) => option.value === config.task)?.label ?? config.task;
    if (isLanguageTask(config.task)) return tokensInWords(config, label);
    return [label, ...(isGenerated(config) ? [`noise ${config.noise}`] : []), `${formatCount(config.trainingSize)} to train on`].join(
      ' · ',
    );
  },
};
