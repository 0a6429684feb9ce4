/**
 * How an elementwise operation reads its inputs: element by element, one number for all, a row again and again, a column element by
 * element of each row. Any other repetition is written out first.
 */
import type { NodeId, Shape } from '../../graph/graph.ts';
import { stridesTo, type Values } from './values.ts';

/** A way of reading `source`. `columns`: elements of a row in `row` and `column`. */
export type Operand =
  | { readonly kind: 'full' | 'cell'; readonly source: NodeId }
  | { readonly kind: 'row' | 'column'; readonly source: NodeId; readonly columns: number }
  | { readonly kind: 'written'; readonly source: NodeId; readonly axes: readonly Axis[] };

/** Size and stride in elements. */
export type Axis = readonly [size: number, stride: number];

/** How `input` is read by an operation whose result has the shape `shape`. */
export function operandOf(values: Values, input: NodeId, shape: Shape, resultSize: number): Operand {
  let source = input;
  let target = shape;
  for (;;) {
    const node = values.node(source);
    const [from] = node.inputs;
    if (values.size(source) === 1 || from === undefined) break;
    if (node.op === 'broadcast' && values.isLazy(source)) {
      if (values.size(source) === resultSize) target = node.shape;
    } else if (node.op === 'reshape' && values.size(source) === resultSize) {
      target = values.node(from).shape;
    } else break;
    source = from;
  }
  if (values.size(source) === resultSize) return { kind: 'full', source };
  if (values.size(source) === 1) return { kind: 'cell', source };
  return repeated(source, mergedAxes(values.node(source).shape, target));
}

function repeated(source: NodeId, axes: readonly Axis[]): Operand {
  const [first, last] = axes;
  if (axes.length === 2 && first !== undefined && last !== undefined) {
    const columns = last[0];
    if (first[1] === 0 && last[1] === 1) return { kind: 'row', source, columns };
    if (first[1] === 1 && last[1] === 0) return { kind: 'column', source, columns };
  }
  return { kind: 'written', source, axes };
}

/** Axes with their strides; neighbours that run on into each other are one. */
export function mergedAxes(from: Shape, to: Shape, strides: readonly number[] = stridesTo(from, to)): readonly Axis[] {
  const merged: [number, number][] = [];
  to.forEach((size, axis) => {
    if (size === 1) return;
    const stride = strides[axis] ?? 0;
    const before = merged.at(-1);
    if (before?.[1] === stride * size) merged.splice(-1, 1, [before[0] * size, stride]);
    else merged.push([size, stride]);
  });
  return merged.length > 0 ? merged : [[1, 1]];
}
