/** Group 2: how many examples each step averages over, and in which order they come. */
import { formatCount } from '../../shared/format.ts';
import { choice, number, toggle } from '../kinds.ts';
import type { Facts, Group, ValuesOf } from '../kinds.ts';

/** The parameters of the group. */
export const batchSize = {
  batchSize: number({
    label: 'Batch size',
    symbol: 'B',
    group: 'batchSize',
    unit: 'examples',
    min: 1,
    max: 10_000,
    limit: (config) => config.trainingSize,
    scale: 'log',
    integer: true,
    default: (config) => (config.task === 'digits' ? 32 : 20),
    applies: 'live',
    urlKey: 'batch',
    names: { pytorch: 'batch_size', keras: 'batch_size', huggingface: 'per_device_train_batch_size' },
    help: {
      line: 'How many examples each step averages its gradient over.',
      paragraph:
        'A smaller batch gives more, noisier updates in an epoch: the thin training line gets rougher. It is often better per epoch, never better per update, and per second it depends on the machine; switch the x axis between step, epoch and seconds to see all three. A very small batch with a high rate bounces at a floor; the full batch gives a smooth line, but few steps in each epoch.',
      formula: 'g = (1/B)·Σ gᵢ',
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

/** The group and its line. */
export const batchSizeGroup: Group<ValuesOf<typeof batchSize> & Pick<Facts, 'trainingSize'>> = {
  id: 'batchSize',
  title: 'Batch size',
  number: 2,
  summary: (config) => {
    const order = { epoch: 'shuffled', once: 'shuffled once', never: 'in order' }[config.shuffle];
    const size = config.batchSize >= config.trainingSize ? 'full batch' : formatCount(config.batchSize);
    return [`${size} of ${formatCount(config.trainingSize)}`, order, ...(config.dropLast ? ['drop last'] : [])].join(' · ');
  },
};
