/**
 * A plain interpreter of graphs in double precision: slow, obvious, the oracle of the executors.
 *
 * Idea: one loop nest per op, written for reading. It implements `Executor`, so a whole run can be trained on it and
 * compared with PyTorch in double. Nothing is cached or fused.
 */
import type { Executor, Feed, Feeds, MetricColumns, Program, TensorMap } from '../graph/executor.ts';
import { feedList } from '../graph/feeds.ts';
import type { Graph, Node, Shape } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import { fillKeepMask, fillNormal, stream } from '../shared/random.ts';
import { convolution, convolutionInputGradient, convolutionKernelGradient, maxPool, maxPoolGradient } from './interpreter-images.ts';
import { sequenceOp } from './interpreter-sequences.ts';
import { binary, unary } from './interpreter-scalars.ts';

/** A tensor in double precision. */
export interface Tensor {
  readonly shape: Shape;
  readonly values: Float64Array;
}

type Values = Readonly<Record<string, { readonly shape: Shape; readonly values: ArrayLike<number> }>>;

/** Everything a graph may read while it runs. */
export interface Environment {
  readonly scalars: Readonly<Record<string, number>>;
  readonly feeds: Readonly<Record<string, ArrayLike<number>>>;
  readonly data: Values;
  readonly state: Values;
  readonly seed: number;
  readonly step: number;
}

/** Flat position in a tensor of shape `from`, broadcast to `to`, of the element at flat position `index` of `to`. */
function broadcastIndex(index: number, from: Shape, to: Shape): number {
  let position = 0;
  let stride = 1;
  let rest = index;
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const size = to[axis] ?? 1;
    const coordinate = rest % size;
    rest = Math.floor(rest / size);
    const own = axis - to.length + from.length;
    if (own < 0) continue;
    if (from[own] !== 1) position += coordinate * stride;
    stride *= from[own] ?? 1;
  }
  return position;
}

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? Number.NaN;

function reduce(
  x: Tensor,
  node: Node & { axes: readonly number[] },
  start: number,
  combine: (a: number, b: number) => number,
): Float64Array {
  const kept = x.shape.map((size, axis) => (node.axes.includes(axis) ? 1 : size));
  const result = new Float64Array(sizeOf(kept)).fill(start);
  for (let i = 0; i < x.values.length; i++) {
    const target = broadcastIndex(i, kept, x.shape);
    result[target] = combine(at(result, target), at(x.values, i));
  }
  return result;
}

function matMul(a: Tensor, b: Tensor, node: Extract<Node, { op: 'matMul' }>): Float64Array {
  const [m = 0, n = 0] = node.shape;
  const k = (node.transposeA ? a.shape[0] : a.shape[1]) ?? 0;
  const result = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++)
        sum += at(a.values, node.transposeA ? l * m + i : i * k + l) * at(b.values, node.transposeB ? j * k + l : l * n + j);
      result[i * n + j] = sum;
    }
  return result;
}

/** Softmax of each row, and its log-sum-exp. */
function softmaxRows(x: Tensor): { probabilities: Float64Array; logSum: Float64Array } {
  const classes = x.shape.at(-1) ?? 1;
  const rows = x.values.length / classes;
  const probabilities = new Float64Array(x.values.length);
  const logSum = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const logits = x.values.subarray(row * classes, (row + 1) * classes);
    const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
    logits.forEach((logit, k) => (probabilities[row * classes + k] = Math.exp(logit - largest) / sum));
    logSum[row] = largest + Math.log(sum);
  }
  return { probabilities, logSum };
}

function leaf(node: Node, environment: Environment): Float64Array | undefined {
  switch (node.op) {
    case 'scalar':
      return Float64Array.of(required(environment.scalars, node.name));
    case 'feed':
      return Float64Array.from(required(environment.feeds, node.name));
    case 'data':
      return Float64Array.from(required(environment.data, node.name).values);
    case 'state':
      return Float64Array.from(required(environment.state, node.name).values);
    case 'constant':
      return Float64Array.from(node.values);
    default:
      return undefined;
  }
}

function required<Value>(record: Readonly<Record<string, Value>>, name: string): Value {
  const value = record[name];
  if (value === undefined) throw new Error(`the graph needs "${name}", which was not given`);
  return value;
}

function compute(node: Node, inputs: readonly Tensor[], environment: Environment): Float64Array {
  return elementwise(node, inputs) ?? coarse(node, inputs, environment);
}

const nothing: Tensor = { shape: [], values: new Float64Array() };

function elementwise(node: Node, inputs: readonly Tensor[]): Float64Array | undefined {
  const [a = nothing, b = nothing, c = nothing] = inputs;
  const size = sizeOf(node.shape);
  const one = unary[node.op];
  if (one) return a.values.map((x) => one(x));
  const two = binary[node.op];
  const pick = (tensor: Tensor, i: number) => at(tensor.values, broadcastIndex(i, tensor.shape, node.shape));
  if (two) return new Float64Array(size).map((_, i) => two(pick(a, i), pick(b, i)));
  switch (node.op) {
    case 'select':
      return new Float64Array(size).map((_, i) => (pick(a, i) !== 0 ? pick(b, i) : pick(c, i)));
    case 'broadcast':
      return new Float64Array(size).map((_, i) => pick(a, i));
    default:
      return undefined;
  }
}

function coarse(node: Node, inputs: readonly Tensor[], environment: Environment): Float64Array {
  const [a = nothing, b = nothing] = inputs;
  const size = sizeOf(node.shape);
  switch (node.op) {
    case 'sum':
      return reduce(a, node, 0, (x, y) => x + y);
    case 'max':
      return reduce(a, node, -Infinity, Math.max);
    case 'reshape':
      return a.values;
    case 'slice': {
      const row = sizeOf(a.shape.slice(1));
      const begin = (node.begin[0] ?? 0) * row;
      return a.values.slice(begin, begin + size);
    }
    case 'concat':
      return Float64Array.from(inputs.flatMap((input) => [...input.values]));
    case 'matMul':
      return matMul(a, b, node);
    case 'gather': {
      const row = sizeOf(a.shape.slice(1));
      return new Float64Array(size).map((_, i) => at(a.values, at(b.values, Math.floor(i / row)) * row + (i % row)));
    }
    case 'oneHot':
      return new Float64Array(size).map((_, i) => (at(a.values, Math.floor(i / node.depth)) === i % node.depth ? 1 : 0));
    case 'softmax':
      return softmaxRows(a).probabilities;
    case 'softmaxCrossEntropy': {
      const { logSum } = softmaxRows(a);
      const classes = a.shape[1] ?? 1;
      return logSum.map((value, row) => value - at(a.values, row * classes + at(b.values, row)));
    }
    case 'dropoutMask': {
      const mask = new Float32Array(size);
      fillKeepMask(mask, at(a.values, 0), environment.seed, environment.step, node.site);
      // The mask's kept value is recomputed in double: 1 / (1 − rate).
      return Float64Array.from(mask, (value) => (value === 0 ? 0 : 1 / (1 - at(a.values, 0))));
    }
    case 'normalNoise': {
      const noise = new Float32Array(size);
      fillNormal(noise, environment.seed, stream.trainingNoise, environment.step, node.site);
      return Float64Array.from(noise);
    }
    case 'conv2d':
      return convolution(a, b);
    case 'conv2dInputGradient':
      return convolutionInputGradient(a, b, node.shape);
    case 'conv2dKernelGradient':
      return convolutionKernelGradient(a, b, node.shape);
    case 'maxPool':
      return maxPool(a, node.size);
    case 'maxPoolGradient':
      return maxPoolGradient(a, b, node.size);
    default:
      return sequenceOp(node, inputs);
  }
}

/** Values of all nodes of a graph, in order. */
export function interpret(graph: Graph, environment: Environment): readonly Tensor[] {
  const results: Tensor[] = [];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => results[id] ?? { shape: [], values: new Float64Array() });
    results.push({ shape: node.shape, values: leaf(node, environment) ?? compute(node, inputs, environment) });
  }
  return results;
}

/** A tensor by output name. */
export function output(graph: Graph, results: readonly Tensor[], name: string): Tensor {
  const tensor = results[graph.outputs[name] ?? -1];
  if (!tensor) throw new Error(`no output "${name}"`);
  return tensor;
}

/** A program as an executor takes it, but in any precision. */
export type DoubleProgram = Omit<Program, 'data' | 'state'> & { readonly data: Values; readonly state: Values };

/** Runs programs in double precision. States read back are rounded to float32; `doubles` has them unrounded. */
export class Interpreter implements Executor {
  readonly engine = 'interpreter';
  readonly device = 'double precision, for tests';
  private program: DoubleProgram | undefined;
  doubles: Record<string, Tensor> = {};

  load(program: DoubleProgram): Promise<void> {
    this.program = program;
    this.doubles = Object.fromEntries(
      Object.entries(program.state).map(([name, { shape, values }]) => [name, { shape, values: Float64Array.from(values) }]),
    );
    return Promise.resolve();
  }

  run(given: Feeds): Promise<MetricColumns> {
    const feeds = feedList(given);
    const graph = this.loaded().graphs.step;
    const columns: Record<string, Float64Array> = {};
    for (const name of Object.keys(graph.outputs)) columns[name] = new Float64Array(feeds.length);
    feeds.forEach((feed, index) => {
      const results = interpret(graph, this.environment(feed));
      for (const [name, column] of Object.entries(columns)) column[index] = at(output(graph, results, name).values, 0);
      for (const [name, id] of Object.entries(graph.updates)) this.doubles[name] = results[id] ?? required(this.doubles, name);
    });
    return Promise.resolve(columns);
  }

  evaluate(name: string, feed: Feed): Promise<TensorMap> {
    const graph = required(this.loaded().graphs, name);
    const results = interpret(graph, this.environment(feed));
    const pairs = Object.keys(graph.outputs).map((key) => [key, single(output(graph, results, key))] as const);
    return Promise.resolve(Object.fromEntries(pairs));
  }

  readState(): Promise<TensorMap> {
    return Promise.resolve(Object.fromEntries(Object.entries(this.doubles).map(([name, tensor]) => [name, single(tensor)])));
  }

  writeState(state: Values): Promise<void> {
    for (const [name, { shape, values }] of Object.entries(state)) this.doubles[name] = { shape, values: Float64Array.from(values) };
    return Promise.resolve();
  }

  dispose(): void {
    this.program = undefined;
  }

  private loaded(): DoubleProgram {
    if (!this.program) throw new Error('nothing is loaded');
    return this.program;
  }

  private environment(feed: Feed): Environment {
    const { data, seed } = this.loaded();
    return { scalars: feed.scalars, feeds: feed.tensors, data, state: this.doubles, seed, step: feed.step };
  }
}

function single(tensor: Tensor): { shape: Shape; values: Float32Array } {
  return { shape: tensor.shape, values: Float32Array.from(tensor.values) };
}
