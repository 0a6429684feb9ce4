/**
 * One value against its declaration. Idea: whatever comes in, an allowed value comes out, with a sentence about what was
 * wrong if anything was: a number out of range becomes the nearest allowed one, anything else the default.
 */
import type { ChoiceSpec, Curve, CurveSpec, Facts, ListSpec, NumberSpec, Spec, ToggleSpec, Value } from './kinds.ts';
import { isTooLarge, numberInWords } from './value-text.ts';

/** An allowed value, or none, and what was wrong with the one given: what was expected, without the value itself. */
export interface Checked {
  readonly value?: Value;
  readonly wrong?: string;
}

/** Smallest and largest value in this configuration. */
export function rangeOf(spec: NumberSpec, facts: Facts): { readonly min: number; readonly max: number } {
  const fixed = spec.fixed?.(facts);
  if (fixed) return { min: fixed.value, max: fixed.value };
  return { min: spec.min, max: spec.limit ? Math.max(spec.min, Math.min(spec.max, spec.limit(facts))) : spec.max };
}

/** The nearest allowed number. NaN becomes the smallest. */
export function nearest(spec: NumberSpec, facts: Facts, value: number): number {
  const { min, max } = rangeOf(spec, facts);
  const bounded = Math.min(max, Math.max(min, Number.isNaN(value) ? min : value));
  const whole = spec.integer ? Math.round(bounded) : bounded;
  return spec.snap ? spec.snap(whole) : whole;
}

function checkNumber(spec: NumberSpec, given: unknown, facts: Facts): Checked {
  // What was typed stays a text, to be shown as it was; it is bounded like any other number.
  const value = typeof given === 'string' && isTooLarge(given) ? Number(given) : given;
  if (typeof value !== 'number' || Number.isNaN(value)) return { wrong: `is not a number` };
  const fixed = spec.fixed?.(facts);
  if (fixed) return { value: fixed.value, ...(value === fixed.value ? {} : { wrong: fixed.wrong }) };
  const { min, max } = rangeOf(spec, facts);
  const used = nearest(spec, facts, value);
  if (value < min) return { value: used, wrong: `is below the smallest allowed value, ${numberInWords(min)}` };
  if (value > max) {
    const because = spec.limitBecause?.(facts);
    return {
      value: used,
      wrong: `is above the largest allowed value, ${numberInWords(max)}${because === undefined ? '' : ` (${because})`}`,
    };
  }
  return Object.is(used, value) || used === value ? { value: used } : { value: used, wrong: 'is not a whole number' };
}

function checkChoice(spec: ChoiceSpec, value: unknown, facts: Facts): Checked {
  const allowed = spec.options.filter((option) => spec.available(option.value, facts)).map((option) => option.value);
  if (typeof value === 'string' && allowed.includes(value)) return { value };
  const known = spec.options.some((option) => option.value === value);
  return { wrong: `${known ? 'does not go with the rest of the settings' : 'is not one of the options'} (${allowed.join(', ')})` };
}

function checkToggle(spec: ToggleSpec, value: unknown, facts: Facts): Checked {
  if (typeof value !== 'boolean') return { wrong: 'is neither on (1) nor off (0)' };
  const fixed = spec.fixed?.(facts);
  return fixed === undefined || fixed.value === value ? { value } : fixed;
}

function checkList(spec: ListSpec, value: unknown): Checked {
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'number' && !Number.isNaN(entry))) {
    return { wrong: 'is not a list of whole numbers' };
  }
  const given: readonly number[] = value;
  if (given.length < spec.minLength) return { wrong: `has fewer than ${spec.minLength} entries` };
  const used = given.slice(0, spec.maxLength).map((entry) => Math.round(Math.min(spec.max, Math.max(spec.min, entry))));
  if (given.length > spec.maxLength) return { value: used, wrong: `has more than ${spec.maxLength} entries` };
  return used.every((entry, i) => entry === given[i])
    ? { value: used }
    : { value: used, wrong: `has entries that are not whole numbers from ${spec.min} to ${spec.max}` };
}

function isCurve(value: unknown): value is Curve {
  const isNumber = (entry: unknown) => typeof entry === 'number' && !Number.isNaN(entry);
  return Array.isArray(value) && value.every((knot) => Array.isArray(knot) && knot.length === 2 && knot.every(isNumber));
}

/** Knots out of bounds are moved to the nearest bound, then put in order; of several at one place the first stays. */
function checkCurve(spec: CurveSpec, value: unknown): Checked {
  if (!isCurve(value)) return { wrong: 'is not a list of knots, place:value (0:1,0.5:0.2,1:0)' };
  if (value.length === 0) return { wrong: 'has no knot' };
  const given = value.slice(0, spec.maxKnots);
  const held = given.map(([place, at]) => [Math.min(1, Math.max(0, place)), Math.min(spec.max, Math.max(0, at))] as const);
  const ordered = held.toSorted(([a], [b]) => a - b);
  const used = ordered.filter(([place], i) => i === 0 || place !== ordered[i - 1]?.[0]);
  if (value.length > spec.maxKnots) return { value: used, wrong: `has more than ${spec.maxKnots} knots` };
  if (held.some(([place], i) => place !== given[i]?.[0])) return { value: used, wrong: 'has places outside 0 to 1' };
  if (held.some(([, at], i) => at !== given[i]?.[1])) return { value: used, wrong: `has values outside 0 to ${spec.max}` };
  const inOrder = used.length === held.length && held.every((knot, i) => knot === used[i]);
  return inOrder ? { value: used } : { value: used, wrong: 'has places that are not in rising order' };
}

/** Checks a value of unknown kind against a declaration. */
export function checkValue(spec: Spec, value: unknown, facts: Facts): Checked {
  switch (spec.kind) {
    case 'number':
      return checkNumber(spec, value, facts);
    case 'choice':
      return checkChoice(spec, value, facts);
    case 'toggle':
      return checkToggle(spec, value, facts);
    case 'list':
      return checkList(spec, value);
    case 'curve':
      return checkCurve(spec, value);
  }
}
