/** Group 2: how many examples each step averages over, and in which order they come. */
import { largestBatch, whyNoLargerBatch } from '../batch-limit.ts';
import { effectiveBatch, scaledRate } from '../effective.ts';
import { formatCount, formatNumber } from '../../shared/format.ts';
import { choice, number, toggle } from '../kinds.ts';
import type { EpochRows, Facts, Group, ValuesOf } from '../kinds.ts';
import { lrScalingOptions } from '../options.ts';
import { isSequenceTask } from '../task-kind.ts';

function usualBatch({ task, model }: Facts): number {
  if (isSequenceTask(task)) return 64;
  // A pretrained model is large and is tuned for minutes: many small steps get further in them than few large ones.
  if (task === 'text') return model === 'pretrained' ? 8 : 16;
  return task === 'digits' ? 32 : 20;
}

/** The parameters of the group. */
export const batchSize = {
  batchSize: number({
    label: 'Batch size',
    symbol: 'B',
    group: 'batchSize',
    unit: 'examples',
    min: 1,
    max: 10_000,
    limit: largestBatch,
    limitBecause: whyNoLargerBatch,
    fixed: (config) =>
      config.optimizer === 'lbfgs'
        ? { value: config.trainingSize, wrong: 'is not the full batch, which L-BFGS needs', because: 'L-BFGS needs the full batch.' }
        : undefined,
    scale: 'log',
    integer: true,
    // Rprop goes by signs, which the noise of small batches turns at random.
    default: (config) => (config.optimizer === 'rprop' || config.optimizer === 'lbfgs' ? largestBatch(config) : usualBatch(config)),
    applies: 'live',
    urlKey: 'batch',
    names: { pytorch: 'batch_size', keras: 'batch_size', huggingface: 'per_device_train_batch_size' },
    help: {
      line: 'How many examples each step averages its gradient over.',
      paragraph:
        'A smaller batch gives more, noisier updates in an epoch: the thin training line gets rougher. It is often better per epoch, never better per update, and per second it depends on the machine; switch the x axis between step, epoch and seconds to see all three. A very small batch with a high rate bounces at a floor; the full batch gives a smooth line, but few steps in each epoch.',
      formula: 'g = (1/B)·Σ gᵢ',
      source: 'Masters & Luschi 2018; Shallue et al. 2019',
    },
  }),
  accumulation: number({
    label: 'Gradient accumulation',
    symbol: 'A',
    group: 'batchSize',
    advanced: true,
    unit: 'batches',
    min: 1,
    max: 32,
    fixed: (config) =>
      config.optimizer === 'lbfgs'
        ? { value: 1, wrong: 'cannot be with L-BFGS, whose batch is the full one', because: 'L-BFGS takes the full batch at once.' }
        : undefined,
    scale: 'log',
    integer: true,
    default: 1,
    applies: 'live',
    urlKey: 'accumulate',
    names: { keras: 'gradient_accumulation_steps', huggingface: 'gradient_accumulation_steps' },
    help: {
      line: 'How many batches are gone through, one after another, before their summed gradient makes one step.',
      paragraph:
        'A batches of B give exactly the gradient of one batch of A·B, in the memory of B (batch normalisation excepted, which takes the statistics of each): the way to a large batch on a small machine. Set it to 4 and divide the batch size by 4, and the curve stays where it was. Too many: each epoch has few steps, and the loss falls slowly per epoch; each step costs A forward and backward passes, seen as fewer steps per second.',
      formula: 'g = (1/(A·B))·Σ gᵢ',
    },
  }),
  lrScaling: choice({
    label: 'Rate follows batch',
    group: 'batchSize',
    advanced: true,
    default: 'none',
    applies: 'live',
    urlKey: 'lrScaling',
    names: {},
    options: lrScalingOptions,
    help: {
      line: 'Whether the learning rate grows with the effective batch.',
      paragraph:
        'A larger batch has less noise and bears a larger rate. Linear keeps the curve per epoch nearly the same while the batch is small, and diverges when it is not: the loss jumps. Square root keeps the noise of the steps the same and is the usual choice for Adam. The learning-rate chart shows the rate that comes out.',
      formula: 'linear: η·A·B/base · square root: η·√(A·B/base)',
      source: 'Goyal et al. 2017; Krizhevsky 2014',
    },
  }),
  baseBatch: number({
    label: 'Base batch',
    group: 'batchSize',
    advanced: true,
    unit: 'examples',
    min: 1,
    max: 10_000,
    scale: 'log',
    integer: true,
    default: (config) => (config.task === 'digits' ? 32 : 20),
    applies: 'live',
    urlKey: 'baseBatch',
    names: {},
    when: (config) => config.lrScaling !== 'none',
    help: {
      line: 'The effective batch at which the learning rate is exactly what you set.',
      paragraph:
        'Set it to the batch for which the rate was found. Too small, and the rate that comes out is too high: the loss jumps or bounces. Too large, and it is too low: the loss falls slowly.',
      source: 'Goyal et al. 2017',
    },
  }),
  shuffle: choice({
    label: 'Shuffle',
    group: 'batchSize',
    default: 'epoch',
    applies: 'live',
    urlKey: 'shuffle',
    names: { pytorch: 'shuffle', keras: 'shuffle' },
    options: [
      { value: 'epoch', label: 'Every epoch', line: 'A new order in each epoch.' },
      { value: 'once', label: 'Once', line: 'One random order, the same in each epoch.' },
      { value: 'never', label: 'Never', line: 'The order of the data as it was made.' },
    ],
    help: {
      line: 'When the order of the training examples is drawn anew.',
      paragraph:
        'Without shuffling, neighbours in the data share a batch in every epoch. If the data come sorted, the steps pull one way and then the other, and the training line swings with the period of an epoch. Once is enough to break the sorting; every epoch also changes who meets whom.',
    },
  }),
  dropLast: toggle({
    label: 'Drop last batch',
    group: 'batchSize',
    advanced: true,
    default: false,
    applies: 'live',
    urlKey: 'dropLast',
    names: { pytorch: 'drop_last', keras: 'drop_remainder', huggingface: 'dataloader_drop_last' },
    help: {
      line: 'Leaves out the short batch at the end of an epoch.',
      paragraph:
        'Off: the last batch of an epoch may be short, and its gradient is noisier, which can show as one rough step in each epoch. On: every batch is full, some examples are left out in each epoch, and an epoch has a step fewer.',
      formula: 'steps in an epoch = ⌈N/B⌉, or ⌊N/B⌋',
    },
  }),
};

type SizeFacts = Pick<Facts, 'trainingSize' | 'task' | 'text'>;

/** What an epoch goes through. Of a text that has not been counted it is an estimate, and of one of your own not even that. */
function rowsInWords({ task, text, trainingSize }: SizeFacts, rows: EpochRows | undefined): string {
  if (task !== 'text') return formatCount(trainingSize);
  if (rows === undefined) return text === 'own' ? 'those of your text' : `about ${formatCount(trainingSize)}`;
  return rows.replayed > 0 ? `${formatCount(rows.all)}, ${formatCount(rows.replayed)} replayed` : formatCount(rows.all);
}

/** The group and its line. */
export const batchSizeGroup: Group<ValuesOf<typeof batchSize> & SizeFacts & { readonly learningRate: number }> = {
  id: 'batchSize',
  title: 'Batch size',
  number: 2,
  main: 'batchSize',
  summary: (config, rows) => {
    const order = { epoch: 'shuffled', once: 'shuffled once', never: 'in order' }[config.shuffle];
    const size = config.batchSize >= (rows?.all ?? config.trainingSize) ? 'full batch' : formatCount(config.batchSize);
    const effective = effectiveBatch(config);
    const batch = config.accumulation === 1 ? size : `${size} × ${config.accumulation} = ${formatCount(effective)}`;
    return [
      `${batch} of ${rowsInWords(config, rows)}`,
      order,
      ...(config.dropLast ? ['drop last'] : []),
      ...(config.lrScaling === 'none' ? [] : [`η ${formatNumber(scaledRate(config))}`]),
    ].join(' · ');
  },
};
