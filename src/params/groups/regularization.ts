/** Group 6: what holds the network back from learning the noise. */
import { formatNumber } from '../../shared/format.ts';
import { choice, number } from '../kinds.ts';
import type { Facts, Group, ValuesOf } from '../kinds.ts';
import { isGpt, isTableModel } from '../model-kind.ts';
import { regularizationNoise } from './regularization-noise.ts';

const takesWeightDecay = (config: Facts): boolean => config.optimizer !== 'rprop' && config.optimizer !== 'lbfgs';

/** Where hidden values can be left out: behind dense layers, in a GPT, between recurrent layers. */
function hasDropout({ model, layers, depth }: Facts): boolean {
  if (isTableModel(model)) return layers.length > 0;
  return isGpt(model) || depth > 1;
}

/** The parameters of the group. */
export const regularization = {
  l2: number({
    label: 'L2 penalty',
    symbol: 'λ₂',
    group: 'regularization',
    min: 0,
    max: 1,
    scale: 'zeroLog',
    smallest: 1e-6,
    default: 0,
    zero: 'off',
    applies: 'live',
    urlKey: 'l2',
    names: { keras: 'kernel_regularizer=L2(λ₂/2)' },
    help: {
      line: 'Adds half the sum of squared weights, times this, to what is made small.',
      paragraph:
        'Too low: nothing changes. Too high: both losses stop at a high floor and the boundary becomes nearly straight, because large weights cost more than mistakes. In between, the gap between training and validation loss closes. L2 and weight decay agree under SGD only: adaptive optimizers divide the penalty’s gradient too.',
      formula: '½·λ₂·Σw², gradient λ₂·w; weights only, no biases',
      source: 'Krogh & Hertz 1991',
    },
  }),
  l1: number({
    label: 'L1 penalty',
    symbol: 'λ₁',
    group: 'regularization',
    min: 0,
    max: 1,
    scale: 'zeroLog',
    smallest: 1e-6,
    default: 0,
    zero: 'off',
    applies: 'live',
    urlKey: 'l1',
    names: { keras: 'kernel_regularizer=L1(λ₁)' },
    help: {
      line: 'Adds the sum of absolute weights, times this, to what is made small.',
      paragraph:
        'It pulls every weight towards zero with the same force, so that many end close to it and a few carry the work. Too high: all weights go, and the loss climbs to the chance line. Steps of finite size make small weights jitter around zero rather than sit on it.',
      formula: 'λ₁·Σ|w|, gradient λ₁·sign(w), with sign(0) = 0',
      source: 'Tibshirani 1996',
    },
  }),
  dropout: number({
    label: 'Dropout',
    symbol: 'p',
    group: 'regularization',
    min: 0,
    max: 0.9,
    scale: 'linear',
    step: 0.01,
    default: (config) => (config.model === 'cnn' ? 0.25 : 0),
    zero: 'off',
    applies: 'live',
    urlKey: 'dropout',
    names: { pytorch: 'p', keras: 'rate', huggingface: 'hidden_dropout_prob' },
    when: hasDropout,
    help: {
      line: 'The chance that a hidden unit is left out, drawn anew for every example and step.',
      paragraph:
        'Too high for a small network: the training line gets rough and both losses stop high. In a large one it narrows the gap between training and validation loss. Training loss may lie above validation loss, because units are left out in training only. In a CNN it acts on the dense hidden layers, not on the convolutions; in a GPT on the embedded tokens and on what each part of a block adds; in a recurrent network between its layers.',
      formula: 'h ← h·mask/(1 − p) in training; h in evaluation',
      source: 'Srivastava et al. 2014',
    },
  }),
  weightDecay: number({
    label: 'Weight decay',
    symbol: 'λ',
    group: 'regularization',
    min: 0,
    max: 1,
    scale: 'zeroLog',
    smallest: 1e-6,
    default: (config) => (config.optimizer === 'adamw' ? 0.01 : 0),
    when: takesWeightDecay,
    zero: 'off',
    applies: 'live',
    urlKey: 'wd',
    names: { pytorch: 'weight_decay', keras: 'weight_decay', huggingface: 'weight_decay' },
    help: {
      line: 'Shrinks the weights a little at every step, as the optimizer defines it.',
      paragraph:
        'In AdamW, Lion, Muon, LAMB, Adafactor and the Schedule-Free pair it shrinks the weights beside the gradient, by η·λ (in LAMB times the layer’s trust ratio); in the others it is added to the gradient and then goes through the optimizer, so that Adam divides it away where gradients are large. Too high: both losses stop at a high floor. It agrees with the L2 penalty under SGD only. Biases are left out, unlike in PyTorch, where this takes two parameter groups.',
      formula: 'adamw: w ← w − η·λ·w · lamb: w ← w − η·r·(u + λ·w) · others: g ← g + λ·w',
      source: 'Loshchilov & Hutter 2017',
    },
  }),
  ...regularizationNoise,
  l1Rule: choice({
    label: 'L1 acts',
    group: 'regularization',
    advanced: true,
    default: 'subgradient',
    applies: 'live',
    urlKey: 'l1Rule',
    names: { keras: 'FTRL, proximal' },
    options: [
      { value: 'subgradient', label: 'Through the gradient', line: 'Adds λ₁·sign(w) to the gradient, as a penalty does everywhere else.' },
      { value: 'proximal', label: 'After the step', line: 'Pulls each weight to zero by η·λ₁ and stops there: weights become exactly 0.' },
    ],
    when: (config) => config.l1 > 0,
    help: {
      line: 'Whether the L1 penalty goes through the optimizer or pulls the weights to zero itself.',
      paragraph:
        'Through the gradient weights jitter around zero and, under Adam, the pull is rescaled. After the step they come to rest at exactly zero and stay there, however small: the network gets sparse. The loss is nearly the same; the L1 band on the loss chart falls further.',
      formula: 'w ← sign(w)·max(0, |w| − η·λ₁)',
      source: 'Beck & Teboulle 2009',
    },
  }),
  maxNorm: number({
    label: 'Max-norm',
    symbol: 'c',
    group: 'regularization',
    advanced: true,
    min: 0,
    max: 100,
    scale: 'zeroLog',
    smallest: 0.01,
    default: 0,
    zero: 'off',
    applies: 'live',
    urlKey: 'maxNorm',
    names: { keras: 'kernel_constraint=MaxNorm' },
    help: {
      line: 'Scales the incoming weights of a unit down whenever their length passes this limit.',
      paragraph:
        'Unlike a penalty it leaves small weights alone and never pulls on them. Too low: both losses stop high, because no unit can become steep. Too high: nothing happens. It lets a high learning rate run without the weights growing away.',
      formula: 'w ← w·min(1, c/‖w‖₂) for each unit, after the step',
      source: 'Srebro & Shraibman 2005; Srivastava et al. 2014',
    },
  }),
  decay: choice({
    label: 'Decay acts on',
    group: 'regularization',
    advanced: true,
    default: 'weights',
    applies: 'live',
    urlKey: 'decay',
    names: { pytorch: 'parameter groups', huggingface: 'get_decay_parameter_names' },
    options: [
      { value: 'weights', label: 'Weights', line: 'Weight matrices and kernels only.' },
      { value: 'all', label: 'Everything', line: 'Biases and norms too, as PyTorch does without parameter groups.' },
    ],
    when: (config) => config.l1 > 0 || config.l2 > 0 || (takesWeightDecay(config) && config.weightDecay > 0),
    help: {
      line: 'Which parameters L1, L2 and weight decay act on.',
      paragraph:
        'A bias does not make a function steeper, so shrinking it only moves boundaries towards the origin. With strong decay on everything, both losses stop a little higher; with weak decay there is hardly a difference.',
      source: 'Goodfellow, Bengio & Courville 2016, section 7.1',
    },
  }),
  average: number({
    label: 'Weight averaging',
    symbol: 'β',
    group: 'regularization',
    advanced: true,
    min: 0,
    max: 0.9999,
    scale: 'nearOne',
    default: 0,
    zero: 'off',
    applies: 'live',
    urlKey: 'ema',
    names: { pytorch: 'AveragedModel(avg_fn)', keras: 'use_ema, ema_momentum' },
    when: (config) => config.optimizer !== 'asgd',
    help: {
      line: 'Keeps a moving average of the weights beside the weights themselves.',
      paragraph:
        'The average is smoother than any single step: where the validation line bounces at a high rate, the line of the average lies below it and hardly moves. Too close to 1 it lags behind: early in the run its loss is far higher. It costs one more evaluation each time and changes nothing about the steps.',
      formula: 'w̄ ← β·w̄ + (1 − β)·w after each step; the first sets w̄ = w',
      source: 'Polyak & Juditsky 1992',
    },
  }),
  averageUse: choice({
    label: 'Judged by',
    group: 'regularization',
    advanced: true,
    default: 'raw',
    applies: 'restart',
    urlKey: 'emaUse',
    names: {},
    options: [
      { value: 'raw', label: 'The weights', line: 'Early stopping, the pictures and the test look at the weights themselves.' },
      { value: 'average', label: 'Their average', line: 'They look at the moving average, and restoring the best puts it back.' },
    ],
    when: (config) => config.average > 0 || config.optimizer === 'asgd',
    help: {
      line: 'Which weights early stopping watches, the pictures show, and the test is given.',
      paragraph:
        'Judged by their average a noisy run stops for good reasons rather than for one bad evaluation, and what is put back at its end is the smooth average. The other line stays on the chart for comparison.',
    },
  }),
};

/** The group and its line. */
export const regularizationGroup: Group<ValuesOf<typeof regularization> & Facts> = {
  id: 'regularization',
  title: 'Regularization',
  number: 6,
  summary: (config) => {
    const named = [
      ['dropout', 'dropout'],
      ['L2', 'l2'],
      ['L1', 'l1'],
      ['decay', 'weightDecay'],
      ['input dropout', 'inputDropout'],
      ['input noise', 'inputNoise'],
      ['gradient noise', 'gradientNoise'],
      ['max-norm', 'maxNorm'],
      ['average', 'average'],
    ] as const;
    const acting = named.filter(([, id]) => config[id] > 0 && regularization[id].when(config));
    const parts = acting.map(([name, id]) => `${name} ${formatNumber(config[id], 4)}`);
    return parts.length === 0 ? 'none' : parts.join(' · ');
  },
};
