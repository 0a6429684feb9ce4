/** Group 3: how long to train, and how often to look. */
import { formatCount } from '../../shared/format.ts';
import { number } from '../kinds.ts';
import type { Facts, Group, ValuesOf } from '../kinds.ts';
import { isLanguageTask } from '../task-kind.ts';

function defaultEpochs(config: Facts): number {
  if (config.task === 'text') return 5;
  // All rows are few, and the rule comes long after they are known by heart.
  if (config.task === 'modular') return 400;
  if (isLanguageTask(config.task)) return 20;
  if (config.task === 'digits') return config.model === 'cnn' ? 12 : 20;
  return config.task === 'penguins' ? 50 : 200;
}

/** The parameters of the group. */
export const epochs = {
  epochs: number({
    label: 'Epochs',
    symbol: 'E',
    group: 'epochs',
    unit: 'epochs',
    min: 0.01,
    max: 10_000,
    scale: 'log',
    default: defaultEpochs,
    applies: 'live',
    urlKey: 'epochs',
    names: { pytorch: 'epochs', keras: 'epochs', huggingface: 'num_train_epochs' },
    help: {
      line: 'How many times the run goes through all training examples.',
      paragraph:
        'Too few: validation loss is still falling when the run ends. Too many: it has turned and climbs while training loss goes on falling, so the time was wasted unless the best weights are restored. A finished run can be extended; with a schedule that depends on the length of the run, the rate then changes too.',
      formula: 'T = ⌈E · steps in an epoch⌉',
      source: 'Goodfellow et al. 2016, §8.1.3',
    },
  }),
  maxSteps: number({
    label: 'Step limit',
    symbol: 'T',
    group: 'epochs',
    unit: 'steps',
    min: 0,
    max: 10_000_000,
    scale: 'zeroLog',
    smallest: 1,
    integer: true,
    default: 0,
    zero: 'no limit',
    applies: 'live',
    urlKey: 'steps',
    names: { huggingface: 'max_steps' },
    help: {
      line: 'Ends the run after so many optimizer steps, if the epochs have not ended it before.',
      paragraph:
        'Runs with different batch sizes are compared fairly by steps only if all get the same number of them. Too low a limit cuts the run while the loss is still falling; the status sentence says which of the two ended it.',
      formula: 'T = min(step limit, ⌈E · steps in an epoch⌉)',
    },
  }),
  evaluateEvery: number({
    label: 'Evaluate every',
    group: 'epochs',
    unit: 'steps',
    min: 0,
    max: 10_000,
    scale: 'zeroLog',
    smallest: 1,
    integer: true,
    // An epoch of a text is long, and one of a sequence task can hold the moment that matters.
    default: ({ task, model }) => (isLanguageTask(task) ? (model === 'pretrained' ? 50 : 100) : 0),
    zero: 'once an epoch',
    applies: 'live',
    urlKey: 'evalEvery',
    names: { keras: 'validation_freq (in epochs)', huggingface: 'eval_steps' },
    help: {
      line: 'How many steps lie between two looks at the validation examples.',
      paragraph:
        'Often: a fine validation line, an exact best step, and less time for training. Rarely: the best step falls between two looks. Patience and reduce on plateau count evaluations, so looking twice as often makes both twice as hasty.',
    },
  }),
};

/** The group and its line. */
export const epochsGroup: Group<ValuesOf<typeof epochs>> = {
  id: 'epochs',
  title: 'Epochs',
  number: 3,
  summary: (config) =>
    [
      config.epochs.toString(),
      ...(config.maxSteps > 0 ? [`at most ${formatCount(config.maxSteps)} steps`] : []),
      config.evaluateEvery > 0 ? `evaluate every ${formatCount(config.evaluateEvery)} steps` : 'evaluate each epoch',
    ].join(' · '),
};
