/** Group 8: when to stop before the end, and which weights to keep. */
import { formatNumber } from '../../shared/format.ts';
import { choice, number, toggle } from '../kinds.ts';
import type { Facts, Group, ValuesOf } from '../kinds.ts';

const isOn = (config: Facts): boolean => config.earlyStopping;

/** The parameters of the group. */
export const earlyStopping = {
  earlyStopping: toggle({
    label: 'Early stopping',
    group: 'earlyStopping',
    default: false,
    applies: 'live',
    urlKey: 'stop',
    names: { keras: 'EarlyStopping', huggingface: 'EarlyStoppingCallback' },
    help: {
      line: 'Ends the run when validation has not improved for a while.',
      paragraph:
        'Off, the run goes its whole length, and if the network learns the noise validation loss climbs all the while. On, it ends soon after the turn. The chart marks the best evaluation and where the run stopped.',
      source: 'Prechelt 1998',
    },
  }),
  monitor: choice({
    label: 'Monitor',
    group: 'earlyStopping',
    default: 'loss',
    applies: 'live',
    urlKey: 'monitor',
    names: { keras: 'monitor', huggingface: 'metric_for_best_model' },
    options: [
      { value: 'loss', label: 'Validation loss', line: 'Fine-grained; climbs early when mistakes become confident.' },
      { value: 'metric', label: 'Validation metric', line: 'Accuracy or error: what counts in the end, in coarser jumps.' },
    ],
    help: {
      line: 'What decides which evaluation is the best.',
      paragraph:
        'Loss can rise while accuracy still improves, because a few mistakes become very confident. With few validation examples accuracy moves in jumps, and ties and luck decide; the loss is smoother. Reduce on plateau watches the validation loss in either case.',
    },
  }),
  patience: number({
    label: 'Patience',
    group: 'earlyStopping',
    unit: 'evaluations',
    min: 1,
    max: 1000,
    scale: 'log',
    integer: true,
    default: 20,
    applies: 'live',
    urlKey: 'patience',
    names: { keras: 'patience', huggingface: 'early_stopping_patience' },
    when: isOn,
    help: {
      line: 'How many evaluations without improvement are waited for.',
      paragraph:
        'Too low: the run stops at the first bump of a rough validation line, or on a flat stretch before the loss falls. Too high: nothing is lost but time, if the best weights are restored. The status sentence counts.',
      formula: 'stop when bad = patience; bad counts evaluations since the best',
      source: 'Prechelt 1998',
    },
  }),
  minDelta: number({
    label: 'Minimum improvement',
    symbol: 'Δ',
    group: 'earlyStopping',
    min: 0,
    max: 1,
    scale: 'zeroLog',
    smallest: 1e-6,
    default: 0,
    zero: 'any',
    applies: 'live',
    urlKey: 'minDelta',
    names: { keras: 'min_delta', huggingface: 'early_stopping_threshold' },
    when: isOn,
    help: {
      line: 'An improvement smaller than this does not count for patience.',
      paragraph:
        'At 0 the tiniest gain keeps the run going, so that a loss that creeps down for ever never stops. Too large: the run stops while it is still clearly improving.',
    },
  }),
  stopMode: choice({
    label: 'Improvement counted',
    group: 'earlyStopping',
    advanced: true,
    default: 'absolute',
    applies: 'live',
    urlKey: 'stopMode',
    names: {},
    options: [
      { value: 'absolute', label: 'Absolute', line: 'By the minimum improvement itself.' },
      { value: 'relative', label: 'Relative', line: 'By that share of the best value so far.' },
    ],
    when: (config) => config.earlyStopping && config.minDelta > 0,
    help: {
      line: 'Whether the minimum improvement is an amount or a share of the best value.',
      paragraph:
        'As an amount it asks for less and less of a large loss and for too much of a small one: late in the run nothing counts any more. As a share it asks for the same relative progress throughout.',
      formula: 'improved if value < best − Δ, or best − Δ·|best|',
      source: 'torch.optim.lr_scheduler.ReduceLROnPlateau (threshold_mode)',
    },
  }),
  stopAfter: number({
    label: 'Patience starts after',
    group: 'earlyStopping',
    advanced: true,
    unit: 'evaluations',
    min: 0,
    max: 1000,
    scale: 'zeroLog',
    smallest: 1,
    integer: true,
    default: 0,
    zero: 'at once',
    applies: 'live',
    urlKey: 'stopAfter',
    names: { keras: 'start_from_epoch' },
    when: isOn,
    help: {
      line: 'How many evaluations pass before patience starts to count.',
      paragraph:
        'A warm-up, or a loss that stands still at first, looks like no improvement: without a start, impatience ends such runs before they begin. Too large, and a run that gets worse from the start goes on for nothing.',
      source: 'keras.callbacks.EarlyStopping',
    },
  }),
  baseline: number({
    label: 'Baseline',
    group: 'earlyStopping',
    advanced: true,
    min: 0,
    max: 1000,
    scale: 'zeroLog',
    smallest: 0.001,
    default: 0,
    zero: 'none',
    applies: 'live',
    urlKey: 'baseline',
    names: { keras: 'baseline' },
    when: isOn,
    help: {
      line: 'What must be beaten at all: until then nothing counts as an improvement.',
      paragraph:
        'Set it to what a simple method reaches. A run that cannot beat it within its patience is ended early. Too demanding, and every run is.',
      source: 'keras.callbacks.EarlyStopping',
    },
  }),
  monitorSmoothing: number({
    label: 'Monitor smoothing',
    group: 'earlyStopping',
    advanced: true,
    min: 0,
    max: 0.99,
    scale: 'linear',
    step: 0.01,
    default: 0,
    zero: 'off',
    applies: 'live',
    urlKey: 'monitorSmoothing',
    names: {},
    when: isOn,
    help: {
      line: 'Patience looks at a moving average of the validation values instead of each one.',
      paragraph:
        'On a rough validation line one lucky evaluation sets a best that is not beaten for long, and the run stops too early; the average forgives luck. Too much, and it lags: the run goes on long after the turn. The best weights are still those of the best single evaluation.',
      formula: 'm ← s·m + (1 − s)·value',
      source: 'Prechelt 1998',
    },
  }),
  onPatience: choice({
    label: 'When patience runs out',
    group: 'earlyStopping',
    advanced: true,
    default: 'stop',
    applies: 'live',
    urlKey: 'onPatience',
    names: {},
    options: [
      { value: 'stop', label: 'Stop', line: 'The run ends.' },
      { value: 'cut', label: 'Cut the rate', line: 'The learning rate is multiplied by a factor, and patience starts again.' },
    ],
    when: isOn,
    help: {
      line: 'Whether the run ends or goes on with a smaller learning rate.',
      paragraph:
        'A loss that bounces at a floor has not stopped learning: it needs a smaller rate. Each cut is marked on the charts; if the loss drops after it, it was bouncing, and if it does not, stopping would have been right.',
      source: 'torch.optim.lr_scheduler.ReduceLROnPlateau',
    },
  }),
  cutFactor: number({
    label: 'Cut factor',
    group: 'earlyStopping',
    advanced: true,
    min: 0.01,
    max: 0.99,
    scale: 'linear',
    step: 0.01,
    default: 0.3,
    applies: 'live',
    urlKey: 'cutFactor',
    names: { pytorch: 'factor', keras: 'factor' },
    when: (config) => config.earlyStopping && config.onPatience === 'cut',
    help: {
      line: 'What the learning rate is multiplied by each time patience runs out.',
      paragraph:
        'Small: after one or two cuts the loss is frozen. Close to 1: many cuts, each after a whole patience, before the bouncing ends.',
      formula: 'η ← factor·η',
      source: 'torch.optim.lr_scheduler.ReduceLROnPlateau',
    },
  }),
  restoreBest: toggle({
    label: 'Restore best weights',
    group: 'earlyStopping',
    default: true,
    applies: 'live',
    urlKey: 'restore',
    names: { keras: 'restore_best_weights', huggingface: 'load_best_model_at_end' },
    help: {
      line: 'Puts back the weights of the best evaluation whenever the run ends.',
      paragraph:
        'On, the picture and the test result at the end are those of the marked best step, not of the last one. The last state is kept too: extending the run goes on from there. Off, you get whatever the last step left.',
    },
  }),
};

/** The group and its line. */
export const earlyStoppingGroup: Group<ValuesOf<typeof earlyStopping>> = {
  id: 'earlyStopping',
  title: 'Early stopping',
  number: 8,
  main: 'earlyStopping',
  summary: (config) =>
    [
      config.earlyStopping
        ? `patience ${config.patience}${config.onPatience === 'cut' ? `, then rate × ${formatNumber(config.cutFactor)}` : ''}`
        : 'off',
      ...(config.earlyStopping && config.minDelta > 0 ? [`Δ ${formatNumber(config.minDelta)}`] : []),
      ...(config.monitor === 'metric' ? ['by metric'] : []),
      ...(config.restoreBest ? ['restores the best'] : []),
    ].join(' · '),
};
