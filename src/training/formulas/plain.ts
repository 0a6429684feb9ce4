/** Lines of SGD, of the rules that divide by past gradients, and of those that average weights. Names as in the papers. */
import type { Formula, FormulaContext } from './formula.ts';
import { coupledDecay, usualNumbers, when } from './formula.ts';

/** SGD. The first step with momentum starts v at g. */
export const sgd: Formula = {
  lines: (context) => {
    const { structure, scalars, config } = context;
    if (!structure.momentum) return [...coupledDecay(context), 'w ← w − η·g'];
    const fresh = scalars['keep'] === 0 && scalars['take'] === 1;
    const damped = scalars['take'] !== 1;
    const momentum = fresh ? 'v ← g' : damped ? 'v ← μ·v + (1 − τ)·g' : 'v ← μ·v + g';
    return [...coupledDecay(context), momentum, config.nesterov ? 'w ← w − η·(g + μ·v)' : 'w ← w − η·v'];
  },
  slots: { v: 'momentum' },
  numbers: (context) => ({ ...usualNumbers(context), τ: context.config.dampening }),
};

/** RMSprop. */
export const rmsprop: Formula = {
  lines: (context) => {
    const { structure } = context;
    return [
      ...coupledDecay(context),
      's ← α·s + (1 − α)·g²',
      ...when(structure.centered, 'ḡ ← α·ḡ + (1 − α)·g'),
      structure.centered ? 'u ← g / (√max(s − ḡ², 0) + ε)' : 'u ← g / (√s + ε)',
      ...when(structure.momentum, 'v ← μ·v + u'),
      structure.momentum ? 'w ← w − η·v' : 'w ← w − η·u',
    ];
  },
  slots: { s: 'squareAverage', ḡ: 'gradientAverage', v: 'momentum' },
  numbers: usualNumbers,
};

/** Adagrad. */
export const adagrad: Formula = {
  lines: (context) => [...coupledDecay(context), 's ← s + g²', 'w ← w − η·g / (√s + ε)'],
  slots: { s: 'squareSum' },
  numbers: usualNumbers,
};

/** Adadelta. */
export const adadelta: Formula = {
  lines: (context) => [
    ...coupledDecay(context),
    's ← α·s + (1 − α)·g²',
    'd ← √(u + ε) / √(s + ε)·g',
    'u ← α·u + (1 − α)·d²',
    'w ← w − η·d',
  ],
  slots: { s: 'squareAverage', u: 'squareStep' },
  numbers: usualNumbers,
};

/** ASGD; its own rate decays by itself. */
export const asgd: Formula = {
  lines: (context) => [...coupledDecay(context), 'w ← w − λₐ·ηₜ·w', 'w ← w − ηₜ·g'],
  slots: {},
  numbers: (context) => ({ ...usualNumbers(context), ηₜ: context.scalars['rate'] ?? NaN, λₐ: context.config.lambda }),
  note: () => 'ηₜ is the rate that has decayed by itself.',
};

const averaging = (context: FormulaContext, direction: string): readonly string[] => {
  const decays = context.structure.weightDecay && context.decays;
  return [
    ...when(decays, 'y ← (1 − β)·z + β·w'),
    decays ? `z ← z − η·(${direction} + λ·y)` : `z ← z − η·${direction}`,
    'w ← w + c·(z − w)',
  ];
};
const averagingNumbers: Formula['numbers'] = (context) => ({
  ...usualNumbers(context),
  β: context.momentum,
  c: context.scalars['share'] ?? NaN,
});
const averagingNote = () => 'g is taken between z and w; w is their running mean, in which this step weighs c.';

/** Schedule-Free SGD. */
export const scheduleFreeSgd: Formula = {
  lines: (context) => averaging(context, 'g'),
  slots: { z: 'z' },
  numbers: averagingNumbers,
  note: averagingNote,
};

/** Schedule-Free AdamW. */
export const scheduleFreeAdamW: Formula = {
  lines: (context) => ['v ← β₂·v + (1 − β₂)·g²', 'v̂ ← v / (1 − β₂ᵗ)', ...averaging(context, 'g / (√v̂ + ε)')],
  slots: { z: 'z', v: 'secondMoment' },
  numbers: averagingNumbers,
  note: averagingNote,
};
