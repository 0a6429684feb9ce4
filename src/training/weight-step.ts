/**
 * What the last step did to one weight: the rule of its optimizer line by line, with numbers.
 *
 * The gradient, the slots and the weight before and after are the executor's own; only what a line has in between is computed here, in
 * double precision from those. A line that sets a slot, and the last that sets w, shows what the executor made of it.
 */
import { formatNumber } from '../shared/format.ts';
import type { Parameter } from '../models/model.ts';
import { sizeOf } from '../graph/graph.ts';
import { filled, halvesOf, valueOf } from './formulas/expression.ts';
import type { Numbers } from './formulas/expression.ts';
import type { Formula, FormulaContext } from './formulas/formula.ts';
import { when } from './formulas/formula.ts';
import { formulas } from './formulas/formulas.ts';
import { slotState } from './program-shape.ts';

/** One line: as the rule has it, with numbers in place of names, and what came of it. */
export interface WeightLine {
  readonly rule: string;
  readonly filled: string;
  readonly value: number;
}

/** A step of one weight. */
export interface WeightStep {
  /** Optimizer steps done before it. */
  readonly step: number;
  /** Place in the flat vector of all weights. */
  readonly index: number;
  readonly before: number;
  readonly gradient: number;
  readonly after: number;
  readonly lines: readonly WeightLine[];
  /** What names in the lines mean that are no parameters. */
  readonly notes: readonly string[];
}

/** What was read of a weight, by the names of the outputs of `entryGraphs`. */
export interface EntryReadings {
  readonly before: Numbers;
  readonly after: Numbers;
}

/** What is known of a watched weight before its step. */
export interface WatchedContext extends FormulaContext {
  /** It stands in a layer that does not move. */
  readonly frozen: boolean;
}

/** Digits of a number in a line. */
const digits = 4;

/** The tensor that holds a place of the flat vector. Throws `RangeError` if there is none. */
export function tensorAt(layout: readonly Parameter[], index: number): Parameter {
  const parameter = layout.find(({ offset, shape }) => index >= offset && index < offset + sizeOf(shape));
  if (!parameter) throw new RangeError(`there is no weight ${String(index)}`);
  return parameter;
}

/** The step in lines. */
export function weightStep(index: number, known: WatchedContext, { before, after }: EntryReadings): WeightStep {
  const formula = formulas[known.config.optimizer];
  const slots = Object.fromEntries(Object.values(formula.slots).map((slot) => [slot, before[slotState(slot)] ?? NaN]));
  const gradient = before['gradient'] ?? NaN;
  const context = { ...known, gradient, before: slots };
  const lines = known.frozen ? [] : [...formula.lines(context), ...linesAfter(context, before['normFactor'])];
  const start = { d: (after['w'] ?? NaN) - (before['w'] ?? NaN), ...startNumbers(formula, context, before) };
  return {
    step: known.step,
    index,
    gradient,
    before: before['w'] ?? NaN,
    after: after['w'] ?? NaN,
    lines: withNumbers(lines, start, madeBy(formula, after)),
    notes: [...frozenNote(known), ...samNote(context), formula.note?.(context) ?? ''].filter((note) => note !== ''),
  };
}

/** What comes after the update of any optimizer, as far as it acts on this weight. */
function linesAfter({ config, decays, parameter }: FormulaContext, normFactor: number | undefined): readonly string[] {
  return [
    ...when(config.l1 > 0 && config.l1Rule === 'proximal' && decays, 'w ← sign(w)·max(|w| − η·λ₁, 0)'),
    ...when(normFactor !== undefined && parameter.role === 'weight', 'w ← f·w'),
  ];
}

function startNumbers(formula: Formula, context: FormulaContext, before: Numbers): Record<string, number> {
  const read = (names: Readonly<Record<string, string>>, output: (name: string) => string) =>
    Object.fromEntries(Object.entries(names).map(([symbol, name]) => [symbol, before[output(name)] ?? NaN]));
  return {
    ...formula.numbers(context),
    'λ₁': context.config.l1,
    f: before['normFactor'] ?? NaN,
    ...read(formula.slots, slotState),
    ...read(formula.parts ?? {}, (name) => `part.${name}`),
    w: before['w'] ?? NaN,
    g: before['gradient'] ?? NaN,
  };
}

/** What the executor made of the names that it keeps. */
function madeBy(formula: Formula, after: Numbers): Readonly<Record<string, number | undefined>> {
  const slots = Object.entries(formula.slots).map(([symbol, slot]) => [symbol, after[slotState(slot)]] as const);
  return { ...Object.fromEntries(slots), w: after['w'] };
}

function withNumbers(
  lines: readonly string[],
  start: Record<string, number>,
  made: Readonly<Record<string, number | undefined>>,
): readonly WeightLine[] {
  const numbers = { ...start };
  const lastOf = new Map(lines.map((line, i) => [halvesOf(line).target, i]));
  return lines.map((rule, i) => {
    const { target, right } = halvesOf(rule);
    const text = filled(right, numbers, (value) => formatNumber(value, digits));
    const computed = valueOf(right, numbers);
    const value = lastOf.get(target) === i ? (made[target] ?? computed) : computed;
    numbers[target] = value;
    return { rule, filled: text, value };
  });
}

function frozenNote({ frozen }: WatchedContext): readonly string[] {
  return frozen ? ['This layer is frozen: its weights stay as they are.'] : [];
}

function samNote({ config }: FormulaContext): readonly string[] {
  return config.sam > 0 ? ['g is the gradient at the worst point within ρ of the weights.'] : [];
}
