/**
 * The form of an op implementation: given a node, once, it returns a function from input tensors to the output tensor.
 * Everything that depends on shapes and attributes alone is worked out when compiling.
 */
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { LeafOp, Node, OpName, Shape } from '../../../graph/graph.ts';

/** Ops that compute something. */
export type ComputedOp = Exclude<OpName, LeafOp['op']>;

/** A node with a certain op. */
export type NodeOf<Name extends OpName> = Node & { readonly op: Name };

/** Runs one node. Inputs stay owned by the caller; the result is a new reference. */
export type Run = (inputs: readonly TensorInfo[]) => TensorInfo;

/** Inputs of a tfjs kernel by name, or in order (`Concat`). */
export type KernelInputs = Readonly<Record<string, TensorInfo>> | readonly TensorInfo[];

/** A tfjs kernel bound to its backend. */
export type BoundKernel = (inputs: KernelInputs, attributes?: NamedAttrMap) => TensorInfo;

/** What an op may use while compiling and while running. */
export interface Tools {
  /** The tfjs kernel of that name. Throws `EngineError` if the backend has none. */
  kernel(name: string): BoundKernel;
  /** An array for `upload`; what is in it may be anything. */
  fresh(size: number): Float32Array;
  upload(values: Float32Array | Int32Array, shape: Shape): TensorInfo;
  /** Another reference to the same tensor. */
  retain(tensor: TensorInfo): TensorInfo;
  release(tensor: TensorInfo): void;
  /** A tensor with the same value everywhere, kept for all who ask. */
  filled(value: number, shape: Shape): TensorInfo;
  /** A tensor of fixed values, made once under its key and kept for all who ask. */
  constant(key: string, shape: Shape, make: () => Float32Array): TensorInfo;
  /** Values of a tensor of a backend that keeps them on the host; undefined elsewhere. */
  hostValues(tensor: TensorInfo): Float32Array | undefined;
  /** Static shape of an input of the node being compiled. */
  inputShape(node: Node, input: number): Shape;
  /** The node that is an input of the node being compiled. */
  inputNode(node: Node, input: number): Node;
  /** The number that an input holds in this run, if it follows from `scalar` leaves alone. */
  hostNumber(node: Node, input: number): number | undefined;
  /** Step and seed of this run. */
  readonly clock: { readonly step: number; readonly seed: number };
}

/** An implementation of each op. */
export type OpTable = { readonly [Name in ComputedOp]: (node: NodeOf<Name>, tools: Tools) => Run };

/** The `index`-th input; inputs are counted by the graph, so that it is there. */
export function input(inputs: readonly TensorInfo[], index: number): TensorInfo {
  const tensor = inputs[index];
  if (tensor === undefined) throw new RangeError(`op without input ${String(index)}`);
  return tensor;
}

/** Notes an intermediate tensor and answers it. */
export type Own = (tensor: TensorInfo) => TensorInfo;

/** Runs work of several kernels: what passes through `own` is released when the result is there. */
export function owning(tools: Tools, work: (own: Own) => TensorInfo): TensorInfo {
  const owned: TensorInfo[] = [];
  const result = work((tensor) => {
    owned.push(tensor);
    return tensor;
  });
  for (const tensor of owned) tools.release(tensor);
  return result;
}

/** The same data under another shape, as a view that is not owned. Only where the layout allows it: not on WebGL. */
export function viewAs(tensor: TensorInfo, shape: Shape, dtype = tensor.dtype): TensorInfo {
  return { dataId: tensor.dataId, shape: [...shape], dtype };
}
