/** Values as links write them, and back. Numbers are the shortest text that reads back as the same number. */
import type { Curve, Spec, Value } from './kinds.ts';

/** Longest text that is read as a number: no double needs more. */
const longestNumber = 40;
const numberPattern = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const noEntries = 'none';
const shownLength = 40;

/** Text of a value: `0.03`, `1` and `0` for on and off, `16,16`, `none` for an empty list, `0:1,0.5:0.2` for a curve. */
export function valueText(value: Value): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'object') return value.length === 0 ? noEntries : value.map(entryText).join(',');
  return String(value).replace('e+', 'e');
}

function entryText(entry: number | readonly number[]): string {
  return typeof entry === 'number' ? valueText(entry) : entry.map(valueText).join(':');
}

/** A number in a message: exact, and short where it is small: `0.03`, `1e-6`. */
export function numberInWords(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : valueText(value);
}

/** The number a text stands for, or undefined. Infinite and absent values are not numbers here. */
export function parseNumber(text: string): number | undefined {
  if (text.length > longestNumber || !numberPattern.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Whether a text is a number that is too large for any: 1e400. */
export function isTooLarge(text: string): boolean {
  return text.length <= longestNumber && numberPattern.test(text) && !Number.isFinite(Number(text));
}

/** The value a text stands for, of the kind the parameter has; unreadable text comes back as it is, for the check to refuse. */
export function parseValue(spec: Spec, text: string): Value {
  switch (spec.kind) {
    case 'number':
      return parseNumber(text) ?? text;
    case 'choice':
      return text;
    case 'toggle':
      return text === '1' ? true : text === '0' ? false : text;
    case 'list': {
      if (text === noEntries) return [];
      // A few entries more than any list takes are enough to know that there are too many.
      const entries = text.split(',', spec.maxLength + 1).map(parseNumber);
      return entries.every((entry) => entry !== undefined) ? entries : text;
    }
    case 'curve':
      return parseCurve(text, spec.maxKnots) ?? text;
  }
}

/** The knots of `0:1,0.5:0.2`, not yet checked, and at most one more than are allowed. */
function parseCurve(text: string, maxKnots: number): Curve | undefined {
  const knots = text.split(',', maxKnots + 1).map((knot) => {
    const [place, value, ...rest] = knot.split(':', 3).map(parseNumber);
    return place === undefined || value === undefined || rest.length > 0 ? undefined : ([place, value] as const);
  });
  return knots.every((knot) => knot !== undefined) ? knots : undefined;
}

/** Any text cut down to what a message can show. */
export function shorten(text: string): string {
  return text.length <= shownLength ? text : `${text.slice(0, shownLength - 1)}…`;
}

const shownEntry = (entry: unknown): string => (typeof entry === 'number' ? String(entry) : typeof entry);

/** Any value whatever as short text for a message. Never throws. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return shorten(value);
  if (typeof value === 'number') return numberInWords(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value))
    return shorten(
      value
        .slice(0, shownLength)
        .map((entry) => (Array.isArray(entry) ? entry.slice(0, 3).map(shownEntry).join(':') : shownEntry(entry)))
        .join(','),
    );
  return value === null ? 'null' : typeof value;
}
