/** Group 5: the rule that turns a gradient into a step. Momentum and β stand in group 7, weight decay in group 6. */
import { formatNumber } from '../../shared/format.ts';
import { choice, number, toggle } from '../kinds.ts';
import type { Facts, Group, ValuesOf } from '../kinds.ts';
import { layerCount } from '../layers.ts';
import type { LayerFacts } from '../layers.ts';
import { isTableModel } from '../model-kind.ts';
import { optimizerOptions } from '../options.ts';
import { optimizerDetails } from './optimizer-details.ts';
import { isLanguageTask } from '../task-kind.ts';

const withoutEpsilon: readonly Facts['optimizer'][] = ['sgd', 'rprop', 'asgd', 'lion', 'adafactor', 'sfsgd', 'lbfgs'];

function defaultEpsilon({ optimizer: name }: Facts): number {
  if (name === 'adagrad') return 1e-10;
  return name === 'adadelta' || name === 'lamb' ? 1e-6 : 1e-8;
}

/** The parameters of the group. */
export const optimizer = {
  optimizer: choice({
    label: 'Optimizer',
    group: 'optimizer',
    default: 'adam',
    applies: 'restart',
    urlKey: 'opt',
    options: optimizerOptions,
    // It takes all examples at once, and a text has no end of them.
    available: (value, { task }) => value !== 'lbfgs' || !isLanguageTask(task),
    names: { pytorch: 'torch.optim', keras: 'optimizer', huggingface: 'optim' },
    help: {
      line: 'The rule that turns the gradient into a step.',
      paragraph:
        'Plain SGD moves by the size of the gradient: fast where it is steep, hardly at all where it is flat. Adam and RMSprop divide by the recent size of each gradient, so every weight moves by about the learning rate, whatever the slope: they get off flat stretches sooner and want a smaller rate. Adagrad’s steps only ever shrink; with a low rate its loss flattens early. Compare optimizers each at its own best rate, not at the same one.',
      formula: 'sgd: w − η·v · adam: w − η·m̂/(√v̂ + ε)',
      source:
        'torch.optim; Kingma & Ba 2014; Loshchilov & Hutter 2017; Duchi et al. 2011; Tieleman & Hinton 2012; Dozat 2016; Liu et al. 2020; Zeiler 2012; Riedmiller & Braun 1993; Polyak & Juditsky 1992; Chen et al. 2023; Jordan 2024; You et al. 2020; Shazeer & Stern 2018; Defazio et al. 2024; Liu & Nocedal 1989',
    },
  }),
  alpha: number({
    label: 'Smoothing constant',
    symbol: 'α',
    group: 'optimizer',
    min: 0,
    max: 0.9999,
    scale: 'nearOne',
    default: (config) => (config.optimizer === 'adadelta' ? 0.9 : 0.99),
    applies: 'live',
    urlKey: 'alpha',
    names: { pytorch: 'alpha, rho', keras: 'rho' },
    when: (config) => config.optimizer === 'rmsprop' || config.optimizer === 'adadelta',
    help: {
      line: 'How slowly RMSprop and Adadelta forget old squared gradients.',
      paragraph:
        'Too low: the divisor follows every single gradient, each step has nearly the same size, and the loss bounces. Too close to 1: the divisor starts near zero and fills slowly, so that the first steps are far too large, seen as an early jump of the loss.',
      formula: 's ← α·s + (1 − α)·g²',
      source: 'torch.optim.RMSprop',
    },
  }),
  centered: toggle({
    label: 'Centred',
    group: 'optimizer',
    advanced: true,
    default: false,
    applies: 'live',
    urlKey: 'centered',
    names: { pytorch: 'centered', keras: 'centered' },
    when: (config) => config.optimizer === 'rmsprop',
    help: {
      line: 'Divides by the spread of the gradients around their mean instead of around zero.',
      paragraph:
        'Where gradients all point the same way their spread is small, and centred steps get longer: often faster, sometimes a jump in the loss. With noisy gradients there is little difference.',
      formula: 'divide by √(s − ḡ²) + ε',
      source: 'Graves 2013',
    },
  }),
  epsilon: number({
    label: 'Epsilon',
    symbol: 'ε',
    group: 'optimizer',
    advanced: true,
    min: 1e-12,
    max: 1,
    scale: 'log',
    default: defaultEpsilon,
    applies: 'live',
    urlKey: 'eps',
    names: { pytorch: 'eps', keras: 'epsilon', huggingface: 'adam_epsilon' },
    when: (config) => !withoutEpsilon.includes(config.optimizer),
    help: {
      line: 'A small number that keeps the division from blowing up where gradients are tiny.',
      paragraph:
        'Below the size of the gradients it changes nothing. Above it, the optimizer stops adapting and behaves like SGD with the rate η/ε: the loss falls more slowly. Very small values let weights with almost no gradient take full-sized steps, seen as single jumps late in training.',
      formula: 'η·m̂/(√v̂ + ε)',
      source: 'torch.optim',
    },
  }),
  ...optimizerDetails,
  sam: number({
    label: 'Sharpness-aware step',
    symbol: 'ρ',
    group: 'optimizer',
    advanced: true,
    min: 0,
    max: 1,
    scale: 'zeroLog',
    smallest: 0.001,
    default: 0,
    zero: 'off',
    applies: 'live',
    urlKey: 'sam',
    names: {},
    when: (config) => config.optimizer !== 'lbfgs',
    help: {
      line: 'Takes the gradient not here but at the worst point within this distance (SAM). Each step costs two gradients.',
      paragraph:
        'It looks for flat valleys: in small noisy data the gap between training and validation loss gets narrower. Too small: nothing changes but the speed, which halves. Too large: the gradient comes from far away, and both losses stop high. It wraps the chosen optimizer; the gradient norm on the chart is that of the second gradient.',
      formula: 'g = ∇L(w + ρ·∇L(w)/‖∇L(w)‖)',
      source: 'Foret et al. 2021',
    },
  }),
};

/** What decides which matrices Muon finds, and what AdamW's rate is. */
interface MuonFacts extends LayerFacts {
  readonly learningRate: number;
}

/** What AdamW does within Muon: all of the work if no matrix lies between the first and the last. */
function adamWithin(config: MuonFacts & Pick<ValuesOf<typeof optimizer>, 'adamRatio'>): string {
  const rate = `AdamW at ${formatNumber(config.adamRatio * config.learningRate)}`;
  return !isTableModel(config.model) || layerCount(config) > 2 ? rate : `no hidden matrix, all ${rate}`;
}

/** What one optimizer alone has to say. */
function ownLine(config: ValuesOf<typeof optimizer> & MuonFacts): readonly string[] {
  switch (config.optimizer) {
    case 'rmsprop':
      return [`α ${formatNumber(config.alpha, 4)}`, ...(config.centered ? ['centred'] : [])];
    case 'muon':
      return [adamWithin(config)];
    case 'lbfgs':
      return [config.lineSearch === 'wolfe' ? 'line search' : 'fixed steps', `up to ${String(config.iterations)} iterations a step`];
    case 'adam':
    case 'adamw':
      return config.amsgrad ? ['AMSGrad'] : [];
    default:
      return [];
  }
}

/** The group and its line. */
export const optimizerGroup: Group<ValuesOf<typeof optimizer> & MuonFacts> = {
  id: 'optimizer',
  title: 'Optimizer',
  number: 5,
  main: 'optimizer',
  summary: (config) => {
    const label = optimizerOptions.find((option) => option.value === config.optimizer)?.label ?? config.optimizer;
    const sam = config.sam > 0 && config.optimizer !== 'lbfgs' ? [`SAM ρ ${formatNumber(config.sam)}`] : [];
    return [label, ...ownLine(config), ...sam].join(' · ');
  },
};
