/** Group 9, what a schedule needs that cuts when evaluations stop getting better. */
import { number } from '../kinds.ts';
import type { Facts } from '../kinds.ts';

const cutsOnPlateau = (config: Facts): boolean => config.schedule === 'plateau';

/** The parameters of reduce-on-plateau. */
export const schedulerPlateau = {
  factor: number({
    label: 'Plateau factor',
    group: 'scheduler',
    min: 0.01,
    max: 0.99,
    scale: 'linear',
    step: 0.01,
    default: 0.1,
    applies: 'live',
    urlKey: 'factor',
    names: { pytorch: 'factor', keras: 'factor' },
    when: cutsOnPlateau,
    help: {
      line: 'What the rate is multiplied by when validation stops improving.',
      paragraph:
        'Small: one cut nearly ends the learning, so it had better come late. Close to 1: many cuts are needed before bouncing stops. The cuts are marked on the learning-rate chart.',
      formula: 'η ← max(min rate, factor·η)',
      source: 'torch.optim.lr_scheduler.ReduceLROnPlateau',
    },
  }),
  plateauPatience: number({
    label: 'Plateau patience',
    group: 'scheduler',
    unit: 'evaluations',
    min: 0,
    max: 1000,
    scale: 'zeroLog',
    smallest: 1,
    integer: true,
    default: 10,
    applies: 'live',
    urlKey: 'plateauPatience',
    names: { pytorch: 'patience', keras: 'patience' },
    when: cutsOnPlateau,
    help: {
      line: 'How many evaluations without improvement pass before a cut.',
      paragraph:
        'Too low: a rough validation line triggers cut after cut, and learning freezes early. Too high: the loss bounces along for long before anything happens. With early stopping on, keep it below the stopping patience or no cut will come.',
      formula: 'cut when bad > patience; bad counts evaluations since the best',
      source: 'torch.optim.lr_scheduler.ReduceLROnPlateau',
    },
  }),
  threshold: number({
    label: 'Plateau threshold',
    group: 'scheduler',
    advanced: true,
    unit: 'share',
    min: 0,
    max: 1,
    scale: 'zeroLog',
    smallest: 1e-6,
    default: 1e-4,
    zero: 'any',
    applies: 'live',
    urlKey: 'threshold',
    names: { pytorch: 'threshold', keras: 'min_delta' },
    when: cutsOnPlateau,
    help: {
      line: 'By which share validation must improve to count as improving.',
      paragraph:
        'At 0 any gain counts, and a loss that creeps down is never cut. Too large: steady progress counts as a plateau, and the rate is cut while the loss is falling.',
      formula: 'improved if loss < best·(1 − threshold)',
      source: 'torch.optim.lr_scheduler.ReduceLROnPlateau',
    },
  }),
  cooldown: number({
    label: 'Cooldown',
    group: 'scheduler',
    advanced: true,
    unit: 'evaluations',
    min: 0,
    max: 1000,
    scale: 'zeroLog',
    smallest: 1,
    integer: true,
    default: 0,
    zero: 'none',
    applies: 'live',
    urlKey: 'cooldown',
    names: { pytorch: 'cooldown', keras: 'cooldown' },
    when: cutsOnPlateau,
    help: {
      line: 'How many evaluations after a cut are not counted.',
      paragraph:
        'Without it counting starts again at once. A cooldown gives the lower rate time to act: without one, and with little patience, cuts come in quick succession and show as a staircase on the rate chart.',
      source: 'torch.optim.lr_scheduler.ReduceLROnPlateau',
    },
  }),
};
