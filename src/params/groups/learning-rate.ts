/** Group 1: how far each step goes. */
import { formatNumber } from '../../shared/format.ts';
import { number } from '../kinds.ts';
import type { Facts, Group, ValuesOf } from '../kinds.ts';
import { layerCount } from '../layers.ts';
import { tuningOf } from '../model-kind.ts';
import { isLanguageTask } from '../task-kind.ts';

/** A rate that teaches well from the start, by optimizer and task; plain gradient steps need larger rates than adaptive ones. */
function defaultLearningRate(config: Facts): number {
  if (isLanguageTask(config.task)) return tunedRate(config);
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

/** The same for networks that read tokens. */
function languageRate(optimizer: Facts['optimizer']): number {
  switch (optimizer) {
    case 'sgd':
    case 'asgd':
    case 'adadelta':
    case 'lbfgs':
    case 'sfsgd':
      return 1;
    case 'adagrad':
    case 'muon':
      return 0.03;
    case 'rprop':
    case 'lamb':
      return 0.01;
    case 'lion':
      return 0.0003;
    default:
      return 0.003;
  }
}

/**
 * What is there already must not be washed away: if all weights of a pretrained model move, they do so at a third of the rate. A part of them moves at all
 * of it, and LoRA’s thin matrices at more. Searched with Adam (`docs/decisions/021`); other rules keep the proportion.
 */
const tunedShare = { full: 1 / 3, blocks: 1, head: 1, lora: 5 / 3 } as const;

function tunedRate(config: Facts): number {
  const tuning = tuningOf(config);
  return Number((languageRate(config.optimizer) * (tuning === undefined ? 1 : tunedShare[tuning])).toPrecision(1));
}

/** Whether all layers move unless some are frozen here; where a part of a pretrained model is tuned, “Fine-tune” says which. */
function isWhole(config: Facts): boolean {
  return (tuningOf(config) ?? 'full') === 'full';
}

/** Layers can differ in rate where there are several, and where the rule knows of groups. */
function hasLayerRates(config: Facts): boolean {
  return layerCount(config) > 1 && config.optimizer !== 'lbfgs';
}

/** The parameters of the group. */
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
  layerDecay: number({
    label: 'Layer-wise decay',
    symbol: 'd',
    group: 'learningRate',
    advanced: true,
    unit: 'per layer',
    min: 0.01,
    max: 1,
    scale: 'linear',
    step: 0.01,
    default: 1,
    applies: 'live',
    urlKey: 'layerDecay',
    names: { pytorch: 'parameter groups' },
    when: (config) => hasLayerRates(config) && tuningOf(config) !== 'head',
    help: {
      line: 'Each layer nearer the input has the rate of the next one times this.',
      paragraph:
        'For networks that are to keep what their first layers know: with 0.5 and three layers the first moves at a quarter of the rate. At 1 all layers move alike. Too low, and the first layers stand still: from random weights the loss then stops high, because only the last layer learns. The learning-rate chart shows the rate of the output layer, its multiplier aside.',
      formula: 'η(layer) = η·d^(layers above it)',
      source: 'Howard & Ruder 2018',
    },
  }),
  headRate: number({
    label: 'Head multiplier',
    group: 'learningRate',
    advanced: true,
    unit: 'times the rate',
    min: 0.01,
    max: 100,
    scale: 'log',
    default: 1,
    applies: 'live',
    urlKey: 'headRate',
    names: { pytorch: 'parameter groups' },
    when: (config) => hasLayerRates(config) && tuningOf(config) !== 'lora',
    help: {
      line: 'What the rate of the output layer is multiplied by.',
      paragraph:
        'A new output layer on top of trained ones bears a larger rate than they do. Too high: the loss bounces, because the output overshoots at every step. Well below 1 the output hardly moves and the layers under it have to do the work: the loss falls more slowly.',
      formula: 'η(output) = h·η',
      source: 'Howard & Ruder 2018; torch.optim',
    },
  }),
  frozenLayers: number({
    label: 'Frozen layers',
    group: 'learningRate',
    advanced: true,
    unit: 'from the input',
    min: 0,
    max: 9,
    limit: (config) => (isWhole(config) ? layerCount(config) - 1 : 0),
    scale: 'linear',
    step: 1,
    integer: true,
    default: 0,
    zero: 'none',
    applies: 'live',
    urlKey: 'frozen',
    names: { pytorch: 'requires_grad_(False)', keras: 'trainable = False' },
    when: (config) => layerCount(config) > 1 && isWhole(config),
    help: {
      line: 'How many layers, counted from the input, keep their weights.',
      paragraph:
        'Nothing acts on them, neither decay nor penalties nor momentum, and steps get cheaper, since no gradient is computed for them. Frozen at random weights they still give the last layers something to work with, but both losses stop higher. Let a run learn first and freeze then: the loss goes on falling, more slowly. Gradient norms are those of the layers that move; the running statistics of batch norm go on. In a GPT the embedding is the first layer, and a tied head is frozen with it.',
      source: 'Yosinski et al. 2014',
    },
  }),
};

/** The group and its line. */
export const learningRateGroup: Group<ValuesOf<typeof learningRate> & Facts> = {
  id: 'learningRate',
  title: 'Learning rate',
  number: 1,
  main: 'learningRate',
  summary: (config) => {
    const varies = hasLayerRates(config);
    return [
      formatNumber(config.learningRate),
      ...(varies && config.layerDecay !== 1 ? [`× ${formatNumber(config.layerDecay)} a layer`] : []),
      ...(varies && config.headRate !== 1 ? [`head × ${formatNumber(config.headRate)}`] : []),
      ...(config.frozenLayers > 0 ? [`${String(config.frozenLayers)} frozen`] : []),
    ].join(' · ');
  },
};
