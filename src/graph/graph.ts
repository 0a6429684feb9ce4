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
  /** `gather(table [r, …], rows [n])` → `[n, …]`: rows of axis 0 by index. */
  | { readonly op: 'gather' }
  /** `gatherGradient(dy [n, …], rows [n])` → `[r, …]`, shape of the table: its row i is the sum of all dy[j] with rows[j] = i, in order of j, or 0. */
  | { readonly op: 'gatherGradient' }
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
  /**
   * `standardize(x)`: y = (x − m) / √(mean((x − m)²) + ε) along the last axis, one row at a time; m is the mean of the row if `centered`, else 0.
   */
  | { readonly op: 'standardize'; readonly centered: boolean; readonly epsilon: number }
  /** `standardizeGradient(dy, x)` → dx = (dy − d − y·mean(dy·y)) / √(mean((x − m)²) + ε), with y and m as above; d is mean(dy) if `centered`, else 0. */
  | { readonly op: 'standardizeGradient'; readonly centered: boolean; readonly epsilon: number }
  /**
   * `rotate(x [n·t, h·2m], cosines [t,m], sines [t,m])`: row r is position r mod t. In each of the h heads the pair (a, b) at columns c and m + c
   * becomes (a·cos − b·sin, b·cos + a·sin). Tables are constants: no gradient reaches them; that of x turns back, by −sines.
   */
  | { readonly op: 'rotate' }
  /**
   * `causalAttention(q [n·t, h·d], k [n·t, h·d], v [n·t, h·e])` → `[n·t, h·e]`, for `heads` h and `context` t: n sequences of t rows, columns by
   * head. Within a sequence and head y_i = Σ_{j ≤ i} p_ij·v_j, p_i the softmax over j ≤ i of q_i·k_j / √d, stable for large scores.
   */
  | { readonly op: 'causalAttention'; readonly heads: number; readonly context: number }
  /**
   * `causalAttentionGradient(dy [n·t, h·e], q, k, v)` → dq, dk and dv, flat, one after another. With p as above (computed again):
   * dv_j = Σ_{i ≥ j} p_ij·dy_i; s_ij = p_ij·(dy_i·v_j − Σ_l p_il·dy_i·v_l) / √d; dq_i = Σ_{j ≤ i} s_ij·k_j; dk_j = Σ_{i ≥ j} s_ij·q_i.
   */
  | { readonly op: 'causalAttentionGradient'; readonly heads: number; readonly context: number }
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
