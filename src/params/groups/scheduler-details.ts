/** Group 9, continued: what only one or two schedules have. */
import { choice, curve, list, number } from '../kinds.ts';
import type { Facts } from '../kinds.ts';

const is =
  (...names: readonly Facts['schedule'][]) =>
  (config: Facts): boolean =>
    names.includes(config.schedule);

/** The parameters. */
export const schedulerDetails = {
  milestones: list({
    label: 'Milestones',
    group: 'scheduler',
    unit: 'epochs or steps',
    minLength: 1,
    maxLength: 12,
    min: 1,
    max: 1_000_000,
    default: [100, 150],
    applies: 'live',
    urlKey: 'milestones',
    names: { pytorch: 'milestones', keras: 'boundaries' },
    when: is('multistep'),
    help: {
      line: 'When the rate is multiplied by the decay factor, counted in epochs or steps.',
      paragraph:
        'Each cut should come when the loss has stopped falling at the present rate, and shows as a sudden drop after it. Too early, and training freezes at a poor value; after the end of the run, and nothing happens.',
      formula: 'η·γ^(milestones passed)',
      source: 'torch.optim.lr_scheduler.MultiStepLR',
    },
  }),
  power: number({
    label: 'Power',
    group: 'scheduler',
    min: 0.1,
    max: 10,
    scale: 'log',
    default: 1,
    applies: 'live',
    urlKey: 'power',
    names: { pytorch: 'power', keras: 'power', huggingface: 'power' },
    when: is('polynomial'),
    help: {
      line: 'How the fall is bent: 1 is a straight line.',
      paragraph:
        'Above 1 the rate falls fast at first and lingers at small values: learning freezes early. Below 1 it stays high and falls at the very end, when little time is left to settle. If the run is extended, the whole curve stretches.',
      formula: 'ηₘᵢₙ + (η − ηₘᵢₙ)·(1 − t/T)^power',
      source: 'torch.optim.lr_scheduler.PolynomialLR; Hugging Face get_polynomial_decay_schedule_with_warmup',
    },
  }),
  firstPeriod: number({
    label: 'First period',
    symbol: 'T₀',
    group: 'scheduler',
    unit: 'epochs or steps',
    min: 1,
    max: 1_000_000,
    scale: 'log',
    integer: true,
    default: 50,
    applies: 'live',
    urlKey: 't0Cycle',
    names: { pytorch: 'T_0', keras: 'first_decay_steps' },
    when: is('restarts'),
    help: {
      line: 'How long the first cosine lasts before the rate jumps back up.',
      paragraph:
        'Each restart throws the weights out of where they had settled: the loss jumps, and falls again, often lower. Too short, and nothing settles in between; longer than the run, and it is plain cosine.',
      source: 'Loshchilov & Hutter 2016; torch.optim.lr_scheduler.CosineAnnealingWarmRestarts',
    },
  }),
  periodFactor: number({
    label: 'Period factor',
    group: 'scheduler',
    advanced: true,
    min: 1,
    max: 10,
    scale: 'linear',
    step: 1,
    integer: true,
    default: 1,
    applies: 'live',
    urlKey: 'tMult',
    names: { pytorch: 'T_mult', keras: 't_mul' },
    when: is('restarts'),
    help: {
      line: 'How much longer each cosine is than the one before.',
      paragraph:
        'At 1 all are alike. At 2 restarts get rare as the run goes on, and the last, longest fall gives the best weights. The dashed curve shows where they lie.',
      source: 'Loshchilov & Hutter 2016',
    },
  }),
  timescale: number({
    label: 'Timescale',
    group: 'scheduler',
    unit: 'steps',
    min: 0,
    max: 1_000_000,
    scale: 'zeroLog',
    smallest: 1,
    integer: true,
    default: 0,
    zero: 'as the warm-up, else 10,000',
    applies: 'live',
    urlKey: 'timescale',
    names: { huggingface: 'timescale' },
    when: is('invsqrt'),
    help: {
      line: 'After how many steps the rate has fallen to 0.71 of itself; after three times as many, to half.',
      paragraph: 'Short, and the rate is gone before much is learned. Long against the run, and it stays almost constant.',
      formula: 'η·√(s/(t + s))',
      source: 'Vaswani et al. 2017; Hugging Face get_inverse_sqrt_schedule',
    },
  }),
  decayShare: number({
    label: 'Decay share',
    group: 'scheduler',
    unit: 'of the run',
    min: 0,
    max: 1,
    scale: 'linear',
    step: 0.01,
    default: 0.2,
    applies: 'live',
    urlKey: 'decayShare',
    names: { huggingface: 'num_decay_steps' },
    when: is('wsd'),
    help: {
      line: 'The last part of the run, in which the rate falls.',
      paragraph:
        'While the rate is stable the loss falls slowly or bounces; in the decay it drops at once. A fifth is usually enough. At 0 there is no decay; at 1 no stable part. If the run is extended, the decay moves to its new end.',
      source: 'Hu et al. 2024; Hägele et al. 2024',
    },
  }),
  decayShape: choice({
    label: 'Decay shape',
    group: 'scheduler',
    default: 'linear',
    applies: 'live',
    urlKey: 'decayShape',
    names: { huggingface: 'decay_type' },
    options: [
      { value: 'linear', label: 'Linear', line: 'A straight line.' },
      { value: 'cosine', label: 'Cosine', line: 'Slow, fast, slow.' },
      { value: 'sqrt', label: '1 − √', line: 'Fast at once, then slower and slower.' },
    ],
    when: is('wsd'),
    help: {
      line: 'How the rate falls in the decay.',
      paragraph:
        'The one minus square root drops fastest at first and was found to end a little lower; on small tasks the three end alike.',
      formula: '1 − p · ½(1 + cos πp) · 1 − √p',
      source: 'Hägele et al. 2024',
    },
  }),
  drawn: curve({
    label: 'Rate curve',
    group: 'scheduler',
    unit: 'place:factor, the place from 0 to 1 along the run, the factor times the rate',
    maxKnots: 64,
    max: 10,
    default: [
      [0, 1],
      [1, 0],
    ],
    applies: 'live',
    urlKey: 'drawn',
    names: { pytorch: 'torch.optim.lr_scheduler.LambdaLR' },
    when: is('drawn'),
    help: {
      line: 'The learning rate over the run as you draw it, as knots with straight lines between them.',
      paragraph:
        'Drag over the learning-rate chart, or move along it with the arrow keys left and right and bend it with up and down. Each knot is a place in the run and a factor of the rate; a longer run stretches the curve. Drawn high for long, the loss bounces; drawn down early, it freezes: after every bend look for the answer of the loss below it.',
      formula: 'η·interpolate(t/T)',
      source: 'numpy.interp within torch.optim.lr_scheduler.LambdaLR',
    },
  }),
};
