/** Typed numbers: what counts as one, and what is said when it does not. */
import type { NumberSpec } from '../../params/kinds.ts';
import { numberInWords } from '../../params/value-text.ts';

/** A number as people type it: `3e-4`, `0,03`, `1 000`, `5 %`. Nothing else is guessed at. */
export function readNumber(text: string): number | undefined {
  const compact = text
    .trim()
    .replace(/[\s_’]/g, '')
    .replace(/^[−–]/, '-')
    .replace(/e[−–]/i, 'e-')
    // Groups of three are thousands, as this page writes them itself: 1,000 is not 1.
    .replace(/^([+-]?[1-9]\d{0,2}(?:,\d{3})+)(?=$|[.%])/, (grouped) => grouped.replaceAll(',', ''));
  const percent = compact.endsWith('%');
  const digits = (percent ? compact.slice(0, -1) : compact).replace(/^([^.,]*),([^.,]*)$/, '$1.$2');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits)) return undefined;
  const value = Number(digits);
  return percent ? value / 100 : value;
}

/** What came of a typed text: a value, or a message that names the field and says that nothing changed. */
export type Typed = { readonly value: number } | { readonly message: string };

/** Reads what was typed into the field of `spec`, whose largest value is `max` at present. */
export function readTyped(
  spec: Pick<NumberSpec, 'label' | 'min' | 'integer' | 'zero' | 'snap'>,
  max: number,
  text: string,
  current: number,
): Typed {
  const kept = `It stays ${numberInWords(current)}.`;
  if (text.trim().toLowerCase() === spec.zero?.toLowerCase()) return { value: 0 };
  const value = readNumber(text);
  if (value === undefined) return { message: `${spec.label}: “${text.trim().slice(0, 30)}” is not a number. ${kept}` };
  if (value < spec.min || value > max) {
    return { message: `${spec.label} must lie between ${numberInWords(spec.min)} and ${numberInWords(max)}. ${kept}` };
  }
  if (spec.integer && !Number.isInteger(value)) return { message: `${spec.label} must be a whole number. ${kept}` };
  return { value: spec.snap === undefined ? value : spec.snap(value) };
}

/** Whole numbers separated by commas or blanks; an empty text is an empty list. */
export function parseList(text: string): readonly number[] | undefined {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const values = parts.map((part) => readNumber(part));
  return values.every((value) => value !== undefined) ? values : undefined;
}
