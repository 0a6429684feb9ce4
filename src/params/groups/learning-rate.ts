/** Group 1: how far each step goes. */
import { formatNumber } from '../../shared/format.ts';
import { number } from '../kinds.ts';
import type { Facts, Group, ValuesOf } from '../kinds.ts';

/** A rate that teaches well from the start, by optimizer and task; plain gradient steps need larger rates than adaptive ones. */
function defaultLearningRate(config: Facts): number {
  if (config.optimizer === 'sgd') return config.task === 'digits' ? 0.1 : 0.3;
  if (config.optimizer === 'adagrad') return config.task === 'digits' ? 0.03 : 0.1;
  if (config.optimizer === 'adadelta' || config.optimizer === 'lbfgs') return 1;
  if (config.optimizer === 'asgd') return config.task === 'digits' ? 0.1 : 0.3;
  // Averaging bears a larger rate, but squared errors diverge at 1.
  if (config.optimizer === 'sfsgd') return config.task === 'digits' || config.task === 'curve' || config.task === 'surface' ? 0.3 : 1;
  if (config.optimizer === 'lamb') return 0.005;
  if (config.optimizer === 'lion') return config.task === 'digits' ? 0.0003 : 0.003;
  if (config.optimizer === 'rprop') return 0.01;
  if (config.optimizer === 'muon') return config.task === 'digits' ? 0.01 : 0.05;
  if (config.task === 'digits') return 0.003;
  // At 0.03 one seed in four sits on the flat line between the waves of the curve for most of the run.
  return config.task === 'curve' || config.optimizer === 'rmsprop' ? 0.01 : 0.03;
}

/** The parameter of the group. */
export const learningRate = {
  learningRate: number({
    label: 'Learning rate',
    symbol: 'η',
    group: 'learningRate',
    unit: 'per step',
    min: 1e-6,
    max: 10,
    scale: 'log',
    default: defaultLearningRate,
    applies: 'live',
    urlKey: 'lr',
    names: { pytorch: 'lr', keras: 'learning_rate', huggingface: 'learning_rate' },
    help: {
      line: 'How far each step moves the weights against the gradient.',
      paragraph:
        'Too low: the loss falls smoothly but so slowly that the run ends on the way down. Too high: the loss jumps, diverges, or bounces at a floor; divide the rate by ten while it runs, and if the loss drops at once it was bouncing. A far too high rate can also switch ReLU units off for good, and the loss then lies still at the chance line. Decaying the rate too early is what freezes training at a poor value.',
      formula: 'w ← w − η·g',
      source: 'Robbins & Monro 1951',
    },
  }),
};

/** The group and its line. */
export const learningRateGroup: Group<ValuesOf<typeof learningRate>> = {
  id: 'learningRate',
  title: 'Learning rate',
  number: 1,
  summary: (config) => formatNumber(config.learningRate),
};
