/** Group 6, continued: chance on what goes in and on what comes back. */
import { number } from '../kinds.ts';
import type { Facts } from '../kinds.ts';
import { isTableModel } from '../model-kind.ts';

/** Tokens are names, not amounts: nothing can be added to them. */
const hasNumbersAsInput = (config: Facts): boolean => isTableModel(config.model);

/** The parameters. */
export const regularizationNoise = {
  inputDropout: number({
    label: 'Input dropout',
    symbol: 'pₓ',
    group: 'regularization',
    advanced: true,
    min: 0,
    max: 0.9,
    scale: 'linear',
    step: 0.01,
    default: 0,
    zero: 'off',
    applies: 'live',
    urlKey: 'inputDropout',
    when: hasNumbersAsInput,
    names: { pytorch: 'p', keras: 'rate' },
    help: {
      line: 'The chance that an input value is left out, drawn anew for every example and step.',
      paragraph:
        'With many inputs, such as pixels, the network learns not to lean on any one of them, and validation loss may fall below what it was. With two inputs it hides half of what there is to know: both losses stop high.',
      formula: 'x ← x·mask/(1 − p) in training',
      source: 'Srivastava et al. 2014',
    },
  }),
  inputNoise: number({
    label: 'Input noise',
    symbol: 'σₓ',
    group: 'regularization',
    advanced: true,
    unit: 'standard deviations',
    min: 0,
    max: 2,
    scale: 'linear',
    step: 0.01,
    default: 0,
    zero: 'off',
    applies: 'live',
    urlKey: 'inputNoise',
    when: hasNumbersAsInput,
    names: { keras: 'GaussianNoise(stddev)' },
    help: {
      line: 'Adds fresh Gaussian noise to the inputs of every training batch.',
      paragraph:
        'Small noise acts like a penalty on steep functions: the boundary gets smoother and validation loss may fall. Too much blurs the classes into one another: both losses stop at a high floor, and the boundary goes nearly straight.',
      formula: 'x ← x + σ·ε, ε ~ N(0, 1), in training',
      source: 'Bishop 1995',
    },
  }),
  gradientNoise: number({
    label: 'Gradient noise',
    symbol: 'σg',
    group: 'regularization',
    advanced: true,
    min: 0,
    max: 10,
    scale: 'zeroLog',
    smallest: 1e-4,
    default: 0,
    zero: 'off',
    applies: 'live',
    urlKey: 'gradNoise',
    names: {},
    help: {
      line: 'Adds Gaussian noise to the gradient, less and less as the run goes on.',
      paragraph:
        'It can shake a run off a flat stretch: where loss lies still near chance, a little noise gets it going. Too much: the training line gets rough and the loss bounces at a floor, which sinks as the noise anneals. It comes after clipping, so that the gradient norms on the chart are without it.',
      formula: 'g ← g + σₜ·ε, σₜ² = σ²/(1 + t)^0.55',
      source: 'Neelakantan et al. 2015',
    },
  }),
};
