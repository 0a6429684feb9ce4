/** Group 10: a bound on the gradient before the optimizer sees it. */
import { formatNumber } from '../../shared/format.ts';
import { choice, number } from '../kinds.ts';
import type { Group, ValuesOf } from '../kinds.ts';
import { clipOptions } from '../options.ts';

/** The parameters of the group. */
export const clipping = {
  clip: choice({
    label: 'Gradient clipping',
    group: 'clipping',
    default: 'none',
    applies: 'live',
    urlKey: 'clip',
    options: clipOptions,
    names: { pytorch: 'clip_grad_norm_, clip_grad_value_', keras: 'global_clipnorm, clipvalue', huggingface: 'max_grad_norm' },
    help: {
      line: 'How a gradient that is too large is cut.',
      paragraph:
        'Clipping cures exploding gradients, not vanishing ones: single spikes of the gradient norm no longer throw the weights far away. By norm keeps the direction, by value bends it. Adam divides by the size of the gradients anyway, so that there clipping mostly tames rare spikes.',
      formula: 'norm: g·min(1, c/(‖g‖ + 10⁻⁶)) · value: each entry to [−c, c]',
      source: 'Pascanu et al. 2013; torch.nn.utils; Brock et al. 2021; Seetharaman et al. 2020',
    },
  }),
  clipAt: number({
    label: 'Clipping threshold',
    symbol: 'c',
    group: 'clipping',
    min: 1e-4,
    max: 100,
    scale: 'log',
    default: 1,
    applies: 'live',
    urlKey: 'clipAt',
    names: { pytorch: 'max_norm, clip_value', keras: 'global_clipnorm, clipvalue', huggingface: 'max_grad_norm' },
    when: (config) => config.clip !== 'none' && config.clip !== 'agc' && config.clip !== 'percentile',
    help: {
      line: 'The size above which the gradient is cut.',
      paragraph:
        'Too high: the norm never reaches the line on the gradient chart and nothing is clipped. Too low: most steps are clipped, which is mostly a smaller learning rate in disguise: under SGD the loss falls slowly and in a straight line. Just above the usual norm, only the spikes are cut.',
      formula: 'c in min(1, c/(‖g‖ + 10⁻⁶))',
      source: 'Pascanu et al. 2013',
    },
  }),
  adaptiveClip: number({
    label: 'Share of the weights',
    symbol: 'λ',
    group: 'clipping',
    min: 1e-4,
    max: 10,
    scale: 'log',
    default: 0.01,
    applies: 'live',
    urlKey: 'agcAt',
    names: { keras: 'clip_factor' },
    when: (config) => config.clip === 'agc',
    help: {
      line: 'How long a unit’s gradient may be, as a share of the length of its weights.',
      paragraph:
        'Large weights may take large gradients, so one number fits layers of every size. Too low: almost every unit is clipped at every step and the loss falls slowly. Too high: nothing happens. The last layer is left alone; under a tied head that is the table of tokens.',
      formula: 'g ← g·min(1, λ·max(‖w‖, 10⁻³)/‖g‖) for each unit',
      source: 'Brock et al. 2021',
    },
  }),
  clipPercentile: number({
    label: 'Percentile',
    group: 'clipping',
    unit: '%',
    min: 1,
    max: 100,
    scale: 'linear',
    step: 1,
    default: 90,
    applies: 'live',
    urlKey: 'clipPercentile',
    names: {},
    when: (config) => config.clip === 'percentile',
    help: {
      line: 'The threshold is this percentile of the gradient norms of the last 64 steps.',
      paragraph:
        'It follows the norms as they shrink, so no threshold has to be found. At 90 about one step in ten is clipped, all through the run; at 10 nine in ten are, which is mostly a smaller learning rate in disguise. It cannot stop a slow explosion, which it follows upwards.',
      formula: 'c = percentile(‖g‖ of the last 64 steps)',
      source: 'Seetharaman et al. 2020',
    },
  }),
};

/** The group and its line. */
export const clippingGroup: Group<ValuesOf<typeof clipping>> = {
  id: 'clipping',
  title: 'Gradient clipping',
  number: 10,
  main: 'clip',
  summary: (config) => {
    if (config.clip === 'none') return 'none';
    if (config.clip === 'agc') return `adaptive ${formatNumber(config.adaptiveClip)}`;
    if (config.clip === 'percentile') return `percentile ${formatNumber(config.clipPercentile)}`;
    return `${config.clip === 'inf' ? 'largest entry' : config.clip} ${formatNumber(config.clipAt)}`;
  },
};
