/** One head's map as numbers to draw and to read out. Pure. */
import type { Attention } from '../../trainer/trainer.ts';

/** What is picked of all maps. */
export interface HeadChoice {
  readonly layer: number;
  readonly head: number;
}

/** A token that another looks at, and the share of its look. */
export interface Look {
  readonly column: number;
  /** 0 … 1 */
  readonly share: number;
}

/** Share of token `column` in what token `row` sees. */
export function shareAt({ layers, length }: Attention, { layer, head }: HeadChoice, row: number, column: number): number {
  return layers[layer]?.[(head * length + row) * length + column] ?? 0;
}

/** What token `row` looks at most, largest share first. */
export function looksOf(attention: Attention, choice: HeadChoice, row: number, count: number): readonly Look[] {
  return Array.from({ length: row + 1 }, (_, column) => ({ column, share: shareAt(attention, choice, row, column) }))
    .sort((a, b) => b.share - a.share)
    .slice(0, count);
}

/** Mean share that falls on the token itself, on the one before it, and on the very first: the habits that heads often have. */
export function habitsOf(
  attention: Attention,
  choice: HeadChoice,
): { readonly own: number; readonly before: number; readonly first: number } {
  const rows = Array.from({ length: Math.max(0, attention.length - 1) }, (_, i) => i + 1);
  const mean = (column: (row: number) => number) =>
    rows.reduce((sum, row) => sum + shareAt(attention, choice, row, column(row)), 0) / Math.max(1, rows.length);
  return { own: mean((row) => row), before: mean((row) => row - 1), first: mean(() => 0) };
}
