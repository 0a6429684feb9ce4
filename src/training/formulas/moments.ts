/** Lines of Adam and its relatives. m and v are the moments, m̂ and v̂ the same corrected for their start at zero. */
import { momentumOf } from '../optimizers/adam-relatives.ts';
import type { Formula, FormulaContext } from './formula.ts';
import { coupledDecay, decoupledDecay, usualNumbers, when } from './formula.ts';

const first = 'm ← β₁·m + (1 − β₁)·g';
const second = 'v ← β₂·v + (1 − β₂)·g²';
const corrected = 'm̂ ← m / (1 − β₁ᵗ)';
const moments = { m: 'firstMoment', v: 'secondMoment' };

/** The moments and the step of Adam. The names of the rate and of the second moment are for Muon, where others stand beside them. */
export function adamLines(amsgrad: boolean, rate = 'η', v = 'v'): readonly string[] {
  return [
    first,
    `${v} ← β₂·${v} + (1 − β₂)·g²`,
    ...when(amsgrad, `v̄ ← max(v̄, ${v})`),
    corrected,
    `v̂ ← ${amsgrad ? 'v̄' : v} / (1 − β₂ᵗ)`,
    `w ← w − ${rate}·m̂ / (√v̂ + ε)`,
  ];
}

const adamSlots = { ...moments, v̄: 'largestSecondMoment' };

/** Adam. */
export const adam: Formula = {
  lines: (context) => [...coupledDecay(context), ...adamLines(context.structure.amsgrad)],
  slots: adamSlots,
  numbers: usualNumbers,
};

/** AdamW. */
export const adamw: Formula = {
  lines: (context) => [...decoupledDecay(context), ...adamLines(context.structure.amsgrad)],
  slots: adamSlots,
  numbers: usualNumbers,
};

/** Adamax. */
export const adamax: Formula = {
  lines: (context) => [...coupledDecay(context), first, 'u ← max(β₂·u, |g| + ε)', 'w ← w − η·m / ((1 − β₁ᵗ)·u)'],
  slots: { m: 'firstMoment', u: 'largestGradient' },
  numbers: usualNumbers,
};

/** NAdam: μ is the momentum of this step, μ₊ of the next; Π and Π₊ the products of those so far. */
export const nadam: Formula = {
  lines: (context) => [
    ...coupledDecay(context),
    first,
    second,
    'm̂ ← μ₊·m / (1 − Π₊) + (1 − μ)·g / (1 − Π)',
    'v̂ ← v / (1 − β₂ᵗ)',
    'w ← w − η·m̂ / (√v̂ + ε)',
  ],
  slots: moments,
  numbers: (context) => {
    const { step, momentum, config, memory } = context;
    const [now, next] = [step + 1, step + 2].map((t) => momentumOf(momentum, t, config.momentumDecay));
    const product = (memory['product'] ?? 1) * (now ?? NaN);
    return { ...usualNumbers(context), μ: now ?? NaN, 'μ₊': next ?? NaN, Π: product, 'Π₊': product * (next ?? NaN) };
  },
  note: () => 'μ is the momentum of this step and μ₊ of the next; Π and Π₊ are the products of all until then.',
};

/** RAdam: r rectifies; the first steps go without v. */
export const radam: Formula = {
  lines: (context) => [
    ...coupledDecay(context),
    first,
    second,
    corrected,
    context.scalars['adaptive'] === 0 ? 'w ← w − η·m̂' : 'w ← w − η·r·√(1 − β₂ᵗ)·m̂ / (√v + ε)',
  ],
  slots: moments,
  numbers: (context) => {
    const usual = usualNumbers(context);
    const { 'β₁ᵗ': faded1 = NaN, 'β₂ᵗ': faded2 = NaN } = usual;
    // The step size that the executor was given is η / (1 − β₁ᵗ) · r · √(1 − β₂ᵗ).
    const rate = (context.learningRate / (1 - faded1)) * Math.sqrt(1 - faded2);
    return { ...usual, r: rate > 0 ? (context.scalars['adaptive'] ?? NaN) / rate : 0 };
  },
  note: ({ scalars }) =>
    scalars['adaptive'] === 0 ? 'v rests on too few gradients yet: the step is plain momentum.' : 'r rectifies what v does not yet know.',
};

/** LAMB: q is ‖w‖/‖r‖ of the whole tensor. */
export const lamb: Formula = {
  lines: (context: FormulaContext) => [
    first,
    second,
    corrected,
    'v̂ ← v / (1 − β₂ᵗ)',
    context.structure.weightDecay && context.decays ? 'r ← m̂ / (√v̂ + ε) + λ·w' : 'r ← m̂ / (√v̂ + ε)',
    'w ← w − η·q·r',
  ],
  slots: moments,
  parts: { q: 'trust' },
  numbers: usualNumbers,
  note: () => 'q is the length of the weights of this tensor over that of its r: 1 where either is 0.',
};
