/**
 * A schedule drawn by hand: the factor of the rate at a share of the run. Values are those of `numpy.interp`, so that a drawn schedule
 * leaves as a `LambdaLR` of one line.
 */
import type { Curve } from '../params/kinds.ts';

/** The curve at a place, 0…1: straight between knots, level before the first and after the last. */
export function factorAt(curve: Curve, place: number): number {
  const after = curve.findIndex(([at]) => at > place);
  const [before, next] = [curve.at(after < 0 ? -1 : Math.max(0, after - 1)), curve[after]];
  if (before === undefined) return 1;
  if (next === undefined || place <= before[0]) return before[1];
  return ((next[1] - before[1]) / (next[0] - before[0])) * (place - before[0]) + before[1];
}
