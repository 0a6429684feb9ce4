/** The multilayer perceptron: dense layers with an activation, dropout after each hidden one, a linear output. */
import { activate, boundsOf } from './activations.ts';
import type { ActivationName } from './activations.ts';
import type { Activation, ForwardContext, Model } from './model.ts';
import { denseParameters, layOut } from './model.ts';
import type { NodeId } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';

/** Sizes of an MLP; inputs of more than one axis are flattened. */
export interface DenseOptions {
  readonly inputShape: readonly number[];
  /** Widths of the hidden layers; empty for a linear model. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly activation: ActivationName;
}

/** An MLP on inputs of any shape, which it flattens. */
export function mlp(options: DenseOptions): Model {
  const inputs = sizeOf(options.inputShape);
  const widths = [inputs, ...options.hidden, options.outputs];
  return {
    name: `MLP ${widths.join('‑')}`,
    ...layOut(dense(widths)),
    forward: (context, x) => {
      const [count = 0] = context.g.shape(x);
      return denseForward(context, context.g.reshape(x, [count, inputs]), options, []);
    },
  };
}

/** Parameters of a stack of dense layers, the last one named `output`. */
export function dense(widths: readonly number[]): ReturnType<typeof denseParameters> {
  return widths.slice(1).flatMap((width, index) => denseParameters(layerName(index, widths.length - 2), widths[index] ?? 0, width));
}

/** The forward pass of such a stack, after the layers that gave `before`. */
export function denseForward(
  context: ForwardContext,
  x: NodeId,
  options: DenseOptions,
  before: readonly Activation[],
): ReturnType<Model['forward']> {
  const { g } = context;
  const activations = [...before];
  let hidden = x;
  options.hidden.forEach((_, index) => {
    const layer = layerName(index, options.hidden.length);
    hidden = activate(g, options.activation, g.linear(hidden, context.weight(`${layer}.weight`), context.weight(`${layer}.bias`)));
    activations.push({ layer, node: hidden, canDie: options.activation === 'relu', bounds: boundsOf(options.activation) });
    hidden = context.dropout(hidden, activations.length - 1);
  });
  const output = g.linear(hidden, context.weight('output.weight'), context.weight('output.bias'));
  return { output, activations: [...activations, { layer: 'output', node: output, canDie: false }] };
}

function layerName(index: number, hiddenLayers: number): string {
  return index === hiddenLayers ? 'output' : `layer${String(index + 1)}`;
}
