/**
 * The training step as data: a list of nodes in topological order, each an op with attributes and a static shape.
 *
 * Idea: models, losses, clipping and optimizers *build* such a list once (`builder.ts`), `gradients.ts` extends it with
 * the backward pass, and executors run it. Nothing in this folder holds a number that is learned, and nothing knows
 * which library does the arithmetic. Every tensor is float32, row-major; indices and labels are whole numbers in floats.
 */

/** Sizes of the axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Position of a node in `Graph.nodes`. */
export type NodeId = number;

/** Values from outside, by name. */
export type LeafOp =
  /** A rank-0 number given anew for every run of the graph: learning rate, β, dropout rate. */
  | { readonly op: 'scalar'; readonly name: string }
  /** A tensor given anew for every run: row indices, example weights, points to predict. */
  | { readonly op: 'feed'; readonly name: string }
  /** A tensor that stays with the executor between runs: the inputs and targets of a split. */
  | { readonly op: 'data'; readonly name: string }
  /** A tensor that the graph itself replaces (`Graph.updates`): parameters, optimizer slots, the halt flag. */
  | { readonly op: 'state'; readonly name: string }
  | { readonly op: 'constant'; readonly values: Float32Array };

/** Elementwise on one tensor. `sign(0) = 0`, `step(x) = 1 if x > 0 else 0`, `erf` is the error function. */
export type UnaryName =
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'square'
  | 'abs'
  | 'sign'
  | 'step'
  | 'relu'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'erf'
  | 'reciprocal'
  /** 1 where the value is neither infinite nor NaN, else 0. */
  | 'isFinite';

/** Elementwise on two tensors with NumPy broadcasting. `greater` gives 1 or 0. */
export type BinaryName = 'add' | 'sub' | 'mul' | 'div' | 'minimum' | 'maximum' | 'greater';

/** What a node does; its inputs are in the order given here. */
export type Op =
  | LeafOp
  | { readonly op: UnaryName }
  | { readonly op: BinaryName }
  /** `select(condition, a, b)`: a where condition is not 0, else b; the branch not taken may hold NaN. Condition: scalar or the shape of a. */
  | { readonly op: 'select' }
  /** Sum over the given axes, which disappear unless `keep`. */
  | { readonly op: 'sum'; readonly axes: readonly number[]; readonly keep: boolean }
  /** Largest value over the given axes. */
  | { readonly op: 'max'; readonly axes: readonly number[]; readonly keep: boolean }
  /** Repeats axes of size 1 (or missing leading axes) up to the node's shape. */
  | { readonly op: 'broadcast' }
  /** Same elements, other shape. */
  | { readonly op: 'reshape' }
  /** A rectangular piece, `begin` included, of the node's shape. */
  | { readonly op: 'slice'; readonly begin: readonly number[] }
  /** Joins along axis 0. */
  | { readonly op: 'concat' }
  /** `[m,k] · [k,n]`, either side transposed first. */
  | { readonly op: 'matMul'; readonly transposeA: boolean; readonly transposeB: boolean }
  /** `gather(table, rows)`: rows of axis 0 by index; the gradient is not needed for data and not defined. */
  | { readonly op: 'gather' }
  /** `oneHot(labels)`: `[n]` → `[n, depth]`. */
  | { readonly op: 'oneHot'; readonly depth: number }
  /** Softmax over the last axis. */
  | { readonly op: 'softmax' }
  /** `softmaxCrossEntropy(logits [n,k], labels [n])` → loss of each example `[n]`, stable for large logits. */
  | { readonly op: 'softmaxCrossEntropy' }
  /** `dropoutMask(rate)`: 0 with probability rate, else 1/(1−rate); a pure function of (seed, step, site, element). */
  | { readonly op: 'dropoutMask'; readonly site: number }
  /** Standard normal numbers, `normalNoise()`: a pure function of (seed, step, site, element). */
  | { readonly op: 'normalNoise'; readonly site: number }
  /** `conv2d(x [n,h,w,c], kernel [kh,kw,c,o])`, stride 1, zero padding to the same size; odd kernels. */
  | { readonly op: 'conv2d' }
  /** `conv2dInputGradient(dy, kernel)` → `[n,h,w,c]`. */
  | { readonly op: 'conv2dInputGradient' }
  /** `conv2dKernelGradient(x, dy)` → `[kh,kw,c,o]`. */
  | { readonly op: 'conv2dKernelGradient' }
  /** `maxPool(x [n,h,w,c])`: non-overlapping size × size windows, sides divided rounding down; ties go to the first element. */
  | { readonly op: 'maxPool'; readonly size: number }
  /** `maxPoolGradient(dy, x)` → shape of x. */
  | { readonly op: 'maxPoolGradient'; readonly size: number };

/** Name of an operation. */
export type OpName = Op['op'];

/** One operation of a graph. `inputs` are earlier nodes. */
export type Node = Op & { readonly inputs: readonly NodeId[]; readonly shape: Shape };

/** A program: run the nodes in order, return `outputs`, then replace each state by its update, all at once. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly outputs: Readonly<Record<string, NodeId>>;
  readonly updates: Readonly<Record<string, NodeId>>;
}

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}
