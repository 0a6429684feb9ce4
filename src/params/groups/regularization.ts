/** Group 6: what holds the network back from learning the noise. */
import { formatNumber } from '../../shared/format.ts';
import { number } from '../kinds.ts';
import type { Group, ValuesOf } from '../kinds.ts';

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
    default: (config) => (config.model === 'cnn' ? 0.4 : 0),
    zero: 'off',
    applies: 'live',
    urlKey: 'dropout',
    names: { pytorch: 'p', keras: 'rate', huggingface: 'hidden_dropout_prob' },
    help: {
      line: 'The chance that a hidden unit is left out, drawn anew for every example and step.',
      paragraph:
        'Too high for a small network: the training line gets rough and both losses stop high. In a large one it narrows the gap between training and validation loss. Training loss may lie above validation loss, because units are left out in training only.',
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
    zero: 'off',
    applies: 'live',
    urlKey: 'wd',
    names: { pytorch: 'weight_decay', keras: 'weight_decay', huggingface: 'weight_decay' },
    help: {
      line: 'Shrinks the weights a little at every step, as the optimizer defines it.',
      paragraph:
        'In AdamW it shrinks the weights directly, by η·λ; in the others it is added to the gradient and then goes through the optimizer, so that Adam divides it away where gradients are large. Too high: both losses stop at a high floor. It agrees with the L2 penalty under SGD only. Biases are left out, unlike in PyTorch, where this takes two parameter groups.',
      formula: 'adamw: w ← w − η·λ·w · others: g ← g + λ·w',
      source: 'Loshchilov & Hutter 2017',
    },
  }),
};

/** The group and its line. */
export const regularizationGroup: Group<ValuesOf<typeof regularization>> = {
  id: 'regularization',
  title: 'Regularization',
  number: 6,
  summary: (config) => {
    const named = [
      ['dropout', config.dropout],
      ['L2', config.l2],
      ['L1', config.l1],
      ['decay', config.weightDecay],
    ] as const;
    const parts = named.filter(([, value]) => value > 0).map(([name, value]) => `${name} ${formatNumber(value)}`);
    return parts.length === 0 ? 'none' : parts.join(' · ');
  },
};
