/** How a CPU op is written: a function that fills the array of its result from the arrays of its inputs. */
import { sizeOf, type Node, type Shape } from '../../../graph/graph.ts';
import { input, type Run, type Tools } from '../ops/op.ts';

/** The array of an input. */
export function valuesOf(inputs: Parameters<Run>[0], index: number, tools: Tools): Float32Array {
  return tools.hostValues(input(inputs, index)) ?? new Float32Array();
}

/** An op with one input. `fill` must write every element: the array may hold what was there before. */
export function fillFromOne(node: Node, tools: Tools, fill: (x: Float32Array, result: Float32Array) => void): Run {
  const size = sizeOf(node.shape);
  return (inputs) => {
    const result = tools.fresh(size);
    fill(valuesOf(inputs, 0, tools), result);
    return tools.upload(result, node.shape);
  };
}

/** An op with two inputs. */
export function fillFromTwo(node: Node, tools: Tools, fill: (a: Float32Array, b: Float32Array, result: Float32Array) => void): Run {
  const size = sizeOf(node.shape);
  return (inputs) => {
    const result = tools.fresh(size);
    fill(valuesOf(inputs, 0, tools), valuesOf(inputs, 1, tools), result);
    return tools.upload(result, node.shape);
  };
}

/** An op with any number of inputs. */
export function fillFromAll(node: Node, tools: Tools, fill: (inputs: readonly Float32Array[], result: Float32Array) => void): Run {
  const size = sizeOf(node.shape);
  return (inputs) => {
    const result = tools.fresh(size);
    fill(
      inputs.map((_, index) => valuesOf(inputs, index, tools)),
      result,
    );
    return tools.upload(result, node.shape);
  };
}

/** For each element of `to`, the element of `from` that it repeats. */
export function sources(from: Shape, to: Shape): Uint32Array {
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
