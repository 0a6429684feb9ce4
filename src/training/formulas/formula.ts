/**
 * The rule of an optimizer as lines for one weight, and which numbers its names stand for.
 *
 * Idea: a rule is data beside the graph that computes it. Names of slots hold the values before the step until the line that sets them; from
 * there, and for w at the end, the executor's own new values. What a weight shares with others (a norm, a row) comes as a part that the
 * update makes as a node.
 */
import type { StepContext, Structure } from '../optimizers/optimizer.ts';
import type { Parameter } from '../../models/model.ts';
import type { Numbers } from './expression.ts';

/** What is known of the weight and its step when the lines are chosen. */
export interface FormulaContext extends StepContext {
  readonly structure: Structure;
  /** As the executor was given them. */
  readonly scalars: Readonly<Record<string, number>>;
  /** The tensor that the weight belongs to, among all of them. */
  readonly parameter: Parameter;
  readonly layout: readonly Parameter[];
  /** Weight decay and penalties act on this weight. */
  readonly decays: boolean;
  /** The gradient that the rule is given, and its slots before the step, by name; absent before a step. */
  readonly gradient?: number;
  readonly before?: Readonly<Record<string, number>>;
}

/** An optimizer's rule for one weight. */
export interface Formula {
  /** In order; the last that sets w gives the new weight. */
  readonly lines: (context: FormulaContext) => readonly string[];
  /** Slots by the name that they have in the lines. */
  readonly slots: Readonly<Record<string, string>>;
  /** Parts of the update by the name that they have in the lines. */
  readonly parts?: Readonly<Record<string, string>>;
  /** All other names but w and g. */
  readonly numbers: (context: FormulaContext) => Numbers;
  /** What a name means that is no parameter; one sentence for the page. */
  readonly note?: (context: FormulaContext) => string | undefined;
}

/** η, λ, ε and what plays momentum's part, by their usual names. */
export function usualNumbers({ scalars, config, learningRate, momentum, step }: FormulaContext): Record<string, number> {
  const beta1 = scalars['beta1'] ?? momentum;
  return {
    η: learningRate,
    λ: config.weightDecay,
    ε: config.epsilon,
    μ: momentum,
    α: config.alpha,
    'β₁': beta1,
    'β₂': scalars['beta2'] ?? config.beta2,
    'β₁ᵗ': beta1 ** (step + 1),
    'β₂ᵗ': config.beta2 ** (step + 1),
  };
}

/** The line, if it applies. */
export function when(applies: boolean, ...lines: readonly string[]): readonly string[] {
  return applies ? lines : [];
}

/** Weight decay as part of the gradient. */
export function coupledDecay({ structure, decays }: FormulaContext): readonly string[] {
  return when(structure.weightDecay && decays, 'g ← g + λ·w');
}

/** Weight decay beside the gradient. */
export function decoupledDecay({ structure, decays }: FormulaContext, rate = 'η'): readonly string[] {
  return when(structure.weightDecay && decays, `w ← w − ${rate}·λ·w`);
}
