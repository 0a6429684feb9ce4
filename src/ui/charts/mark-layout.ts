/**
 * Where the words of marks go: in rows along the upper and the lower edge, and beside a dot; never on other words, and as little on
 * lines as may be. Pure: the overlay only draws what comes out.
 */
import { inkOf, overlap, type Ink, type Rect } from './ink.ts';
import { placeCaptions, textWidth, type Obstacle } from './labels.ts';
import type { Mark, PlotModel } from './plot-model.ts';

/** Edges of the plot in pixels, how values become pixels, and the words that stand already. */
export interface MarkRoom {
  readonly frame: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly width: number;
  readonly unit: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly taken: readonly Rect[];
}

/** A mark and where it is drawn; `words` is the left end of their baseline, absent where there was no room. */
export interface PlacedMark {
  readonly mark: Mark;
  readonly x: number;
  readonly words?: { readonly left: number; readonly baseline: number };
}

/** A mark with a dot. */
export interface PlacedDot extends PlacedMark {
  readonly y: number;
}

const rowHeight = 15;
const fontSize = 11;

function inkOfModel({ series, references }: PlotModel, room: MarkRoom): Ink {
  const lines = series.map((one) => Array.from(one.x, (x, i) => ({ x: room.x(x), y: room.y(one.mean[i] ?? NaN) })));
  const level = references.map((one) => [room.frame.left, room.frame.right].map((x) => ({ x, y: room.y(one.y) })));
  return inkOf([...lines, ...level]);
}

/** Upper edges of the rows: from the top down, then from the bottom up. */
function rowsOf({ frame, unit }: MarkRoom): number[] {
  const count = frame.bottom - frame.top > 180 * unit ? 3 : 2;
  const down = Array.from({ length: count }, (_, row) => frame.top + row * rowHeight * unit);
  return [...down, ...down.map((_, row) => frame.bottom - (row + 1) * rowHeight * unit - 2)];
}

function lineMarks(marks: readonly Mark[], room: MarkRoom, ink: Ink): { readonly placed: PlacedMark[]; readonly rects: Rect[] } {
  const { frame, unit } = room;
  const rows = rowsOf(room);
  const height = rowHeight * unit;
  const rectAt = (row: number, left: number, width: number): Rect => ({ left, top: rows[row] ?? 0, width, height });
  const obstacles = room.taken.flatMap((rect): Obstacle[] =>
    rows.flatMap((top, row) =>
      rect.top < top + height && top < rect.top + rect.height ? [{ row, from: rect.left, to: rect.left + rect.width }] : [],
    ),
  );
  const captions = marks.map((mark) => ({ x: room.x(mark.x), width: textWidth(mark.text, fontSize * unit) }));
  const cost = (left: number, row: number, width: number): number => ink(rectAt(row, left, width));
  const spots = placeCaptions(captions, frame.left, room.width, rows.length, obstacles, 6, cost);
  const rects = spots.flatMap((spot, i) => (spot === undefined ? [] : [rectAt(spot.row, spot.left, captions[i]?.width ?? 0)]));
  const placed = marks.map((mark, i): PlacedMark => {
    const [x, spot] = [captions[i]?.x ?? 0, spots[i]];
    if (spot === undefined) return { mark, x };
    return { mark, x, words: { left: spot.left, baseline: (rows[spot.row] ?? 0) + 10.5 * unit } };
  });
  return { placed, rects };
}

/** Beside a dot: below or above, near or further off; within the plot. */
function spotsAround(x: number, y: number, width: number, { frame, unit }: MarkRoom): Rect[] {
  const height = 14 * unit;
  return [8, 20, 34, 50].flatMap((away) =>
    [y + away * unit, y - away * unit - height].flatMap((top) =>
      [x - width + 2, x - 2, x - width - 24 * unit, x + 12 * unit, x + 40 * unit, x + 80 * unit].flatMap((left) =>
        left >= frame.left && left + width <= frame.right && top >= frame.top - 4 && top + height <= frame.bottom
          ? [{ left, top, width, height }]
          : [],
      ),
    ),
  );
}

function distance({ left, top, width, height }: Rect, x: number, y: number): number {
  return Math.max(left - x, x - left - width, 0) + Math.max(top - y, y - top - height, 0);
}

function placeDot(mark: Mark, room: MarkRoom, ink: Ink, taken: readonly Rect[]): PlacedDot {
  const [x, y] = [room.x(mark.x), room.y(mark.y ?? NaN)];
  const width = textWidth(mark.text, fontSize * room.unit);
  const spots = spotsAround(x, y, width, room).filter((spot) => !taken.some((other) => overlap(spot, other)));
  // Far from the dot the words would seem to belong to another place.
  const costs = spots.map((spot) => ink(spot) + distance(spot, x, y) / 8);
  const spot = spots[costs.indexOf(Math.min(...costs))];
  return spot === undefined ? { mark, x, y } : { mark, x, y, words: { left: spot.left, baseline: spot.top + 11 * room.unit } };
}

/** Places all marks of a chart. */
export function placeMarks(
  model: PlotModel,
  room: MarkRoom,
): { readonly lines: readonly PlacedMark[]; readonly dots: readonly PlacedDot[] } {
  const ink = inkOfModel(model, room);
  const { placed, rects } = lineMarks(
    model.marks.filter((mark) => mark.y === undefined),
    room,
    ink,
  );
  const taken = [...room.taken, ...rects];
  return { lines: placed, dots: model.marks.filter((mark) => mark.y !== undefined).map((mark) => placeDot(mark, room, ink, taken)) };
}
