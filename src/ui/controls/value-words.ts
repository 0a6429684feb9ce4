/** Values in words, for names of buttons and for what a slider says of itself. */
import type { Spec, Value } from '../../params/kinds.ts';
import { numberInWords, valueText } from '../../params/value-text.ts';

/** A value as its parameter would call it: `0.03`, `off`, `on`, `Cosine`, `16, 16`. */
export function wordsFor(spec: Spec, value: Value): string {
  switch (spec.kind) {
    case 'number':
      return value === 0 && spec.zero !== undefined ? spec.zero : numberInWords(Number(value));
    case 'toggle':
      return value === true ? 'on' : 'off';
    case 'choice':
      return spec.options.find((option) => option.value === value)?.label ?? valueText(value);
    case 'list':
      return typeof value === 'object' && value.length === 0 ? 'none' : valueText(value).replaceAll(',', ', ');
    case 'curve':
      return valueText(value).replaceAll(',', ', ');
  }
}

/** As `wordsFor`, with the unit. */
export function spokenValue(spec: Spec, value: Value): string {
  const words = wordsFor(spec, value);
  return spec.unit === undefined || (spec.kind === 'number' && value === 0 && spec.zero !== undefined) ? words : `${words} ${spec.unit}`;
}
