/** Lines of the rules that go by signs, and of those that look at a whole matrix; of these, what is true for one weight. */
import { hiddenMatrices } from '../../models/ends.ts';
import { adamLines } from './moments.ts';
import type { Formula, FormulaContext } from './formula.ts';
import { decoupledDecay, usualNumbers } from './formula.ts';

/** Rprop: what happens to the step size depends on whether the gradient has kept its sign. */
export const rprop: Formula = {
  lines: ({ gradient = 0, before = {}, scalars }) => {
    const turn = Math.sign(Math.fround(gradient * (before['previousGradient'] ?? 0)));
    if (scalars['firstStepSize'] !== 0) return ['s ← min(max(η, s₋), s₊)', 'w ← w − s·sign(g)', 'p ← g'];
    const factor = turn > 0 ? 'η⁺·s' : turn < 0 ? 'η⁻·s' : 's';
    const size = `s ← min(max(${factor}, s₋), s₊)`;
    return turn < 0 ? [size, 'p ← 0·g', 'w ← w − s·sign(p)'] : [size, 'p ← g', 'w ← w − s·sign(p)'];
  },
  slots: { s: 'stepSize', p: 'previousGradient' },
  numbers: (context) => ({
    ...usualNumbers(context),
    'η⁺': context.config.etaPlus,
    'η⁻': context.config.etaMinus,
    's₋': context.scalars['stepMin'] ?? NaN,
    's₊': context.scalars['stepMax'] ?? NaN,
  }),
  note: ({ gradient = 0, before = {} }) =>
    gradient * (before['previousGradient'] ?? 0) < 0 ? 'The gradient has turned: the weight waits one step.' : undefined,
};

/** Lion. */
export const lion: Formula = {
  lines: (context) => ['c ← β₁·m + (1 − β₁)·g', ...decoupledDecay(context), 'w ← w − η·sign(c)', 'm ← β₂·m + (1 − β₂)·g'],
  slots: { m: 'firstMoment' },
  numbers: usualNumbers,
};

const isHidden = ({ layout, parameter }: FormulaContext): boolean => hiddenMatrices(layout).has(parameter.name);

/** Muon in hidden matrices, AdamW at its share of the rate elsewhere. */
export const muon: Formula = {
  lines: (context) =>
    isHidden(context)
      ? ['v ← μ·v + g', ...decoupledDecay(context), 'w ← w − η·o']
      : [...decoupledDecay(context, 'ηₐ'), ...adamLines(false, 'ηₐ', 'n')],
  slots: { v: 'momentum', m: 'firstMoment', n: 'secondMoment' },
  parts: { o: 'orthogonal' },
  numbers: (context) => ({ ...usualNumbers(context), ηₐ: context.config.adamRatio * context.learningRate }),
  note: (context) =>
    isHidden(context)
      ? 'o is the entry of this weight in its whole matrix of g + μ·v, made nearly orthogonal and scaled to its shape.'
      : 'No hidden matrix: AdamW takes care of it, at its own rate ηₐ.',
};

/** Adafactor: R and C are the row's and the column's mean square, R̄ the mean of all R, k what scales the tensor's step. */
export const adafactor: Formula = {
  lines: (context) => {
    const isMatrix = context.parameter.shape.length > 1;
    const step = isMatrix
      ? ['R ← β₂·R + (1 − β₂)·ρ', 'C ← β₂·C + (1 − β₂)·κ', 'u ← g / (√(R / R̄)·√C)']
      : ['R ← β₂·R + (1 − β₂)·ρ', 'u ← g / √R'];
    return [...step, 'a ← β₁·a + (1 − β₁)·η·k·u', ...decoupledDecay(context), 'w ← w − a'];
  },
  slots: { R: 'rows', C: 'columns', a: 'stepAverage' },
  parts: { ρ: 'rowSquares', κ: 'columnSquares', R̄: 'rowsMean', k: 'scale' },
  numbers: usualNumbers,
  note: ({ parameter }) =>
    parameter.shape.length > 1
      ? 'ρ and κ are the means of g² over the row and the column, R̄ that of all R; k shortens a step that is too long and scales it by the weights.'
      : 'ρ is g² and a trace; k shortens a step of the tensor that is too long and scales it by the weights.',
};

/** L-BFGS: what it does to one weight hangs on all of them, so that only the whole move of a step can be told. */
export const lbfgs: Formula = {
  lines: () => ['w ← w + d'],
  slots: {},
  numbers: () => ({}),
  note: () => 'd is the way of the whole step along −H·g; H is built from the last steps of all weights at once.',
};
