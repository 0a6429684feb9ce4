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
  summary: (config) =>
    [
      config.earlyStopping ? `patience ${config.patience}` : 'off',
      ...(config.earlyStopping && config.minDelta > 0 ? [`Δ ${formatNumber(config.minDelta)}`] : []),
      ...(config.monitor === 'metric' ? ['by metric'] : []),
      ...(config.restoreBest ? ['best weights at the end'] : []),
    ].join(' · '),
};
