/** How sums and largest values over axes are made: in one go over neighbouring axes, and in two where one would leave most of the device idle. */
import type { Geometry } from './cluster.ts';

/** Elements that one workgroup adds up without others helping. */
const longestAlone = 4096;
const mostParts = 128;

/** The stages of a reduction over `axes` of a shape, the first one first: each takes what the one before gives. */
export function stagesOf(shape: readonly number[], axes: readonly number[]): readonly Geometry[] {
  const stages: Geometry[] = [];
  let sizes = shape.map((size, axis) => ({ size, reduced: axes.includes(axis) })).filter(({ size }) => size > 1);
  const product = (list: typeof sizes): number => list.reduce((total, { size }) => total * size, 1);
  do {
    const last = sizes.findLastIndex(({ reduced }) => reduced);
    const first = sizes.findLastIndex(({ reduced }, axis) => !reduced && axis < last) + 1;
    const before = last < 0 ? [] : sizes.slice(0, first);
    const after = sizes.slice(last + 1);
    const middle = last < 0 ? 1 : product(sizes.slice(first, last + 1));
    stages.push(...inParts(product(before), middle, product(after)));
    sizes = [...before, ...after];
  } while (sizes.some(({ reduced }) => reduced));
  return stages;
}

function inParts(outer: number, middle: number, inner: number): readonly Geometry[] {
  const limit = outer * middle * inner;
  const whole = [{ outer, middle, inner, limit }];
  if (outer > 1 || middle * Math.min(inner, 16) <= longestAlone) return whole;
  if (inner === 1) {
    const parts = Math.min(mostParts, Math.ceil(middle / 1024));
    return [
      { outer: parts, middle: Math.ceil(middle / parts), inner, limit },
      { outer: 1, middle: parts, inner, limit: parts },
    ];
  }
  // Rows must divide, so that each part is a piece of its own.
  const parts = Array.from({ length: mostParts }, (_, index) => mostParts - index).find(
    (count) => middle % count === 0 && middle / count >= 64,
  );
  if (parts === undefined || parts === 1) return whole;
  return [
    { outer: parts, middle: middle / parts, inner, limit },
    { outer: 1, middle: parts, inner, limit: parts * inner },
  ];
}

/** Elements of the result. */
export function resultsOf({ outer, inner }: Geometry): number {
  return outer * inner;
}

/** Whether two reductions go together. */
export function isSame(a: Geometry, b: Geometry): boolean {
  return a.outer === b.outer && a.middle === b.middle && a.inner === b.inner;
}
