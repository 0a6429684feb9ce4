/**
 * Replaces tfjs' CPU kernels where they compute a coordinate array per element: broadcasting along inner axes, repeating
 * and gathering rows. Same arithmetic, plain loops.
 */
import { sizeOf, type BinaryName, type Shape } from '../../graph/graph.ts';
import { elementwise } from './ops/elementwise.ts';
import { input, viewAs, type NodeOf, type OpTable, type Run, type Tools } from './ops/op.ts';

const functions: Readonly<Record<BinaryName, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  minimum: (a, b) => Math.min(a, b),
  maximum: (a, b) => Math.max(a, b),
  greater: (a, b) => (a > b ? 1 : 0),
};

/** Without the leading axes of size 1. */
function core(shape: Shape): Shape {
  const first = shape.findIndex((size) => size !== 1);
  return first < 0 ? [] : shape.slice(first);
}

/** True where `shape`, repeated as a whole, gives `whole`: tfjs is fast then. */
function tiles(shape: Shape, whole: Shape): boolean {
  return shape.every((size, axis) => size === whole[whole.length - shape.length + axis]);
}

/** For each element of `to`, the element of `from` that it repeats. */
function sources(from: Shape, to: Shape): Uint32Array {
  const strides = new Array<number>(to.length).fill(0);
  let stride = 1;
  for (let axis = from.length - 1; axis >= 0; axis--) {
    const size = from[axis] ?? 1;
    if (size !== 1) strides[to.length - from.length + axis] = stride;
    stride *= size;
  }
  const result = new Uint32Array(sizeOf(to));
  const position = new Array<number>(to.length).fill(0);
  let offset = 0;
  for (let index = 0; index < result.length; index++) {
    result[index] = offset;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      const next = (position[axis] ?? 0) + 1;
      offset += strides[axis] ?? 0;
      position[axis] = next;
      if (next < (to[axis] ?? 1)) break;
      offset -= (strides[axis] ?? 0) * next;
      position[axis] = 0;
    }
  }
  return result;
}

function values(inputs: readonly ReturnType<Run>[], index: number, tools: Tools): Float32Array {
  return tools.hostValues(input(inputs, index)) ?? new Float32Array();
}

function binary(node: NodeOf<BinaryName>, tools: Tools): Run {
  const shapes = [core(tools.inputShape(node, 0)), core(tools.inputShape(node, 1))] as const;
  const stock = elementwise[node.op](node, tools);
  if (tiles(shapes[0], node.shape) && tiles(shapes[1], node.shape)) {
    return (inputs) => {
      const result = stock([viewAs(input(inputs, 0), shapes[0]), viewAs(input(inputs, 1), shapes[1])]);
      return viewAs(result, node.shape);
    };
  }
  const compute = functions[node.op];
  const [fromA, fromB] = [sources(shapes[0], node.shape), sources(shapes[1], node.shape)];
  return (inputs) => {
    const [a, b] = [values(inputs, 0, tools), values(inputs, 1, tools)];
    const result = new Float32Array(fromA.length);
    for (let index = 0; index < result.length; index++) result[index] = compute(a[fromA[index] ?? 0] ?? 0, b[fromB[index] ?? 0] ?? 0);
    return tools.upload(result, node.shape);
  };
}

function broadcast(node: NodeOf<'broadcast'>, tools: Tools): Run {
  const from = sources(tools.inputShape(node, 0), node.shape);
  return (inputs) => {
    const source = values(inputs, 0, tools);
    const result = new Float32Array(from.length);
    for (let index = 0; index < result.length; index++) result[index] = source[from[index] ?? 0] ?? 0;
    return tools.upload(result, node.shape);
  };
}

function gather(node: NodeOf<'gather'>, tools: Tools): Run {
  const rowSize = sizeOf(tools.inputShape(node, 0).slice(1));
  return (inputs) => {
    const [table, rows] = [values(inputs, 0, tools), values(inputs, 1, tools)];
    const integers = input(inputs, 0).dtype === 'int32';
    const result = integers ? new Int32Array(rows.length * rowSize) : new Float32Array(rows.length * rowSize);
    rows.forEach((row, index) => {
      result.set(table.subarray(row * rowSize, (row + 1) * rowSize), index * rowSize);
    });
    return tools.upload(result, node.shape);
  };
}

/** See `Device.overrides`. */
export const cpuOps: Partial<OpTable> = {
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  minimum: binary,
  maximum: binary,
  greater: binary,
  broadcast,
  gather,
};
