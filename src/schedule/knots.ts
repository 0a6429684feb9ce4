/**
 * Drawing a curve: strokes over it, single knots in it, and few knots for many points.
 *
 * Idea: what is drawn lies on a grid (places by ten-thousandths, values to three digits), so that the text in a link is short and the
 * curve stored is the curve seen. `height` says how high a value stands on the sheet, 0…1: what cannot be seen there needs no knot.
 */
import type { Curve, Knot } from '../params/kinds.ts';
import { parameters } from '../params/table.ts';
import { factorAt } from './drawn.ts';

/** How high a value stands on the sheet, 0…1. */
export type Height = (value: number) => number;

const { maxKnots, max } = parameters.drawn;
const grid = 1e-4;
/** Knots nearer to each other than this share of the run cannot be told apart by hand. */
const near = 0.008;
/** Heights closer than this look alike: a pixel of a small chart. */
const alike = 0.01;

/** The nearest knot on the grid and within bounds. */
export function onGrid(place: number, value: number): Knot {
  const held = Math.round(Math.min(1, Math.max(0, place)) / grid);
  return [Number((held * grid).toFixed(4)), Number(Math.min(max, Math.max(0, value)).toPrecision(3))];
}

/** The first and last of some points by place, and of the rest those that matter most until none is missed or there are `most`. */
export function simplified(points: Curve, height: Height, most = maxKnots, tolerance = alike): Curve {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length <= 2) return points;
  let kept: Curve = [first, last];
  while (kept.length < most) {
    const misses = points.map(([place, value]) => Math.abs(height(factorAt(kept, place)) - height(value)));
    const worst = misses.reduce((best, miss, i) => (miss > (misses[best] ?? 0) ? i : best), 0);
    const knot = points[worst];
    if (knot === undefined || (misses[worst] ?? 0) <= tolerance) break;
    kept = [...kept, knot].sort(([a], [b]) => a - b);
  }
  return kept;
}

/** A stroke under way: the curve under it, its own points by place, and where it is now. */
export interface Stroke {
  readonly base: Curve;
  readonly track: Curve;
  readonly at: Knot;
}

/** A stroke over a curve begins. */
export function beginStroke(base: Curve, at: Knot): Stroke {
  return { base, track: [at], at };
}

/** The stroke goes on in a straight line; where it goes back over itself, what it says last counts. */
export function continueStroke({ base, track, at: from }: Stroke, to: Knot): Stroke {
  const [left, right] = from[0] <= to[0] ? [from, to] : [to, from];
  const [before, after] = [track.filter(([place]) => place < left[0]), track.filter(([place]) => place > right[0])];
  return { base, track: [...before, ...(left[0] === right[0] ? [to] : [left, right]), ...after], at: to };
}

/** The curve with the stroke in it: between its ends the stroke, outside what was there. A stroke without width is a knot. */
export function afterStroke({ base, track, at }: Stroke, height: Height): Curve {
  const [from, to] = [track[0]?.[0] ?? 0, track.at(-1)?.[0] ?? 0];
  if (to - from < near) return withKnot(base, at, height);
  const [left, right] = [onGrid(from - grid, 0)[0], onGrid(to + grid, 0)[0]];
  const edge = (place: number, value: number | undefined): Curve => {
    const was = onGrid(place, factorAt(base, place));
    return place === from || place === to || Math.abs(height(was[1]) - height(value ?? 0)) <= alike ? [] : [was];
  };
  return held(
    [
      ...base.filter(([place]) => place < left),
      ...edge(left, track[0]?.[1]),
      ...simplified(track, height),
      ...edge(right, track.at(-1)?.[1]),
      ...base.filter(([place]) => place > right),
    ],
    height,
  );
}

/** The curve through one more knot, which takes the place of those too near to it. */
export function withKnot(curve: Curve, knot: Knot, height: Height): Curve {
  const others = curve.filter(([place]) => Math.abs(place - knot[0]) >= near);
  return held(
    [...others, knot].sort(([a], [b]) => a - b),
    height,
  );
}

/** Index of the knot at a place, −1 if there is none so near. */
export function knotAt(curve: Curve, place: number): number {
  const distances = curve.map(([at]) => Math.abs(at - place));
  const nearest = distances.indexOf(Math.min(...distances));
  return (distances[nearest] ?? 1) < near ? nearest : -1;
}

/** The curve without one of its knots; the last one stays. */
export function withoutKnot(curve: Curve, index: number): Curve {
  return curve.length === 1 ? curve : curve.filter((_, i) => i !== index);
}

/** Never more knots than a link may hold. */
function held(curve: Curve, height: Height): Curve {
  return curve.length <= maxKnots ? curve : simplified(curve, height, maxKnots, 0);
}
