/** Group 4: what is made small. */
import { formatNumber } from '../../shared/format.ts';
import { choice, number } from '../kinds.ts';
import type { Facts, Group, ValuesOf } from '../kinds.ts';
import { lossOptions } from '../options.ts';
import { taskKind } from '../task-kind.ts';

/** Losses of each kind of task, the default first. */
const lossesOf = {
  binary: ['bce', 'mse', 'hinge'],
  multiclass: ['ce', 'mse', 'margin'],
  regression: ['mse', 'mae', 'huber'],
} as const satisfies Record<string, readonly Facts['loss'][]>;

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
      source: 'torch.nn: BCEWithLogitsLoss, CrossEntropyLoss, MSELoss, MultiMarginLoss, L1Loss, HuberLoss',
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
};

/** The group and its line. */
export const lossGroup: Group<ValuesOf<typeof loss>> = {
  id: 'loss',
  title: 'Loss function',
  number: 4,
  summary: (config) => {
    const label = (lossOptions.find((option) => option.value === config.loss)?.label ?? config.loss).toLowerCase();
    return config.loss === 'huber' ? `Huber · δ ${formatNumber(config.delta)}` : label;
  },
};
