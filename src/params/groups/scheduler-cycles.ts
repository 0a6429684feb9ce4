/** Group 9, continued: one-cycle and cyclic schedules, and the momentum that they move. */
import { choice, number, toggle } from '../kinds.ts';
import type { Facts } from '../kinds.ts';
import { canCycleMomentum, cyclesMomentum } from '../momentum-role.ts';

const is =
  (...names: readonly Facts['schedule'][]) =>
  (config: Facts): boolean =>
    names.includes(config.schedule);

/** The parameters. */
export const schedulerCycles = {
  risingShare: number({
    label: 'Rising share',
    group: 'scheduler',
    unit: 'of the run',
    min: 0.01,
    max: 0.49,
    scale: 'linear',
    step: 0.01,
    default: 0.3,
    applies: 'live',
    urlKey: 'pctStart',
    names: { pytorch: 'pct_start' },
    when: is('onecycle'),
    help: {
      line: 'The share of the run in which the rate climbs.',
      paragraph:
        'Too short, and the loss may jump when the full rate comes early. Too long, and little is left for the fall, in which most of the loss goes. The curve stretches with the run. PyTorch allows more than a half without three phases.',
      formula: 'peak at t = share·T − 1',
      source: 'Smith & Topin 2017; torch.optim.lr_scheduler.OneCycleLR',
    },
  }),
  startDivisor: number({
    label: 'Start divisor',
    group: 'scheduler',
    advanced: true,
    min: 1,
    max: 1000,
    scale: 'log',
    default: 25,
    applies: 'live',
    urlKey: 'divFactor',
    names: { pytorch: 'div_factor' },
    when: is('onecycle'),
    help: {
      line: 'By how much the rate at the start is smaller than the peak.',
      paragraph: 'At 1 the run starts at the peak, without a warm-up: the loss may jump. Large, and the first steps do hardly anything.',
      formula: 'η/div at step 0',
      source: 'torch.optim.lr_scheduler.OneCycleLR',
    },
  }),
  endDivisor: number({
    label: 'End divisor',
    group: 'scheduler',
    advanced: true,
    min: 1,
    max: 1e6,
    scale: 'log',
    default: 1e4,
    applies: 'live',
    urlKey: 'finalDivFactor',
    names: { pytorch: 'final_div_factor' },
    when: is('onecycle'),
    help: {
      line: 'By how much the rate at the end is smaller than at the start.',
      paragraph:
        'Small, and the loss goes on bouncing at the end. Large, and the last steps settle it; beyond a thousand there is no difference to see.',
      formula: 'η/(div·final) at the last step',
      source: 'torch.optim.lr_scheduler.OneCycleLR',
    },
  }),
  anneal: choice({
    label: 'Shape',
    group: 'scheduler',
    advanced: true,
    default: 'cos',
    applies: 'live',
    urlKey: 'anneal',
    names: { pytorch: 'anneal_strategy' },
    options: [
      { value: 'cos', label: 'Cosine', line: 'Rounded at both ends.' },
      { value: 'linear', label: 'Linear', line: 'Straight lines.' },
    ],
    when: is('onecycle'),
    help: {
      line: 'How the rate moves between start, peak and end.',
      paragraph:
        'Cosine spends longer near the peak and near the end. The difference in the final loss is usually small; watch the dashed curve.',
      source: 'torch.optim.lr_scheduler.OneCycleLR',
    },
  }),
  threePhase: toggle({
    label: 'Three phases',
    group: 'scheduler',
    advanced: true,
    default: false,
    applies: 'live',
    urlKey: 'threePhase',
    names: { pytorch: 'three_phase' },
    when: is('onecycle'),
    help: {
      line: 'Comes down as fast as it went up, then falls to almost nothing in what is left.',
      paragraph: 'Off: one long fall. On: a symmetric hill and a tail, as in the first paper; the loss settles in the tail.',
      source: 'Smith & Topin 2017; torch.optim.lr_scheduler.OneCycleLR',
    },
  }),
  stepsUp: number({
    label: 'Steps up',
    group: 'scheduler',
    unit: 'steps',
    min: 1,
    max: 1_000_000,
    scale: 'log',
    integer: true,
    default: 200,
    applies: 'live',
    urlKey: 'stepsUp',
    names: { pytorch: 'step_size_up' },
    when: is('cyclic'),
    help: {
      line: 'How many steps each climb takes.',
      paragraph:
        'A cycle of a few epochs is usual. Too short, and the loss only jitters. Longer than the run, and it is one long warm-up. The loss rises a little with each climb and falls below the last low with each descent.',
      source: 'Smith 2015; torch.optim.lr_scheduler.CyclicLR',
    },
  }),
  stepsDown: number({
    label: 'Steps down',
    group: 'scheduler',
    advanced: true,
    unit: 'steps',
    min: 0,
    max: 1_000_000,
    scale: 'zeroLog',
    smallest: 1,
    integer: true,
    default: 0,
    zero: 'as many as up',
    applies: 'live',
    urlKey: 'stepsDown',
    names: { pytorch: 'step_size_down' },
    when: is('cyclic'),
    help: {
      line: 'How many steps each descent takes.',
      paragraph: 'A long descent after a short climb gives the loss time to settle in each cycle. A short one throws that away.',
      source: 'torch.optim.lr_scheduler.CyclicLR',
    },
  }),
  cycleMode: choice({
    label: 'Cycles',
    group: 'scheduler',
    default: 'triangular',
    applies: 'live',
    urlKey: 'cycleMode',
    names: { pytorch: 'mode' },
    options: [
      { value: 'triangular', label: 'Alike', line: 'Every cycle reaches the full rate.' },
      { value: 'triangular2', label: 'Halving', line: 'Each cycle reaches half as high as the one before.' },
      { value: 'exp_range', label: 'Fading', line: 'The height is multiplied by the decay factor at every step.' },
    ],
    when: is('cyclic'),
    help: {
      line: 'How high later cycles reach.',
      paragraph:
        'Alike, the loss keeps jumping with each peak to the end. Halving and fading let it settle; fading too fast freezes it early.',
      formula: 'height: 1, ½ᶜ or γᵗ in cycle c, at step t',
      source: 'Smith 2015; torch.optim.lr_scheduler.CyclicLR',
    },
  }),
  cycleMomentum: toggle({
    label: 'Cycle momentum',
    group: 'scheduler',
    advanced: true,
    default: true,
    applies: 'live',
    urlKey: 'cycleMomentum',
    names: { pytorch: 'cycle_momentum' },
    when: canCycleMomentum,
    help: {
      line: 'Moves momentum against the rate: low where the rate is high, high where it is low.',
      paragraph:
        'High rate and high momentum together overshoot; moving them against each other keeps the effective step η/(1 − μ) calmer, and a higher peak is bearable. It takes the place of the momentum of group 7 (β₁ in the Adam family).',
      source: 'Smith 2018; torch.optim.lr_scheduler.OneCycleLR',
    },
  }),
  baseMomentum: number({
    label: 'Lowest momentum',
    group: 'scheduler',
    advanced: true,
    min: 0,
    max: 0.999,
    scale: 'nearOne',
    default: 0.85,
    applies: 'live',
    urlKey: 'baseMomentum',
    names: { pytorch: 'base_momentum' },
    when: cyclesMomentum,
    help: {
      line: 'Momentum at the peak of the rate.',
      paragraph:
        'Too high, and the loss swings at the peak. Too low, and the line gets rough there. The default is OneCycleLR’s for both schedules; CyclicLR’s is 0.8.',
      source: 'torch.optim.lr_scheduler.OneCycleLR',
    },
  }),
  maxMomentum: number({
    label: 'Highest momentum',
    group: 'scheduler',
    advanced: true,
    min: 0,
    max: 0.999,
    scale: 'nearOne',
    default: 0.95,
    applies: 'live',
    urlKey: 'maxMomentum',
    names: { pytorch: 'max_momentum' },
    when: cyclesMomentum,
    help: {
      line: 'Momentum where the rate is lowest.',
      paragraph:
        'It carries the weights on while the rate is small. Very close to 1, they run on in long waves at the end. The default is OneCycleLR’s for both schedules; CyclicLR’s is 0.9.',
      source: 'torch.optim.lr_scheduler.OneCycleLR',
    },
  }),
};
