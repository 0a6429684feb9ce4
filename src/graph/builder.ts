/**
 * Builds a graph node by node, checking shapes as it goes.
 *
 * Idea: a tensor is just a node number; asking twice for the same operation on the same inputs gives the same node
 * (common subexpressions are shared), and `finish` drops what no output or update needs. No numbers are computed here.
 */
import type { BinaryName, Graph, Node, NodeId, Op, Shape, UnaryName } from './graph.ts';
import { sizeOf } from './graph.ts';
import { folded, sameAs } from './simplify.ts';
import { broadcastShapes, dimensions, reducedShape, sameShape, ShapeError, shapeText } from './shapes.ts';

/** Builds one graph; equal nodes are made once. Every method throws `ShapeError` on shapes that do not fit. */
export class GraphBuilder {
  private readonly nodes: Node[] = [];
  private readonly known = new Map<string, NodeId>();

  node(id: NodeId): Node {
    const node = this.nodes[id];
    if (!node) throw new ShapeError(`no node ${String(id)}`);
    return node;
  }

  shape(id: NodeId): Shape {
    return this.node(id).shape;
  }

  /** Number of nodes so far. */
  get length(): number {
    return this.nodes.length;
  }

  // Leaves.

  scalar(name: string): NodeId {
    return this.add({ op: 'scalar', name }, [], []);
  }

  feed(name: string, shape: Shape): NodeId {
    return this.add({ op: 'feed', name }, [], shape);
  }

  data(name: string, shape: Shape): NodeId {
    return this.add({ op: 'data', name }, [], shape);
  }

  state(name: string, shape: Shape): NodeId {
    return this.add({ op: 'state', name }, [], shape);
  }

  /** A fixed tensor; a number makes a scalar. */
  constant(values: number | Float32Array, shape: Shape = []): NodeId {
    const array = typeof values === 'number' ? Float32Array.of(values) : values;
    if (array.length !== sizeOf(shape)) throw new ShapeError(`${String(array.length)} values for ${shapeText(shape)}`);
    return this.add({ op: 'constant', values: array }, [], shape);
  }

  /** A fixed number in two float32 parts, high and low, so that a run in double precision has it too. */
  exactly(value: number): NodeId {
    const high = Math.fround(value);
    return high === value ? this.constant(value) : this.plus(this.constant(high), this.constant(value - high));
  }

  // Elementwise.

  unary(op: UnaryName, a: NodeId): NodeId {
    const known = folded(op, [this.node(a)]);
    return known === undefined ? this.add({ op }, [a], this.shape(a)) : this.constant(known);
  }

  binary(op: BinaryName, a: NodeId, b: NodeId): NodeId {
    const operands = [this.node(a), this.node(b)] as const;
    const shape = broadcastShapes(operands[0].shape, operands[1].shape);
    const known = folded(op, operands);
    if (known !== undefined) return this.constant(known);
    const same = sameAs(op, ...operands);
    return same === undefined ? this.add({ op }, [a, b], shape) : this.broadcast(same === 'first' ? a : b, shape);
  }

  plus(a: NodeId, b: NodeId): NodeId {
    return this.binary('add', a, b);
  }

  sub(a: NodeId, b: NodeId): NodeId {
    return this.binary('sub', a, b);
  }

  mul(a: NodeId, b: NodeId): NodeId {
    return this.binary('mul', a, b);
  }

  div(a: NodeId, b: NodeId): NodeId {
    return this.binary('div', a, b);
  }

  /** `a · factor` with a fixed factor. */
  scale(a: NodeId, factor: number): NodeId {
    return factor === 1 ? a : this.mul(a, this.constant(factor));
  }

  select(condition: NodeId, a: NodeId, b: NodeId): NodeId {
    const shape = this.shape(a);
    if (!sameShape(shape, this.shape(b))) throw new ShapeError(`select between ${shapeText(shape)} and ${shapeText(this.shape(b))}`);
    const given = this.shape(condition);
    if (given.length > 0 && !sameShape(given, shape)) throw new ShapeError(`select by ${shapeText(given)} in ${shapeText(shape)}`);
    return this.add({ op: 'select' }, [condition, a, b], shape);
  }

  // Reductions and movement.

  /** Sum over `axes`, all of them by default. */
  sum(a: NodeId, axes: readonly number[] = this.shape(a).map((_, axis) => axis), keep = false): NodeId {
    return this.reduced('sum', a, axes, keep);
  }

  max(a: NodeId, axes: readonly number[], keep = false): NodeId {
    return this.reduced('max', a, axes, keep);
  }

  broadcast(a: NodeId, shape: Shape): NodeId {
    if (!sameShape(broadcastShapes(this.shape(a), shape), shape))
      throw new ShapeError(`${shapeText(this.shape(a))} does not reach ${shapeText(shape)}`);
    return sameShape(this.shape(a), shape) ? a : this.add({ op: 'broadcast' }, [a], shape);
  }

  reshape(a: NodeId, shape: Shape): NodeId {
    if (sizeOf(shape) !== sizeOf(this.shape(a))) throw new ShapeError(`cannot reshape ${shapeText(this.shape(a))} to ${shapeText(shape)}`);
    const node = this.node(a);
    const [source = a] = node.op === 'reshape' ? node.inputs : [];
    return sameShape(this.shape(source), shape) ? source : this.add({ op: 'reshape' }, [source], shape);
  }

  /** Elements `begin … begin + size` of axis 0, whole rows. */
  slice(a: NodeId, begin: number, size: number): NodeId {
    const [rows = 0, ...rest] = this.shape(a);
    if (begin < 0 || begin + size > rows) throw new ShapeError(`rows ${String(begin)}+${String(size)} of ${shapeText(this.shape(a))}`);
    return size === rows ? a : this.add({ op: 'slice', begin: [begin, ...rest.map(() => 0)] }, [a], [size, ...rest]);
  }

  /** Joins along axis 0. */
  concat(parts: readonly NodeId[]): NodeId {
    const [first, ...others] = parts;
    if (first === undefined) throw new ShapeError('nothing to join');
    if (others.length === 0) return first;
    const rest = this.shape(first).slice(1);
    let rows = 0;
    for (const part of parts) {
      if (!sameShape(this.shape(part).slice(1), rest)) throw new ShapeError(`cannot join ${shapeText(this.shape(part))}`);
      rows += this.shape(part)[0] ?? 1;
    }
    return this.add({ op: 'concat' }, parts, [rows, ...rest]);
  }

  // Coarse operations.

  matMul(a: NodeId, b: NodeId, transposeA = false, transposeB = false): NodeId {
    const [rowsA, columnsA] = dimensions(this.shape(a), 2);
    const [rowsB, columnsB] = dimensions(this.shape(b), 2);
    const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
    const [kB, n] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
    if (k !== kB) throw new ShapeError(`matMul of ${shapeText(this.shape(a))} and ${shapeText(this.shape(b))}`);
    return this.add({ op: 'matMul', transposeA, transposeB }, [a, b], [m, n]);
  }

  /** `x [n, in] · weight [in, out] + bias [out]`. */
  linear(x: NodeId, weight: NodeId, bias: NodeId): NodeId {
    return this.plus(this.matMul(x, weight), bias);
  }

  gather(table: NodeId, rows: NodeId): NodeId {
    const [count] = dimensions(this.shape(rows), 1);
    return this.add({ op: 'gather' }, [table, rows], [count, ...this.shape(table).slice(1)]);
  }

  gatherGradient(dy: NodeId, rows: NodeId, tableShape: Shape): NodeId {
    return this.add({ op: 'gatherGradient' }, [dy, rows], tableShape);
  }

  oneHot(labels: NodeId, depth: number): NodeId {
    const [count] = dimensions(this.shape(labels), 1);
    return this.add({ op: 'oneHot', depth }, [labels], [count, depth]);
  }

  softmax(logits: NodeId): NodeId {
    return this.add({ op: 'softmax' }, [logits], this.shape(logits));
  }

  softmaxCrossEntropy(logits: NodeId, labels: NodeId): NodeId {
    const [count] = dimensions(this.shape(logits), 2);
    if (!sameShape(this.shape(labels), [count]))
      throw new ShapeError(`labels ${shapeText(this.shape(labels))} for ${String(count)} examples`);
    return this.add({ op: 'softmaxCrossEntropy' }, [logits, labels], [count]);
  }

  dropoutMask(rate: NodeId, shape: Shape, site: number): NodeId {
    return this.add({ op: 'dropoutMask', site }, [rate], shape);
  }

  normalNoise(shape: Shape, site: number): NodeId {
    return this.add({ op: 'normalNoise', site }, [], shape);
  }

  standardize(x: NodeId, centered: boolean, epsilon: number): NodeId {
    return this.add({ op: 'standardize', centered, epsilon }, [x], this.shape(x));
  }

  standardizeGradient(dy: NodeId, x: NodeId, centered: boolean, epsilon: number): NodeId {
    return this.add({ op: 'standardizeGradient', centered, epsilon }, [dy, x], this.shape(x));
  }

  rotate(x: NodeId, cosines: NodeId, sines: NodeId): NodeId {
    const [rows, columns] = dimensions(this.shape(x), 2);
    const [context, half] = dimensions(this.shape(cosines), 2);
    if (rows % context !== 0 || columns % (2 * half) !== 0 || !sameShape(this.shape(sines), [context, half]))
      throw new ShapeError(`rotate ${shapeText(this.shape(x))} by ${shapeText(this.shape(cosines))}`);
    return this.add({ op: 'rotate' }, [x, cosines, sines], [rows, columns]);
  }

  causalAttention(q: NodeId, k: NodeId, v: NodeId, heads: number, context: number): NodeId {
    const [rows, keyWidth] = dimensions(this.shape(q), 2);
    const [valueRows, valueWidth] = dimensions(this.shape(v), 2);
    const fits = rows % context === 0 && keyWidth % heads === 0 && valueWidth % heads === 0;
    if (!fits || valueRows !== rows || !sameShape(this.shape(k), [rows, keyWidth]))
      throw new ShapeError(`attention of ${shapeText(this.shape(q))}, ${shapeText(this.shape(k))} and ${shapeText(this.shape(v))}`);
    return this.add({ op: 'causalAttention', heads, context }, [q, k, v], [rows, valueWidth]);
  }

  causalAttentionGradient(dy: NodeId, q: NodeId, k: NodeId, v: NodeId, heads: number, context: number): NodeId {
    const size = [q, k, v].reduce((sum, id) => sum + sizeOf(this.shape(id)), 0);
    return this.add({ op: 'causalAttentionGradient', heads, context }, [dy, q, k, v], [size]);
  }

  conv2d(x: NodeId, kernel: NodeId): NodeId {
    const [count, height, width, channels] = dimensions(this.shape(x), 4);
    const [kernelHeight, kernelWidth, inputs, outputs] = dimensions(this.shape(kernel), 4);
    if (channels !== inputs || kernelHeight % 2 === 0 || kernelWidth % 2 === 0)
      throw new ShapeError(`conv2d of ${shapeText(this.shape(x))} with ${shapeText(this.shape(kernel))}`);
    return this.add({ op: 'conv2d' }, [x, kernel], [count, height, width, outputs]);
  }

  conv2dInputGradient(dy: NodeId, kernel: NodeId): NodeId {
    const [count, height, width] = dimensions(this.shape(dy), 4);
    return this.add({ op: 'conv2dInputGradient' }, [dy, kernel], [count, height, width, dimensions(this.shape(kernel), 4)[2]]);
  }

  conv2dKernelGradient(x: NodeId, dy: NodeId, kernelShape: Shape): NodeId {
    return this.add({ op: 'conv2dKernelGradient' }, [x, dy], kernelShape);
  }

  maxPool(x: NodeId, size: number): NodeId {
    const [count, height, width, channels] = dimensions(this.shape(x), 4);
    return this.add({ op: 'maxPool', size }, [x], [count, Math.floor(height / size), Math.floor(width / size), channels]);
  }

  maxPoolGradient(dy: NodeId, x: NodeId, size: number): NodeId {
    return this.add({ op: 'maxPoolGradient', size }, [dy, x], this.shape(x));
  }

  /** The finished graph: only what the outputs and updates need, in order. */
  finish(outputs: Readonly<Record<string, NodeId>>, updates: Readonly<Record<string, NodeId>> = {}): Graph {
    const needed = new Set<NodeId>();
    const visit = [...Object.values(outputs), ...Object.values(updates)];
    for (let id = visit.pop(); id !== undefined; id = visit.pop()) {
      if (needed.has(id)) continue;
      needed.add(id);
      visit.push(...this.node(id).inputs);
    }
    const renumbered = new Map([...needed].sort((a, b) => a - b).map((id, index) => [id, index]));
    const at = (id: NodeId): NodeId => renumbered.get(id) ?? 0;
    const move = (names: Readonly<Record<string, NodeId>>) => Object.fromEntries(Object.entries(names).map(([name, id]) => [name, at(id)]));
    const nodes = [...renumbered.keys()].map((id) => ({ ...this.node(id), inputs: this.node(id).inputs.map(at) }));
    return { nodes, outputs: move(outputs), updates: move(updates) };
  }

  /** A reduction over axes of a single element is none. */
  private reduced(op: 'sum' | 'max', a: NodeId, axes: readonly number[], keep: boolean): NodeId {
    const from = this.shape(a);
    const shape = reducedShape(from, axes, keep);
    return axes.every((axis) => from[axis] === 1) ? this.reshape(a, shape) : this.add({ op, axes, keep }, [a], shape);
  }

  private add(op: Op, inputs: readonly NodeId[], shape: Shape): NodeId {
    const attributes =
      op.op === 'constant' ? { op: op.op, values: op.values.length > 1 ? `#${String(this.nodes.length)}` : numberKey(op.values[0]) } : op;
    const key = JSON.stringify([attributes, inputs, shape]);
    const existing = this.known.get(key);
    if (existing !== undefined) return existing;
    this.nodes.push({ ...op, inputs, shape });
    this.known.set(key, this.nodes.length - 1);
    return this.nodes.length - 1;
  }
}

/** −0 is another constant than 0. */
function numberKey(value: number | undefined): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
