/** Group 5, continued: what only one or two optimizers have. */
import { number, toggle } from '../kinds.ts';
import type { Facts } from '../kinds.ts';

const is =
  (...names: readonly Facts['optimizer'][]) =>
  (config: Facts): boolean =>
    names.includes(config.optimizer);

/** The parameters. */
export const optimizerDetails = {
  amsgrad: toggle({
    label: 'AMSGrad',
    group: 'optimizer',
    default: false,
    applies: 'live',
    urlKey: 'amsgrad',
    names: { pytorch: 'amsgrad', keras: 'amsgrad' },
    when: is('adam', 'adamw'),
    help: {
      line: 'Divides by the largest second moment so far instead of the present one: steps never grow again.',
      paragraph:
        'It takes away the late spikes that Adam shows when gradients have become tiny and one large one comes. The price: a single large gradient early on keeps all later steps small, and the loss falls more slowly.',
      formula: 'v̂ ← max(v̂, v)',
      source: 'Reddi et al. 2018',
    },
  }),
  momentumDecay: number({
    label: 'Momentum warm-up',
    symbol: 'ψ',
    group: 'optimizer',
    min: 0,
    max: 1,
    scale: 'zeroLog',
    smallest: 1e-4,
    default: 0.004,
    applies: 'live',
    urlKey: 'momentumDecay',
    names: { pytorch: 'momentum_decay' },
    when: is('nadam'),
    help: {
      line: 'How fast NAdam’s momentum rises from half of β₁ to all of it.',
      paragraph:
        'At 0 it stays at half of β₁, and the training line is rougher. Near 1 it is there at once, as in Adam. At the default it takes some hundred steps; the difference shows only at the start of a run.',
      formula: 'μₜ = β₁·(1 − ½·0.96^(t·ψ))',
      source: 'Dozat 2016; torch.optim.NAdam',
    },
  }),
  etaMinus: number({
    label: 'Shrink factor',
    symbol: 'η⁻',
    group: 'optimizer',
    min: 0.01,
    max: 0.99,
    scale: 'linear',
    step: 0.01,
    default: 0.5,
    applies: 'live',
    urlKey: 'etaMinus',
    names: { pytorch: 'etas[0]' },
    when: is('rprop'),
    help: {
      line: 'What a weight’s step is multiplied by when its gradient turns round.',
      paragraph:
        'Close to 1 a weight that has overshot goes on swinging, and the loss zigzags. Very small, it comes to a halt after one turn and needs many steps to get going again. With small batches noise turns signs all the time, and every step shrinks to nothing.',
      source: 'Riedmiller & Braun 1993; torch.optim.Rprop',
    },
  }),
  etaPlus: number({
    label: 'Growth factor',
    symbol: 'η⁺',
    group: 'optimizer',
    min: 1.01,
    max: 3,
    scale: 'linear',
    step: 0.01,
    default: 1.2,
    applies: 'live',
    urlKey: 'etaPlus',
    names: { pytorch: 'etas[1]' },
    when: is('rprop'),
    help: {
      line: 'What a weight’s step is multiplied by while its gradient keeps its sign.',
      paragraph:
        'Near 1 steps only ever shrink and the loss flattens early. Large, steps run away on every slope and the loss jumps when they overshoot. The learning rate is the size of the first step and nothing else: moving it later changes nothing.',
      source: 'Riedmiller & Braun 1993; torch.optim.Rprop',
    },
  }),
  lambda: number({
    label: 'Rate decay',
    symbol: 'λₐ',
    group: 'optimizer',
    min: 0,
    max: 1,
    scale: 'zeroLog',
    smallest: 1e-6,
    default: 1e-4,
    zero: 'off',
    applies: 'live',
    urlKey: 'lambd',
    names: { pytorch: 'lambd' },
    when: is('asgd'),
    help: {
      line: 'How fast ASGD’s own rate sinks below the one set, and how much it shrinks the weights.',
      paragraph:
        'Too high: the rate is gone within a few hundred steps and the loss freezes. At 0 it is plain SGD with a mean beside it. The learning-rate chart shows the rate before this decay.',
      formula: 'ηₜ = η/(1 + λ·η·t)^α, w ← (1 − λ·ηₜ)·w − ηₜ·g',
      source: 'Bottou 2012; torch.optim.ASGD',
    },
  }),
  ratePower: number({
    label: 'Rate decay power',
    symbol: 'α',
    group: 'optimizer',
    min: 0,
    max: 1,
    scale: 'linear',
    step: 0.01,
    default: 0.75,
    applies: 'live',
    urlKey: 'asgdAlpha',
    names: { pytorch: 'alpha' },
    when: is('asgd'),
    help: {
      line: 'The power with which ASGD’s own rate sinks.',
      paragraph:
        'At 0 the rate stays; at 1 it sinks fastest. The smaller it is, the longer the weights keep moving, and the more their mean is worth: compare the line of the average with that of the weights.',
      formula: 'ηₜ = η/(1 + λ·η·t)^α',
      source: 'Bottou 2012; torch.optim.ASGD',
    },
  }),
  averageFrom: number({
    label: 'Average from step',
    symbol: 't₀',
    group: 'optimizer',
    unit: 'steps',
    min: 0,
    max: 10_000_000,
    scale: 'zeroLog',
    smallest: 1,
    integer: true,
    default: 100,
    applies: 'live',
    urlKey: 't0',
    names: { pytorch: 't0' },
    when: is('asgd'),
    help: {
      line: 'The step from which ASGD takes the mean of its weights.',
      paragraph:
        'Too early: the mean drags the weights of the start along, and its line on the loss chart lies high for long. Too late: the mean is no smoother than the weights. PyTorch’s default of a million steps means never in a run of this size.',
      formula: 'w̄ ← w̄ + (w − w̄)/max(1, t − t₀)',
      source: 'Polyak & Juditsky 1992; torch.optim.ASGD',
    },
  }),
  adamRatio: number({
    label: 'AdamW’s share of the rate',
    group: 'optimizer',
    unit: 'of the rate',
    min: 0,
    max: 10,
    scale: 'zeroLog',
    smallest: 0.001,
    default: 0.1,
    applies: 'live',
    urlKey: 'adamRatio',
    names: {},
    when: is('muon'),
    help: {
      line: 'The learning rate that AdamW uses for what Muon does not treat, as a share of Muon’s.',
      paragraph:
        'Muon moves only hidden matrices; biases and the first and last layer go by AdamW, which wants smaller steps. Too low: the last layer hardly learns and the loss falls slowly. Too high: it bounces. With fewer than two hidden layers there is no hidden matrix, and everything goes by AdamW at this share.',
      formula: 'η(AdamW) = share·η',
      source: 'Jordan 2024',
    },
  }),
  scaleByWeights: toggle({
    label: 'Scale by weights',
    group: 'optimizer',
    default: false,
    applies: 'live',
    urlKey: 'scaleParameter',
    names: { huggingface: 'scale_parameter' },
    when: is('adafactor'),
    help: {
      line: 'Multiplies each tensor’s step by the root mean square of its weights.',
      paragraph:
        'On, the rate is relative: 0.01 moves weights by about a hundredth of their size. Tensors that start at zero, such as biases, then creep at a thousandth of the rate, and the loss falls more slowly at first. Off, the rate is absolute as in Adam.',
      formula: 'αₜ = max(ε₂, RMS(w))·η',
      source: 'Shazeer & Stern 2018',
    },
  }),
};
