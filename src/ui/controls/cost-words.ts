/** What a configuration takes of the machine, in words. */
import { formatCount, formatNumber } from '../../shared/format.ts';
import type { Description } from '../../trainer/trainer.ts';

/** `12 kB`, `3.4 MB`, `1.2 GB`; powers of 1000. */
export function bytesInWords(bytes: number): string {
  return withUnit(bytes, ['B', 'kB', 'MB', 'GB']);
}

/** `105,856 weights. A step takes 1.2 GFLOP. Memory: 20 MB (…).` `parted`: the head is trained as a copy of the table of tokens, and so counts twice. */
export function costInWords(
  { parameterCount, fixedCount, cost }: Pick<Description, 'parameterCount' | 'fixedCount' | 'cost'>,
  parted = false,
): string {
  const { flopsPerStep, stateBytes, dataBytes, stepBytes } = cost;
  const parts = `${bytesInWords(stateBytes)} weights and optimizer, ${bytesInWords(dataBytes)} ${fixedCount === undefined ? 'data' : 'data and frozen weights'}, ${bytesInWords(stepBytes)} a step`;
  return [
    `${formatCount(parameterCount)} weights${fixedCount === undefined ? '' : ` beside ${formatCount(fixedCount)} that stay${parted ? ' (the head is a copy, parted from the table of tokens)' : ''}`}. A step takes about ${withUnit(flopsPerStep, ['FLOP', 'kFLOP', 'MFLOP', 'GFLOP', 'TFLOP'])}.`,
    `Memory: about ${bytesInWords(stateBytes + dataBytes + stepBytes)} (${parts}).`,
  ].join(' ');
}

/** A number in the largest unit that leaves at least 1; units are a factor of 1000 apart. */
function withUnit(value: number, units: readonly string[]): string {
  const place = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  const scaled = value / 1000 ** place;
  return `${formatNumber(scaled, scaled >= 100 ? 3 : 2)}\u00a0${units[place] ?? ''}`;
}
