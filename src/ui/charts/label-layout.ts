/**
 * Where the words of lines and references stand: at the ends of lines and beside levels, moved apart where they would meet; those of a level within
 * the plot where the fewest lines run. Pure: the overlay only draws what comes out.
 */
import { inkOf, overlap, type Rect } from './ink.ts';
import { placeLabels, textWidth } from './labels.ts';
import type { PlotModel, Reference, Series } from './plot-model.ts';

/** The plot in pixels, and how values become pixels. */
export interface LabelRoom {
  readonly frame: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly unit: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** Words at their place: left end and middle of their height. `key` tells them apart; `style` is that of their line, if it is one's. */
export interface PlacedLabel {
  readonly key: string;
  readonly text: string;
  readonly left: number;
  readonly middle: number;
  readonly style?: Series['style'];
}

const fontSize = 12;
const height = 14;

/** What a label covers. */
export function rectOf({ text, left, middle }: PlacedLabel, unit: number): Rect {
  return { left, top: middle - (height / 2) * unit, width: textWidth(text, fontSize * unit), height: height * unit };
}

function endOf(series: Series, model: PlotModel, room: LabelRoom): PlacedLabel[] {
  const last = series.mean.findLastIndex((value) => Number.isFinite(value));
  if (series.end === undefined || last < 0) return [];
  const top = series.style === 'band' ? series.max : series.mean;
  const beyond = (series.mean[last] ?? NaN) > model.y.high && series.style !== 'band';
  const text = beyond ? `${series.end} ↑` : series.end;
  return [{ key: series.key, text, left: room.x(series.x[last] ?? NaN) + 7, middle: room.y(top?.[last] ?? NaN), style: series.style }];
}

function besidePlot({ text, y }: Reference, room: LabelRoom): PlacedLabel {
  return { key: `level ${text}`, text, left: room.frame.right + 4, middle: room.y(y) };
}

/** Labels that end near each other are moved apart; the order of their heights stays. */
function apart(labels: readonly PlacedLabel[], { frame, unit }: LabelRoom): PlacedLabel[] {
  const groups: PlacedLabel[][] = [];
  for (const label of labels.toSorted((a, b) => a.left - b.left)) {
    const group = groups.at(-1);
    // It meets whatever reaches as far as its beginning, not only the nearest.
    if (group?.some((other) => label.left < other.left + textWidth(other.text, fontSize * unit)) === true) group.push(label);
    else groups.push([label]);
  }
  return groups.flatMap((group) => {
    const wanted = group.map(({ middle }) => middle);
    const middles = placeLabels(wanted, height * unit, frame.top - 6, frame.bottom + 8);
    return group.map((label, i) => ({ ...label, middle: middles[i] ?? label.middle }));
  });
}

/** Over or under its line, at either end or between: where nothing stands and the fewest lines run; a row further off only if words fill the near ones. */
function withinPlot({ text, y }: Reference, model: PlotModel, room: LabelRoom, taken: readonly PlacedLabel[]): PlacedLabel {
  const { frame, unit } = room;
  const width = textWidth(text, fontSize * unit);
  const level = room.y(y);
  const ink = inkOf(model.series.map((one) => Array.from(one.x, (x, i) => ({ x: room.x(x), y: room.y(one.mean[i] ?? NaN) }))));
  const [first, last] = [frame.left + 4, frame.right - width - 4];
  const lefts = [0, 1, 1 / 2, 1 / 4, 3 / 4, 1 / 8, 3 / 8, 5 / 8, 7 / 8].map((share) => first + share * (last - first));
  const near = [level - 8 * unit, level + 9 * unit];
  const spots = [...near, level - 22 * unit, level + 23 * unit]
    .flatMap((middle) => lefts.map((left): PlacedLabel => ({ key: `level ${text}`, text, left, middle })))
    // The name of the axis stands above the plot.
    .filter(({ middle }) => middle >= frame.top - 2 * unit && middle <= frame.bottom - 6 * unit);
  const costs = spots.map((spot) => {
    const rect = rectOf(spot, unit);
    return ink(rect) + (near.includes(spot.middle) ? 0 : 500) + taken.filter((other) => overlap(rect, rectOf(other, unit))).length * 1000;
  });
  return spots[costs.indexOf(Math.min(...costs))] ?? { key: `level ${text}`, text, left: frame.left + 4, middle: level + 9 * unit };
}

/** All words at lines and levels of a chart. */
export function placeLineLabels(model: PlotModel, room: LabelRoom): readonly PlacedLabel[] {
  const beside = model.references.filter(({ inside }) => inside !== true).map((one) => besidePlot(one, room));
  const ends = apart([...model.series.flatMap((series) => endOf(series, model, room)), ...beside], room);
  const within = model.references.filter(({ inside }) => inside === true).map((one) => withinPlot(one, model, room, ends));
  return [...ends, ...within];
}
