/** The multilayer perceptron: dense layers with an activation, dropout after each hidden one, a linear output. */
import { activate, boundsOf } from './activations.ts';
import type { ActivationName } from './activations.ts';
import type { Activation, ForwardContext, Model, Unplaced } from './model.ts';
import { layOut } from './model.ts';
import { runningStatistics, sums, unitParameters } from './normalization.ts';
import type { NormalizationName } from './normalization.ts';
import type { NodeId } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';

/** Sizes of an MLP; inputs of more than one axis are flattened. */
export interface DenseOptions {
  readonly inputShape: readonly number[];
  /** Widths of the hidden layers; empty for a linear model. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly activation: ActivationName;
  /** Of the hidden layers' sums; none by default. */
  readonly normalization?: NormalizationName;
}

/** An MLP on inputs of any shape, which it flattens. */
export function mlp(options: DenseOptions): Model {
  const inputs = sizeOf(options.inputShape);
  const widths = [inputs, ...options.hidden, options.outputs];
  const { normalization = 'none' } = options;
  const layout = layOut(dense(widths, normalization));
  return {
    name: `MLP ${widths.join('‑')}`,
    ...layout,
    ...runningStatistics(layout.parameters, normalization),
    forward: (context, x) => {
      const [count = 0] = context.g.shape(x);
      return denseForward(context, context.g.reshape(x, [count, inputs]), options, []);
    },
  };
}

/** Parameters of a stack of dense layers, the last one named `output`. */
export function dense(widths: readonly number[], normalization: NormalizationName): Unplaced[] {
  return widths.slice(1).flatMap((width, index): Unplaced[] => {
    const layer = layerName(index, widths.length - 2);
    const fans = { fanIn: widths[index] ?? 0, fanOut: width };
    const kind = layer === 'output' ? 'none' : normalization;
    return [{ name: `${layer}.weight`, shape: [fans.fanIn, width], role: 'weight', ...fans }, ...unitParameters(layer, width, kind, fans)];
  });
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
    const products = g.matMul(hidden, context.weight(`${layer}.weight`));
    hidden = activate(g, options.activation, sums(context, options.normalization ?? 'none', layer, products));
    activations.push({ layer, node: hidden, canDie: options.activation === 'relu', bounds: boundsOf(options.activation) });
    hidden = context.dropout(hidden, activations.length - 1);
  });
  const output = g.linear(hidden, context.weight('output.weight'), context.weight('output.bias'));
  return { output, activations: [...activations, { layer: 'output', node: output, canDie: false }] };
}

function layerName(index: number, hiddenLayers: number): string {
  return index === hiddenLayers ? 'output' : `layer${String(index + 1)}`;
}
