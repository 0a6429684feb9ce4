/** Where lines run on a plot, in columns a few pixels wide: words look for a place where little is. Pure. */

/** A place for words, in pixels. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How much of a rectangle lines run through: the number of columns of them, each line by itself. */
export type Ink = (rect: Rect) => number;

const columnWidth = 4;

/** From what a line covers in a column: highest and lowest pixel. */
type Column = { top: number; bottom: number }[];

/** The ink of lines given as points in pixels, from left to right; points that are not finite break a line. */
export function inkOf(lines: readonly (readonly { readonly x: number; readonly y: number }[])[]): Ink {
  const columns = new Map<number, Column>();
  const mark = (column: number, y0: number, y1: number): void => {
    const spans = columns.get(column) ?? [];
    spans.push({ top: Math.min(y0, y1), bottom: Math.max(y0, y1) });
    columns.set(column, spans);
  };
  for (const points of lines) {
    for (const [i, to] of points.entries()) {
      const from = points[i - 1] ?? to;
      if (![from.x, from.y, to.x, to.y].every(Number.isFinite)) continue;
      const [first, last] = [Math.floor(from.x / columnWidth), Math.floor(to.x / columnWidth)];
      const at = (x: number): number => (to.x === from.x ? to.y : from.y + ((x - from.x) / (to.x - from.x)) * (to.y - from.y));
      for (let column = first; column <= last; column++) {
        const [x0, x1] = [Math.max(from.x, column * columnWidth), Math.min(to.x, (column + 1) * columnWidth)];
        mark(column, first === last ? from.y : at(x0), first === last ? to.y : at(x1));
      }
    }
  }
  return ({ left, top, width, height }) => {
    let hit = 0;
    for (let column = Math.floor(left / columnWidth); column <= Math.floor((left + width) / columnWidth); column++) {
      for (const span of columns.get(column) ?? []) if (span.bottom >= top && span.top <= top + height) hit += 1;
    }
    return hit;
  };
}

/** Whether two rectangles share a pixel. */
export function overlap(a: Rect, b: Rect): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}
