/** Ops on the CPU that move, repeat or reduce whole rows: plain loops instead of tfjs' coordinates and transposed copies. */
import { sizeOf, type Shape } from '../../../graph/graph.ts';
import { input, viewAs, type NodeOf, type OpTable, type Run, type Tools } from '../ops/op.ts';
import { shape as stock } from '../ops/shape.ts';
import { fillFromOne, fillFromTwo, sources, valuesOf } from './fill.ts';

function reshape(node: NodeOf<'reshape'>, tools: Tools): Run {
  return (inputs) => viewAs(tools.retain(input(inputs, 0)), node.shape);
}

function broadcast(node: NodeOf<'broadcast'>, tools: Tools): Run {
  const from = sources(tools.inputShape(node, 0), node.shape);
  return fillFromOne(node, tools, (x, result) => {
    for (let i = 0; i < result.length; i++) result[i] = x[from[i]!]!;
  });
}

function gather(node: NodeOf<'gather'>, tools: Tools): Run {
  const rowSize = sizeOf(tools.inputShape(node, 0).slice(1));
  const size = sizeOf(node.shape);
  return (inputs) => {
    const [table, rows] = [valuesOf(inputs, 0, tools), valuesOf(inputs, 1, tools)];
    const result = input(inputs, 0).dtype === 'int32' ? new Int32Array(size) : tools.fresh(size);
    for (let row = 0, at = 0; at < size; row++) {
      const from = rows[row]! * rowSize;
      for (let i = from; i < from + rowSize; i++, at++) result[at] = table[i]!;
    }
    return tools.upload(result, node.shape);
  };
}

/** A copy: tfjs' own slice shares memory with its source, which may be used again once it is released. */
function slice(node: NodeOf<'slice'>, tools: Tools): Run {
  const from = tools.inputShape(node, 0);
  const strides = from.map((_, axis) => sizeOf(from.slice(axis + 1)));
  const places = Uint32Array.from({ length: sizeOf(node.shape) }, (_, index) => {
    let [rest, place] = [index, 0];
    for (let axis = from.length - 1; axis >= 0; axis--) {
      const size = node.shape[axis]!;
      place += (node.begin[axis]! + (rest % size)) * strides[axis]!;
      rest = Math.floor(rest / size);
    }
    return place;
  });
  return fillFromOne(node, tools, (x, result) => {
    for (let i = 0; i < result.length; i++) result[i] = x[places[i]!]!;
  });
}

function concat(node: NodeOf<'concat'>, tools: Tools): Run {
  const size = sizeOf(node.shape);
  return (inputs) => {
    const result = tools.fresh(size);
    for (let part = 0, at = 0; part < inputs.length; part++) {
      const values = valuesOf(inputs, part, tools);
      for (let i = 0; i < values.length; i++, at++) result[at] = values[i]!;
    }
    return tools.upload(result, node.shape);
  };
}

/** `shape` as outer × reduced × inner elements, or undefined if the axes do not stand together. */
function around(axes: readonly number[], shape: Shape): readonly [outer: number, reduced: number, inner: number] | undefined {
  const [first, last] = [Math.min(...axes), Math.max(...axes)];
  if (last - first + 1 !== axes.length) return undefined;
  return [sizeOf(shape.slice(0, first)), sizeOf(shape.slice(first, last + 1)), sizeOf(shape.slice(last + 1))];
}

/** Sums in double precision, each in the order of the elements. */
function sum(node: NodeOf<'sum'>, tools: Tools): Run {
  const parts = node.axes.length === 0 ? undefined : around(node.axes, tools.inputShape(node, 0));
  if (parts === undefined) return stock.sum(node, tools);
  const [outer, reduced, inner] = parts;
  const sums = new Float64Array(inner);
  return fillFromOne(node, tools, (x, result) => {
    for (let block = 0, at = 0; block < outer; block++) {
      if (inner === 1) {
        let total = 0;
        for (let i = 0; i < reduced; i++, at++) total += x[at]!;
        result[block] = total;
        continue;
      }
      sums.fill(0);
      for (let i = 0; i < reduced; i++) for (let j = 0; j < inner; j++, at++) sums[j]! += x[at]!;
      for (let j = 0; j < inner; j++) result[block * inner + j] = sums[j]!;
    }
  });
}

/** The largest value of a row, NaN if there is one. */
function largest(x: Float32Array, from: number, to: number): number {
  let result = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) result = Math.max(result, x[i]!);
  return result;
}

function softmax(node: NodeOf<'softmax'>, tools: Tools): Run {
  const columns = node.shape.at(-1) ?? 1;
  return fillFromOne(node, tools, (x, result) => {
    for (let from = 0; from < x.length; from += columns) {
      const max = largest(x, from, from + columns);
      let total = 0;
      for (let i = from; i < from + columns; i++) total += Math.exp(x[i]! - max);
      for (let i = from; i < from + columns; i++) result[i] = Math.exp(x[i]! - max) / total;
    }
  });
}

/** log Σ exp(z − max z) − (z − max z) at the label: no overflow for any finite logits. */
function softmaxCrossEntropy(node: NodeOf<'softmaxCrossEntropy'>, tools: Tools): Run {
  const [, columns = 1] = tools.inputShape(node, 0);
  return fillFromTwo(node, tools, (x, labels, result) => {
    for (let row = 0, from = 0; row < result.length; row++, from += columns) {
      const max = largest(x, from, from + columns);
      let total = 0;
      for (let i = from; i < from + columns; i++) total += Math.exp(x[i]! - max);
      result[row] = Math.log(total) - (x[from + labels[row]!]! - max);
    }
  });
}

/** See `OpTable`. */
export const cpuRows = { reshape, broadcast, gather, slice, concat, sum, softmax, softmaxCrossEntropy } satisfies Partial<OpTable>;
