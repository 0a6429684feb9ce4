/** Which samples stand in a short list, and what is said over it. Pure. */
import { formatCount } from '../../shared/format.ts';
import type { Sample } from '../../trainer/trainer.ts';

/** At most `most` of the samples, at least two: the first, the last, and others at equal distances between. */
export function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
}

/** A text in few lines: its line ends are shown, and not kept. */
export function withoutBreaks(text: string): string {
  return text.replace(/\n+/g, (ends) => `${'⏎'.repeat(ends.length)} `);
}

/** `step 400` */
export function stepWords({ step }: Pick<Sample, 'step'>): string {
  return `step ${formatCount(step)}`;
}
