/** Shape rules shared by the builder: what NumPy's broadcasting allows, and errors that name both shapes. */
import type { Shape } from './graph.ts';

/** A graph that cannot be built: always a programming error, never bad user input. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** `[2, 3]` as text. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** True where both have the same axes. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The common shape of two tensors under NumPy's rules. Throws `ShapeError` if there is none. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) throw new ShapeError(`cannot broadcast ${shapeText(a)} with ${shapeText(b)}`);
    result.push(sizeA === 1 ? sizeB : sizeA);
  }
  return result;
}

/** What is left of a shape after reducing over `axes`. */
export function reducedShape(shape: Shape, axes: readonly number[], keep: boolean): Shape {
  for (const axis of axes) if (!(axis >= 0 && axis < shape.length)) throw new ShapeError(`no axis ${String(axis)} in ${shapeText(shape)}`);
  return keep ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) : shape.filter((_, axis) => !axes.includes(axis));
}

/** Axis sizes of a tensor of known rank, as a tuple. Throws `ShapeError` on another rank. */
export function dimensions<const Rank extends 1 | 2 | 4>(shape: Shape, rank: Rank): Dimensions[Rank] {
  if (shape.length !== rank) throw new ShapeError(`expected ${String(rank)} axes, got ${shapeText(shape)}`);
  return shape as unknown as Dimensions[Rank];
}

interface Dimensions {
  1: readonly [number];
  2: readonly [number, number];
  4: readonly [number, number, number, number];
}
