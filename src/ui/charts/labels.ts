/** Where words go on a chart so that none lies on another. Widths are estimated: measuring text would cost a layout per redraw. */

/** About how wide a text is, in pixels. */
export function textWidth(text: string, fontSize: number): number {
  return text.length * fontSize * 0.56;
}

/**
 * Centres of labels of equal `height`, as near as may be to the wanted ones, in order, not overlapping, within `low`…`high`.
 * If they cannot all fit they are spread evenly.
 */
export function placeLabels(wanted: readonly number[], height: number, low: number, high: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const placed = new Array<number>(wanted.length);
  const gap = wanted.length > 1 ? Math.min(height, (high - low - height) / (wanted.length - 1)) : height;
  let floor = low + height / 2;
  for (const i of order) {
    placed[i] = Math.max(floor, wanted[i]!);
    floor = placed[i] + gap;
  }
  let ceiling = high - height / 2;
  for (const i of order.toReversed()) {
    placed[i] = Math.min(ceiling, placed[i]!);
    ceiling = placed[i] - gap;
  }
  return placed;
}

/** Words at a place of the x axis. */
export interface Caption {
  readonly x: number;
  readonly width: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Part of a row that is taken already. */
export interface Obstacle extends Span {
  readonly row: number;
}

/** Left edge and row of a caption; undefined when there was no room. */
export type Spot = { readonly left: number; readonly row: number } | undefined;

/**
 * Puts captions right of their x (left of it near the right edge) in one of `rows` rows, the most important first
 * (they are served in the order given): where `cost` is least, and in the first row of several alike. A caption that fits in no row
 * is left out.
 */
export function placeCaptions(
  captions: readonly Caption[],
  left: number,
  right: number,
  rows: number,
  obstacles: readonly Obstacle[] = [],
  gap = 6,
  cost: (left: number, row: number, width: number) => number = () => 0,
): Spot[] {
  const taken = Array.from({ length: rows }, (_, row): Span[] => obstacles.filter((obstacle) => obstacle.row === row));
  return captions.map(({ x, width }) => {
    const sides = [x + 4, x - 4 - width].filter((start) => start >= left && start + width <= right);
    const free = taken.flatMap((spans, row) =>
      sides
        .filter((from) => spans.every((span) => from + width + gap <= span.from || from >= span.to + gap))
        .map((from) => ({ left: from, row, cost: cost(from, row, width) })),
    );
    if (free.length === 0) return undefined;
    const best = free.reduce((least, one) => (one.cost < least.cost ? one : least));
    taken[best.row]?.push({ from: best.left, to: best.left + width });
    return { left: best.left, row: best.row };
  });
}
