/**
 * What a model is: named parameters and a function that builds its forward pass as graph.
 *
 * Idea: all parameters live in one flat vector, in the order of `parameters`; each is a slice of it. So an optimizer,
 * a penalty or a norm is one operation whatever the number of layers. Nothing here knows losses or optimizers.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId, Shape } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';

/** How a tensor is filled at first: drawn with mean 0, or a square matrix that keeps lengths. */
export type Start =
  | { readonly kind: 'normal'; readonly deviation: number }
  /** Between ±bound. */
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'orthogonal' | 'identity' | 'zeros' };

/** One learned tensor. Linear weights are `[in, out]`, kernels `[height, width, in, out]`. */
export interface Parameter {
  /** As in `layer1.weight`. */
  readonly name: string;
  readonly shape: Shape;
  /** A `gain` multiplies each unit of a normalised layer; its shift is a `bias`. Rows of an `embedding` are looked up. */
  readonly role: 'weight' | 'bias' | 'gain' | 'embedding';
  /** Number of inputs and outputs that one unit connects, for initialisation. */
  readonly fanIn: number;
  readonly fanOut: number;
  /** First values where the model says them; otherwise weights follow the chosen initialisation, gains are one and biases zero. */
  readonly start?: Start;
  /** The layer that it belongs to where its name does not begin with it: `tokens` of `positions.weight`. */
  readonly layer?: string;
  /** Position in the flat vector. */
  readonly offset: number;
}

/** A named point in the forward pass: the output of a layer, after its activation. */
export interface Activation {
  /** As in `layer1`; the parameters of the layer start with this name. */
  readonly layer: string;
  readonly node: NodeId;
  /** True for ReLU outputs, where a unit can be dead. */
  readonly canDie: boolean;
  /** Least and largest value that the activation can approach, where it has both: there a unit can be saturated. */
  readonly bounds?: readonly [number, number] | undefined;
}

/** The nodes of a forward pass: `output` is `[n, outputs]`, logits or regression outputs. */
export interface Forward {
  readonly output: NodeId;
  readonly activations: readonly Activation[];
}

/** Mean and variance of each channel, `[channels]`. */
export interface Moments {
  readonly mean: NodeId;
  readonly variance: NodeId;
}

/** How the forward pass gets its learned tensors, the moments of a batch-normalised layer and, in training, its dropout. */
export interface ForwardContext {
  readonly g: GraphBuilder;
  /** The tensor of a parameter. */
  readonly weight: (name: string) => NodeId;
  /** Drops hidden values; sites are numbered from the input. The identity in evaluation mode. */
  readonly dropout: (x: NodeId, site: number) => NodeId;
  /** Moments of `x [n, …, channels]` for a layer with running statistics: the batch's in training, the running ones in evaluation. */
  readonly moments: (x: NodeId, layer: string) => Moments;
  /** What is added to the output of a linear layer for the input `x`; undefined: nothing. */
  readonly added?: (layer: string, x: NodeId) => NodeId | undefined;
}

/** Where the running mean and, right behind it, the running variance of a layer lie in their flat vector: `units` numbers each. */
export interface RunningStatistics {
  /** As in `layer1.norm`. */
  readonly layer: string;
  readonly units: number;
  readonly offset: number;
}

/** A tensor that the forward pass reads and training leaves as it is: it lies beside the flat vector, and no optimizer knows of it. */
export interface FixedTensor extends Pick<Parameter, 'name' | 'shape' | 'role' | 'layer'> {
  readonly values: Float32Array;
}

/** A network, ready to be built into graphs. */
export interface Model {
  /** In words: `MLP 2‑8‑8‑1`. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Length of the flat vector. */
  readonly parameterCount: number;
  /** Layers that keep running statistics, and the length of the flat vector that holds them. */
  readonly statistics: readonly RunningStatistics[];
  readonly statisticsCount: number;
  /** Where a part of a network is trained: the tensors of the rest, and the names of all its layers from the input. */
  readonly fixed?: readonly FixedTensor[];
  readonly layers?: readonly string[];
  /** The flat vector before the first step, where it is not drawn. */
  readonly initial?: Float32Array;
  /** The flat vector of the whole network, fixed tensors included and what was learned beside them merged; itself where all is trained. Throws `RangeError` for any other vector. */
  readonly whole?: (flat: Float32Array) => Float32Array;
  /** Builds the forward pass of a batch `x [n, ...inputShape]`. */
  forward(context: ForwardContext, x: NodeId): Forward;
}

/** A parameter that has no place yet. */
export type Unplaced = Omit<Parameter, 'offset'>;

/** Gives parameters their place in the flat vector. */
export function layOut(parameters: readonly Unplaced[]): Pick<Model, 'parameters' | 'parameterCount'> {
  let offset = 0;
  const placed = parameters.map((parameter) => {
    offset += sizeOf(parameter.shape);
    return { ...parameter, offset: offset - sizeOf(parameter.shape) };
  });
  return { parameters: placed, parameterCount: offset };
}

/** Throws `RangeError` for a vector of another model: merging what is merged already would go wrong in silence. */
export function refuseOther(flat: Float32Array, parameterCount: number): void {
  if (flat.length !== parameterCount)
    throw new RangeError(`The vector of what is trained has ${parameterCount} numbers, not ${flat.length}.`);
}

/** Slices of the flat parameter vector by name. */
export function parameterSlices(g: GraphBuilder, flat: NodeId, parameters: readonly Parameter[]): ReadonlyMap<string, NodeId> {
  return new Map(
    parameters.map((parameter) => [parameter.name, g.reshape(g.slice(flat, parameter.offset, sizeOf(parameter.shape)), parameter.shape)]),
  );
}
