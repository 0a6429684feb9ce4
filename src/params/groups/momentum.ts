/** Group 7: how long past gradients keep pushing. For the Adam family β₁ plays momentum's part. */
import { formatNumber } from '../../shared/format.ts';
import { number, toggle } from '../kinds.ts';
import type { Facts, Group, ValuesOf } from '../kinds.ts';
import { cyclesMomentum, hasVelocity, momentumRole } from '../momentum-role.ts';
import { optimizerOptions } from '../options.ts';

/** Whether μ acts: where the schedule moves momentum, it does not. */
const usesMomentum = (config: Facts): boolean => momentumRole(config) === 'momentum' && !cyclesMomentum(config);
const hasBeta1 = (config: Facts): boolean => config.optimizer === 'muon' || momentumRole(config) === 'beta1';
const usesBeta1 = (config: Facts): boolean => hasBeta1(config) && !(momentumRole(config) === 'beta1' && cyclesMomentum(config));
const hasBeta2 = (config: Facts): boolean => hasBeta1(config) && config.optimizer !== 'adafactor';
const hasSgdVelocity = (config: Facts): boolean => config.optimizer === 'sgd' && hasVelocity(config);

/** The parameters of the group. */
export const momentum = {
  momentum: number({
    label: 'Momentum',
    symbol: 'μ',
    group: 'momentum',
    min: 0,
    max: 0.999,
    scale: 'nearOne',
    default: ({ optimizer }) => (optimizer === 'muon' ? 0.95 : optimizer === 'sfsgd' ? 0.9 : 0),
    zero: 'off',
    applies: 'live',
    urlKey: 'momentum',
    names: { pytorch: 'momentum', keras: 'momentum' },
    when: usesMomentum,
    help: {
      line: 'The share of the last step’s velocity that is kept for the next.',
      paragraph:
        'Its main effect is speed along flat directions and a wider stable range of rates: the effective step is η/(1 − μ), ten times η at 0.9. Too low: slow along valleys. Too high: the loss swings up and down in long waves, and a rate that was fine without momentum diverges. Muon sets the length of its steps anew each time, so that μ only smooths them; in Schedule-Free SGD it says how far from z to x gradients are taken.',
      formula: 'v ← μ·v + (1 − dampening)·g, w ← w − η·v; the first step sets v = g',
      source: 'Polyak 1964; torch.optim.SGD',
    },
  }),
  dampening: number({
    label: 'Dampening',
    symbol: 'τ',
    group: 'momentum',
    advanced: true,
    min: 0,
    max: 1,
    limit: (config) => (config.nesterov ? 0 : 1),
    scale: 'linear',
    step: 0.01,
    default: 0,
    zero: 'off',
    applies: 'live',
    urlKey: 'dampening',
    names: { pytorch: 'dampening' },
    when: (config) => hasSgdVelocity(config) && !config.nesterov,
    help: {
      line: 'The share of each new gradient that is kept out of the velocity.',
      paragraph:
        'At 0 momentum makes steps longer by 1/(1 − μ). With dampening equal to μ the velocity is an average and steps keep their size: the loss falls as slowly as without momentum, but more smoothly. At 1 new gradients are ignored after the first, and the loss drifts away. Nesterov needs dampening 0, as in PyTorch.',
      formula: 'v ← μ·v + (1 − τ)·g',
      source: 'torch.optim.SGD',
    },
  }),
  nesterov: toggle({
    label: 'Nesterov',
    group: 'momentum',
    default: false,
    applies: 'live',
    urlKey: 'nesterov',
    names: { pytorch: 'nesterov', keras: 'nesterov' },
    when: hasSgdVelocity,
    help: {
      line: 'Adds the gradient once more on top of the velocity, as if looking one step ahead.',
      paragraph:
        'It calms the swings of high momentum: with μ = 0.95 or more the waves in the loss get smaller. With low momentum there is almost no difference.',
      formula: 'step along g + μ·v instead of v',
      source: 'Nesterov 1983; Sutskever et al. 2013',
    },
  }),
  beta1: number({
    label: 'First moment β₁',
    symbol: 'β₁',
    group: 'momentum',
    min: 0,
    max: 0.999,
    scale: 'nearOne',
    default: ({ optimizer }) => (optimizer === 'adafactor' ? 0 : 0.9),
    applies: 'live',
    urlKey: 'beta1',
    names: { pytorch: 'betas[0]', keras: 'beta_1', huggingface: 'adam_beta1' },
    when: usesBeta1,
    help: {
      line: 'How slowly the optimizer forgets old gradients: β₁ plays momentum’s part here.',
      paragraph:
        'Unlike μ it averages, so that it does not lengthen the steps. Too low: steps follow every noisy batch and the line gets rough. Too close to 1: the average lags behind, and the loss overshoots in slow waves. In Muon it belongs to the AdamW part; Adafactor averages its steps and does without by default; in Schedule-Free AdamW it says how far from z to x gradients are taken.',
      formula: 'm ← β₁·m + (1 − β₁)·g, m̂ = m/(1 − β₁ᵗ)',
      source: 'Kingma & Ba 2014',
    },
  }),
  beta2: number({
    label: 'Second moment β₂',
    symbol: 'β₂',
    group: 'momentum',
    min: 0,
    max: 0.9999,
    scale: 'nearOne',
    default: ({ optimizer }) => (optimizer === 'lion' ? 0.99 : optimizer === 'muon' ? 0.95 : 0.999),
    applies: 'live',
    urlKey: 'beta2',
    names: { pytorch: 'betas[1]', keras: 'beta_2', huggingface: 'adam_beta2' },
    when: hasBeta2,
    help: {
      line: 'How slowly the optimizer forgets old squared gradients; in Lion, old gradients.',
      paragraph:
        'Too low: the divisor follows single batches, steps become erratic, and the loss may spike or diverge. Too close to 1: the divisor remembers the large gradients of the start and steps stay small for long. Spikes late in training, when gradients have become tiny, get rarer with a β₂ of 0.95 to 0.99. Adamax forgets its largest gradient at this pace. In Lion β₂ sets how long the momentum remembers, and β₁ how much the newest gradient adds.',
      formula: 'v ← β₂·v + (1 − β₂)·g², v̂ = v/(1 − β₂ᵗ)',
      source: 'Kingma & Ba 2014',
    },
  }),
};

/** The group and its line. */
export const momentumGroup: Group<ValuesOf<typeof momentum> & Facts & { readonly baseMomentum: number; readonly maxMomentum: number }> = {
  id: 'momentum',
  title: 'Momentum',
  number: 7,
  summary: (config) => {
    const role = momentumRole(config);
    if (role === 'none') return `not in ${optimizerOptions.find(({ value }) => value === config.optimizer)?.label ?? config.optimizer}`;
    const cycled = cyclesMomentum(config);
    const own = role === 'beta1' ? config.beta1 : config.momentum;
    const beta2 = role === 'beta1' && hasBeta2(config) ? [`β₂ ${formatNumber(config.beta2, 4)}`] : [];
    if (!cycled && own === 0 && beta2.length === 0) return 'off';
    const range = [config.baseMomentum, config.maxMomentum].map((value) => formatNumber(value, 4)).join('–');
    const extra =
      config.optimizer !== 'sgd' ? [] : config.nesterov ? ['Nesterov'] : config.dampening > 0 ? [`dampening ${config.dampening}`] : [];
    return [`${role === 'beta1' ? 'β₁' : 'μ'} ${cycled ? `${range}, cycled` : formatNumber(own, 4)}`, ...beta2, ...extra].join(' · ');
  },
};
