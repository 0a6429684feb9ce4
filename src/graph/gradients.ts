/**
 * Reverse-mode differentiation: extends a graph by the nodes that compute ∂loss/∂x.
 *
 * Idea: each op has one rule that, given the gradient of its output, *builds* the gradients of its inputs. Walking the
 * nodes backwards and adding up gives the whole backward pass as graph; executors need no tape. At kinks the choices are
 * PyTorch's: relu'(0) = 0, |x|' = 0 at 0, ties of minimum and maximum share the gradient equally.
 */
import { Accumulator } from './accumulate.ts';
import type { GraphBuilder } from './builder.ts';
import type { Node, NodeId, OpName, Shape } from './graph.ts';
import { sizeOf } from './graph.ts';
import { reducedShape, sameShape, ShapeError } from './shapes.ts';

/** Gradients of a node's inputs, in order; undefined where none is defined or needed. `y` is the node itself. */
type Rule<Name extends OpName> = (
  g: GraphBuilder,
  dy: NodeId,
  node: Node & { readonly op: Name },
  y: NodeId,
) => readonly (NodeId | undefined)[];

/** A rule that needs no attributes of the op. */
type PlainRule = (g: GraphBuilder, dy: NodeId, node: Node, y: NodeId) => readonly (NodeId | undefined)[];

type Inputs = readonly [NodeId, NodeId, NodeId];
const inputsOf = (node: Node): Inputs => node.inputs as unknown as Inputs;

/** Sums a gradient over the axes that broadcasting had repeated. */
function sumTo(g: GraphBuilder, dy: NodeId, shape: Shape): NodeId {
  const from = g.shape(dy);
  if (sameShape(from, shape)) return dy;
  const extra = from.length - shape.length;
  const axes = from.flatMap((size, axis) => (axis < extra || (shape[axis - extra] === 1 && size !== 1) ? [axis] : []));
  return g.reshape(g.sum(dy, axes), shape);
}

const elementwise =
  (factor: (g: GraphBuilder, x: NodeId, y: NodeId) => NodeId): PlainRule =>
  (g, dy, node, y) => [g.mul(dy, factor(g, inputsOf(node)[0], y))];

const flat: PlainRule = (_g, _dy, node) => node.inputs.map(() => undefined);

const notTwice: PlainRule = (_g, _dy, node) => {
  throw new ShapeError(`${node.op} has no gradient`);
};

const extremum =
  (sign: 1 | -1): PlainRule =>
  (g, dy, node) => {
    const [a, b] = inputsOf(node);
    const lead = g.sub(g.binary('greater', a, b), g.binary('greater', b, a));
    const half = g.constant(0.5);
    const share = (direction: number) => g.mul(dy, g.mul(half, g.plus(g.constant(1), g.scale(lead, direction))));
    return [sumTo(g, share(sign), g.shape(a)), sumTo(g, share(-sign), g.shape(b))];
  };

/** Gives a reduced gradient its axes back and repeats it. */
function spread(g: GraphBuilder, value: NodeId, axes: readonly number[], shape: Shape): NodeId {
  return g.broadcast(g.reshape(value, reducedShape(shape, axes, true)), shape);
}

/** True for a·b with neither side transposed. */
function isPlainProduct(node: Node): boolean {
  return node.op === 'matMul' && !node.transposeA && !node.transposeB;
}

/** If a node holds every number below `count` once: where each stands. */
function inverseOrder(node: Node, count: number): Float32Array | undefined {
  if (node.op !== 'constant' || node.values.length !== count) return undefined;
  const order = new Float32Array(count).fill(-1);
  node.values.forEach((row, index) => (order[row] = index));
  return order.includes(-1) ? undefined : order;
}

const rules: { readonly [Name in OpName]: Rule<Name> } = {
  scalar: flat,
  feed: flat,
  data: flat,
  state: flat,
  constant: flat,
  neg: (g, dy) => [g.unary('neg', dy)],
  exp: elementwise((_g, _x, y) => y),
  log: (g, dy, node) => [g.div(dy, inputsOf(node)[0])],
  sqrt: (g, dy, _node, y) => [g.div(g.scale(dy, 0.5), y)],
  square: elementwise((g, x) => g.scale(x, 2)),
  abs: elementwise((g, x) => g.unary('sign', x)),
  sign: flat,
  step: flat,
  isFinite: flat,
  relu: elementwise((g, x) => g.unary('step', x)),
  tanh: elementwise((g, _x, y) => g.sub(g.constant(1), g.unary('square', y))),
  sigmoid: elementwise((g, _x, y) => g.mul(y, g.sub(g.constant(1), y))),
  softplus: elementwise((g, x) => g.unary('sigmoid', x)),
  // 2/√π = erf'(0)
  erf: elementwise((g, x) => g.mul(g.exactly(2 / Math.sqrt(Math.PI)), g.unary('exp', g.unary('neg', g.unary('square', x))))),
  reciprocal: elementwise((g, _x, y) => g.unary('neg', g.unary('square', y))),
  add: (g, dy, node) => inputsOf(node).map((input) => sumTo(g, dy, g.shape(input))),
  sub: (g, dy, node) => [sumTo(g, dy, g.shape(inputsOf(node)[0])), sumTo(g, g.unary('neg', dy), g.shape(inputsOf(node)[1]))],
  mul: (g, dy, node) => {
    const [a, b] = inputsOf(node);
    return [sumTo(g, g.mul(dy, b), g.shape(a)), sumTo(g, g.mul(dy, a), g.shape(b))];
  },
  div: (g, dy, node, y) => {
    const [a, b] = inputsOf(node);
    const quotient = g.div(dy, b);
    return [sumTo(g, quotient, g.shape(a)), sumTo(g, g.unary('neg', g.mul(quotient, y)), g.shape(b))];
  },
  minimum: extremum(-1),
  maximum: extremum(1),
  greater: flat,
  select: (g, dy, node) => {
    const [condition] = inputsOf(node);
    const zero = g.broadcast(g.constant(0), node.shape);
    return [undefined, g.select(condition, dy, zero), g.select(condition, zero, dy)];
  },
  sum: (g, dy, node) => [spread(g, dy, node.axes, g.shape(inputsOf(node)[0]))],
  max: (g, dy, node, y) => {
    const [x] = inputsOf(node);
    const shape = g.shape(x);
    const largest = g.sub(g.constant(1), g.binary('greater', spread(g, y, node.axes, shape), x));
    return [g.mul(largest, spread(g, g.div(dy, g.sum(largest, node.axes, node.keep)), node.axes, shape))];
  },
  broadcast: (g, dy, node) => [sumTo(g, dy, g.shape(inputsOf(node)[0]))],
  reshape: (g, dy, node) => [g.reshape(dy, g.shape(inputsOf(node)[0]))],
  // Its rows are joined with those of other slices (`Accumulator`).
  slice: flat,
  concat: (g, dy, node) => {
    let begin = 0;
    return node.inputs.map((input) => {
      const size = g.shape(input)[0] ?? 1;
      begin += size;
      return g.slice(dy, begin - size, size);
    });
  },
  matMul: (g, dy, node) => {
    const [a, b] = inputsOf(node);
    const { transposeA, transposeB } = node;
    return [
      transposeA ? g.matMul(b, dy, transposeB, true) : g.matMul(dy, b, false, !transposeB),
      // aᵀ·dy is joined with those of other products with b.
      isPlainProduct(node) ? undefined : transposeB ? g.matMul(dy, a, true, transposeA) : g.matMul(a, dy, !transposeA, false),
    ];
  },
  gather: (g, dy, node) => {
    const [table, rows] = inputsOf(node);
    const order = inverseOrder(g.node(rows), g.shape(table)[0] ?? 0);
    return [order === undefined ? g.gatherGradient(dy, rows, g.shape(table)) : g.gather(dy, g.constant(order, [order.length])), undefined];
  },
  gatherGradient: (g, dy, node) => [g.gather(dy, inputsOf(node)[1]), undefined],
  oneHot: flat,
  softmax: (g, dy, node, y) => {
    const last = node.shape.length - 1;
    return [g.mul(y, g.sub(dy, g.sum(g.mul(dy, y), [last], true)))];
  },
  softmaxCrossEntropy: (g, dy, node) => {
    const [logits, labels] = inputsOf(node);
    const [count = 0, classes = 0] = g.shape(logits);
    return [g.mul(g.reshape(dy, [count, 1]), g.sub(g.softmax(logits), g.oneHot(labels, classes))), undefined];
  },
  standardize: (g, dy, node) => [g.standardizeGradient(dy, inputsOf(node)[0], node.centered, node.epsilon)],
  standardizeGradient: notTwice,
  rotate: (g, dy, node) => {
    const [, cosines, sines] = inputsOf(node);
    return [g.rotate(dy, cosines, g.unary('neg', sines)), undefined, undefined];
  },
  causalAttention: (g, dy, node) => {
    const [q, k, v] = inputsOf(node);
    const all = g.causalAttentionGradient(dy, q, k, v, node.heads, node.context);
    let end = 0;
    return [q, k, v].map((input) => {
      const size = sizeOf(g.shape(input));
      end += size;
      return g.reshape(g.slice(all, end - size, size), g.shape(input));
    });
  },
  causalAttentionGradient: notTwice,
  dropoutMask: flat,
  normalNoise: flat,
  conv2d: (g, dy, node) => {
    const [x, kernel] = inputsOf(node);
    return [g.conv2dInputGradient(dy, kernel), g.conv2dKernelGradient(x, dy, g.shape(kernel))];
  },
  conv2dInputGradient: notTwice,
  conv2dKernelGradient: notTwice,
  maxPool: (g, dy, node) => [g.maxPoolGradient(dy, inputsOf(node)[0], node.size)],
  maxPoolGradient: notTwice,
};

/**
 * Gradients of the scalar `loss` with respect to each node of `wrt`, as nodes of the same builder, of the same shapes.
 * Throws `ShapeError` if the loss is not a scalar, or where an op on the path has no gradient.
 */
export function gradients(g: GraphBuilder, loss: NodeId, wrt: readonly NodeId[]): NodeId[] {
  if (g.shape(loss).length > 0) throw new ShapeError('the loss must be a scalar');
  const carries = new Set<NodeId>(wrt);
  for (let id = 0; id <= loss; id++) if (g.node(id).inputs.some((input) => carries.has(input))) carries.add(id);
  const found = new Accumulator(g);
  found.add(loss, g.constant(1));
  for (let id = loss; id >= 0; id--) {
    const node = g.node(id);
    if (!carries.has(id) || wrt.includes(id)) continue;
    const dy = found.take(id);
    if (dy === undefined) continue;
    const parts = (rules[node.op] as PlainRule)(g, dy, node, id);
    node.inputs.forEach((input, index) => {
      const part = parts[index];
      if (carries.has(input) && part !== undefined) found.add(input, part);
    });
    const [first, second] = inputsOf(node);
    if (node.op === 'slice') found.addRows(first, node.begin[0] ?? 0, dy);
    if (isPlainProduct(node) && carries.has(second)) found.addProduct(second, first, dy);
  }
  return wrt.map((id) => found.take(id) ?? g.broadcast(g.constant(0), g.shape(id)));
}
