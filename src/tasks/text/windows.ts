/**
 * Tokens as examples. A window is `context + 1` tokens that stand together: all but the last are the inputs, all but the first the targets.
 * Windows follow one another and share one token, so that every token is predicted once in an epoch, and never lie across two parts
 * (`docs/decisions/017`). A row of a batch is one window.
 */
import type { TokenSplit } from '../task.ts';

/** Windows of all parts together. */
export function countWindows(parts: readonly Uint16Array[], context: number): number {
  return parts.reduce((sum, part) => sum + windowsIn(part, context), 0);
}

const windowsIn = (part: Uint16Array, context: number): number => Math.max(Math.floor((part.length - 1) / context), 0);

/** The windows numbered `chosen`, rising, as inputs and targets `[count, context]`. */
export function windowsOf(parts: readonly Uint16Array[], context: number, chosen: Uint32Array): TokenSplit {
  const inputs = new Float32Array(chosen.length * context);
  const targets = new Float32Array(chosen.length * context);
  let part = 0;
  let first = 0;
  chosen.forEach((window, i) => {
    while (window - first >= windowsIn(parts[part]!, context)) first += windowsIn(parts[part++]!, context);
    const begin = (window - first) * context;
    inputs.set(parts[part]!.subarray(begin, begin + context), i * context);
    targets.set(parts[part]!.subarray(begin + 1, begin + context + 1), i * context);
  });
  return { count: chosen.length, inputs, targets };
}

/** At most `most` of `count` windows at equal distances, so that a held-out figure is about all of its text. */
export function evenly(count: number, most: number): Uint32Array {
  const taken = Math.min(count, most);
  return Uint32Array.from({ length: taken }, (_, i) => Math.floor(((i + 0.5) * count) / taken));
}
