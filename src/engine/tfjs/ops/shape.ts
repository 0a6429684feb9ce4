/** Ops that move or reduce elements: reductions, broadcast, reshape, slice, concat. */
import { input, type NodeOf, type OpTable, type Run, type Tools } from './op.ts';

function sum(node: NodeOf<'sum'>, tools: Tools): Run {
  if (node.axes.length === 0) return (inputs) => tools.retain(input(inputs, 0));
  const kernel = tools.kernel('Sum');
  const attributes = { axis: [...node.axes], keepDims: node.keep };
  return (inputs) => kernel({ x: input(inputs, 0) }, attributes);
}

function max(node: NodeOf<'max'>, tools: Tools): Run {
  if (node.axes.length === 0) return (inputs) => tools.retain(input(inputs, 0));
  const kernel = tools.kernel('Max');
  const attributes = { reductionIndices: [...node.axes], keepDims: node.keep };
  return (inputs) => kernel({ x: input(inputs, 0) }, attributes);
}

function broadcast(node: NodeOf<'broadcast'>, tools: Tools): Run {
  const from = tools.inputShape(node, 0);
  const filled = [...node.shape.slice(from.length).map(() => 1), ...from];
  const reps = node.shape.map((size, axis) => (filled[axis] === size ? 1 : size));
  const reshape = tools.kernel('Reshape');
  if (reps.every((count) => count === 1)) return (inputs) => reshape({ x: input(inputs, 0) }, { shape: [...node.shape] });
  const tile = tools.kernel('Tile');
  return (inputs) => {
    const lifted = reshape({ x: input(inputs, 0) }, { shape: filled });
    const result = tile({ x: lifted }, { reps });
    tools.release(lifted);
    return result;
  };
}

function reshape(node: NodeOf<'reshape'>, tools: Tools): Run {
  const kernel = tools.kernel('Reshape');
  return (inputs) => kernel({ x: input(inputs, 0) }, { shape: [...node.shape] });
}

function slice(node: NodeOf<'slice'>, tools: Tools): Run {
  const kernel = tools.kernel('Slice');
  const attributes = { begin: [...node.begin], size: [...node.shape] };
  return (inputs) => kernel({ x: input(inputs, 0) }, attributes);
}

function concat(node: NodeOf<'concat'>, tools: Tools): Run {
  if (node.inputs.length === 1) return (inputs) => tools.retain(input(inputs, 0));
  const kernel = tools.kernel('Concat');
  return (inputs) => kernel(inputs, { axis: 0 });
}

/** See `OpTable`. */
export const shape = { sum, max, broadcast, reshape, slice, concat } satisfies Partial<OpTable>;
