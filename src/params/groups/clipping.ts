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
      source: 'Pascanu et al. 2013; torch.nn.utils',
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
    when: (config) => config.clip !== 'none',
    help: {
      line: 'The size above which the gradient is cut.',
      paragraph:
        'Too high: the norm never reaches the line on the gradient chart and nothing is clipped. Too low: most steps are clipped, which is mostly a smaller learning rate in disguise: under SGD the loss falls slowly and in a straight line. Just above the usual norm, only the spikes are cut.',
      formula: 'c in min(1, c/(‖g‖ + 10⁻⁶))',
      source: 'Pascanu et al. 2013',
    },
  }),
};

/** The group and its line. */
export const clippingGroup: Group<ValuesOf<typeof clipping>> = {
  id: 'clipping',
  title: 'Gradient clipping',
  number: 10,
  summary: (config) => (config.clip === 'none' ? 'none' : `${config.clip} ${formatNumber(config.clipAt)}`),
};
