/** Group 9: the learning rate over the run. */
import { formatCount, formatNumber, formatPercent } from '../../shared/format.ts';
import { choice, number } from '../kinds.ts';
import type { Facts, Group, ValuesOf } from '../kinds.ts';
import { scheduleOptions } from '../options.ts';
import { schedulerCycles } from './scheduler-cycles.ts';
import { schedulerDetails } from './scheduler-details.ts';
import { schedulerPlateau } from './scheduler-plateau.ts';

const is =
  (...names: readonly Facts['schedule'][]) =>
  (config: Facts): boolean =>
    names.includes(config.schedule);

/** The parameters of the group. */
export const scheduler = {
  schedule: choice({
    label: 'Schedule',
    group: 'scheduler',
    default: 'constant',
    applies: 'live',
    urlKey: 'sched',
    options: scheduleOptions,
    names: { pytorch: 'torch.optim.lr_scheduler', keras: 'keras.optimizers.schedules', huggingface: 'lr_scheduler_type' },
    help: {
      line: 'How the learning rate changes over the run.',
      paragraph:
        'A high rate at first covers ground, a low one at the end settles: when a constant rate bounces at a floor, a decay makes the loss drop near the end. Decaying too early freezes training at a poor value, seen as a loss that stops falling as the rate goes to zero. The dashed curve is the plan, the solid one what was used.',
      source: 'torch.optim.lr_scheduler',
    },
  }),
  stepSize: number({
    label: 'Step size',
    group: 'scheduler',
    min: 1,
    max: 100_000,
    scale: 'log',
    integer: true,
    default: 10,
    applies: 'live',
    urlKey: 'stepSize',
    names: { pytorch: 'step_size', keras: 'decay_steps' },
    when: is('step'),
    help: {
      line: 'How many steps or epochs lie between two cuts of the rate.',
      paragraph:
        'Too small: the rate is gone before much is learned, and the loss freezes. Too large: no cut happens within the run. Each cut should show as a bend of the loss; if it does not, it came too early or too late.',
      formula: 'η·γ^⌊t/size⌋',
      source: 'torch.optim.lr_scheduler.StepLR',
    },
  }),
  gamma: number({
    label: 'Decay factor',
    symbol: 'γ',
    group: 'scheduler',
    min: 0.01,
    max: 1,
    scale: 'linear',
    step: 0.01,
    default: 0.95,
    applies: 'live',
    urlKey: 'gamma',
    names: { pytorch: 'gamma', keras: 'decay_rate' },
    when: (config) => is('step', 'exponential', 'multistep')(config) || (config.schedule === 'cyclic' && config.cycleMode === 'exp_range'),
    help: {
      line: 'What the rate is multiplied by at each cut.',
      paragraph:
        'Close to 1 the decay is barely visible. Small values take the rate to nothing within a few cuts, and the loss freezes where it is: watch the dashed curve before you run. StepLR and MultiStepLR begin at 0.1, CyclicLR at 1; here one default serves all.',
      formula: 'step: η·γ^⌊t/size⌋ · exponential: η·γᵗ · multi-step: η·γ^(milestones passed) · fading cycles: height·γᵗ',
      source: 'torch.optim.lr_scheduler.ExponentialLR',
    },
  }),
  per: choice({
    label: 'Counted per',
    group: 'scheduler',
    advanced: true,
    default: 'epoch',
    applies: 'live',
    urlKey: 'per',
    names: {},
    when: is('step', 'exponential', 'multistep', 'restarts'),
    options: [
      { value: 'epoch', label: 'Epoch', line: 'The rate changes between epochs only.' },
      { value: 'step', label: 'Step', line: 'The rate may change at every optimizer step.' },
    ],
    help: {
      line: 'Whether the schedule counts epochs or optimizer steps.',
      paragraph:
        'The same γ decays far faster per step than per epoch: with ten steps in an epoch, 0.95 per step leaves 0.6 of the rate after one epoch. Counting epochs keeps the shape when the batch size changes.',
    },
  }),
  endFactor: number({
    label: 'End factor',
    group: 'scheduler',
    min: 0,
    max: 1,
    scale: 'linear',
    step: 0.01,
    default: 0,
    applies: 'live',
    urlKey: 'endFactor',
    names: { pytorch: 'end_factor' },
    when: is('linear', 'wsd'),
    help: {
      line: 'The share of the rate that is left at the end of the line.',
      paragraph:
        'At 0 the run ends with steps of no size, which settles the loss. At 1 the rate stays constant, and what bounced goes on bouncing.',
      formula: 'η·(1 + (end − 1)·t/T)',
      source: 'torch.optim.lr_scheduler.LinearLR',
    },
  }),
  minLr: number({
    label: 'Lowest rate',
    symbol: 'ηₘᵢₙ',
    group: 'scheduler',
    min: 0,
    max: 1,
    scale: 'zeroLog',
    smallest: 1e-8,
    default: 0,
    applies: 'live',
    urlKey: 'minLr',
    names: { pytorch: 'eta_min, min_lr', keras: 'min_lr' },
    when: is('cosine', 'plateau', 'polynomial', 'restarts', 'cyclic'),
    help: {
      line: 'The rate that the schedule does not go below.',
      paragraph:
        'At 0 cosine ends with steps of no size. A floor keeps the network learning slowly to the end; too high a floor keeps it bouncing. A floor above the learning rate turns the cosine upwards.',
      formula: 'cosine: ηₘᵢₙ + ½(η − ηₘᵢₙ)(1 + cos(π·t/T))',
      source: 'Loshchilov & Hutter 2016; torch.optim.lr_scheduler.CosineAnnealingLR',
    },
  }),
  ...schedulerPlateau,
  ...schedulerDetails,
  ...schedulerCycles,
  warmup: number({
    label: 'Warm-up',
    symbol: 'W',
    group: 'scheduler',
    unit: 'steps, or share below 1',
    min: 0,
    max: 100_000,
    scale: 'zeroLog',
    smallest: 0.001,
    snap: (value) => (value < 1 ? value : Math.round(value)),
    default: 0,
    zero: 'off',
    applies: 'live',
    urlKey: 'warmup',
    names: { huggingface: 'warmup_steps, warmup_ratio' },
    help: {
      line: 'How long the rate climbs in a straight line before the schedule begins: steps, or a share of the run if below 1.',
      paragraph:
        'Without it the first steps are full-sized while the gradients are still large and the optimizer’s averages empty: with a high rate the loss jumps at the start. Too long: the run spends itself climbing, and the loss falls late.',
      formula: 'η·(from + (1 − from)·t/W) for t < W',
      source: 'Goyal et al. 2017',
    },
  }),
  warmupFrom: number({
    label: 'Warm-up from',
    group: 'scheduler',
    advanced: true,
    unit: 'share of the rate',
    min: 0,
    max: 1,
    scale: 'linear',
    step: 0.01,
    default: 0,
    applies: 'live',
    urlKey: 'warmupFrom',
    names: { pytorch: 'start_factor' },
    when: (config) => config.warmup > 0,
    help: {
      line: 'The share of the rate at which the warm-up starts.',
      paragraph:
        'At 0 the very first step has no size at all, and the loss stays where it was. At 1 there is no warm-up, only a later start of the schedule.',
      formula: 'from + (1 − from)·t/W',
      source: 'torch.optim.lr_scheduler.LinearLR',
    },
  }),
};

/** The schedule with its numbers, in words. */
function shape(config: ValuesOf<typeof scheduler>): string {
  switch (config.schedule) {
    case 'constant':
      return 'constant';
    case 'step':
      return `× ${formatNumber(config.gamma)} every ${formatCount(config.stepSize)} ${config.per}s`;
    case 'exponential':
      return `× ${formatNumber(config.gamma)} per ${config.per}`;
    case 'linear':
      return `linear to ${config.endFactor === 0 ? '0' : formatPercent(config.endFactor)}`;
    case 'cosine':
      return `cosine to ${formatNumber(config.minLr)}`;
    case 'plateau':
      return `× ${formatNumber(config.factor)} on plateau`;
    case 'multistep':
      return `× ${formatNumber(config.gamma)} at ${config.per} ${config.milestones.join(', ')}`;
    case 'polynomial':
      return `power ${formatNumber(config.power)} to ${formatNumber(config.minLr)}`;
    case 'restarts':
      return `cosine, restart after ${formatCount(config.firstPeriod)} ${config.per}s`;
    case 'onecycle':
      return 'one cycle';
    case 'cyclic':
      return `cycles of ${formatCount(config.stepsUp + (config.stepsDown || config.stepsUp))} steps`;
    case 'invsqrt':
      return 'inverse square root';
    case 'wsd':
      return `decay in the last ${formatPercent(config.decayShare)}`;
    case 'drawn':
      return config.drawn.length === 1 ? 'drawn, one knot' : `drawn, ${formatCount(config.drawn.length)} knots`;
  }
}

/** The group and its line. */
export const schedulerGroup: Group<ValuesOf<typeof scheduler>> = {
  id: 'scheduler',
  title: 'Scheduler',
  number: 9,
  main: 'schedule',
  summary: (config) => {
    if (config.warmup === 0) return shape(config);
    const length = config.warmup < 1 ? formatPercent(config.warmup) : `${formatCount(config.warmup)} steps`;
    return `${shape(config)}, ${length} warm-up`;
  },
};
