/**
 * What a model is: named parameters and a function that builds its forward pass as graph.
 *
 * Idea: all parameters live in one flat vector, in the order of `parameters`; each is a slice of it. So an optimizer,
 * a penalty or a norm is one operation whatever the number of layers. Nothing here knows losses or optimizers.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId, Shape } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';

/** One learned tensor. Linear weights are `[in, out]`, kernels `[height, width, in, out]`. */
export interface Parameter {
  /** As in `layer1.weight`. */
  readonly name: string;
  readonly shape: Shape;
  readonly role: 'weight' | 'bias';
  /** Number of inputs and outputs that one unit connects, for initialisation. */
  readonly fanIn: number;
  readonly fanOut: number;
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

/** How the forward pass gets its learned tensors and, in training, its dropout. */
export interface ForwardContext {
  readonly g: GraphBuilder;
  /** The tensor of a parameter. */
  weight(name: string): NodeId;
  /** Drops hidden values; sites are numbered from the input. The identity in evaluation mode. */
  dropout(x: NodeId, site: number): NodeId;
}

/** A network, ready to be built into graphs. */
export interface Model {
  /** In words: `MLP 2‑8‑8‑1`. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Length of the flat vector. */
  readonly parameterCount: number;
  /** Builds the forward pass of a batch `x [n, ...inputShape]`. */
  forward(context: ForwardContext, x: NodeId): Forward;
}

/** Gives parameters their place in the flat vector. */
export function layOut(parameters: readonly Omit<Parameter, 'offset'>[]): { parameters: Parameter[]; parameterCount: number } {
  let offset = 0;
  const placed = parameters.map((parameter) => {
    offset += sizeOf(parameter.shape);
    return { ...parameter, offset: offset - sizeOf(parameter.shape) };
  });
  return { parameters: placed, parameterCount: offset };
}

/** The two parameters of a dense layer. */
export function denseParameters(layer: string, inputs: number, outputs: number): Omit<Parameter, 'offset'>[] {
  const fans = { fanIn: inputs, fanOut: outputs };
  return [
    { name: `${layer}.weight`, shape: [inputs, outputs], role: 'weight', ...fans },
    { name: `${layer}.bias`, shape: [outputs], role: 'bias', ...fans },
  ];
}

/** Slices of the flat parameter vector by name. */
export function parameterSlices(g: GraphBuilder, flat: NodeId, parameters: readonly Parameter[]): ReadonlyMap<string, NodeId> {
  return new Map(
    parameters.map((parameter) => [parameter.name, g.reshape(g.slice(flat, parameter.offset, sizeOf(parameter.shape)), parameter.shape)]),
  );
}
