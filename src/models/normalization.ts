/**
 * Normalisation of a hidden layer's sums, before the activation, by composing plain operations. PyTorch's classes are meant:
 * `nn.LayerNorm`, for images `nn.GroupNorm(1, channels)`; `nn.BatchNorm1d` and `2d`; `nn.RMSNorm` (Zhang & Sennrich 2019).
 *
 * Idea: layer and RMS normalisation look along one example, batch normalisation along the batch, one channel at a time; there
 * the bias before it would be subtracted again, so that the layer has none. The gain γ starts at one, the shift β at zero.
 */
import type { NodeId } from '../graph/graph.ts';
import type { Config } from '../params/config.ts';
import type { ForwardContext, Parameter, RunningStatistics, Unplaced } from './model.ts';

/** A kind of normalisation by its id in the parameter table. */
export type NormalizationName = Config['normalization'];

/** PyTorch's ε. */
const epsilon = 1e-5;

/** Bias, gain and shift of a layer of `units` channels, as far as it has them. `fans`: those of its weights. */
export function unitParameters(
  layer: string,
  units: number,
  kind: NormalizationName,
  fans: Pick<Parameter, 'fanIn' | 'fanOut'>,
): Unplaced[] {
  const vector = (name: string, role: Parameter['role']): Unplaced => ({ name: `${layer}.${name}`, shape: [units], role, ...fans });
  return [
    ...(kind === 'batch' ? [] : [vector('bias', 'bias')]),
    ...(kind === 'none' ? [] : [vector('norm.weight', 'gain')]),
    ...(kind === 'layer' || kind === 'batch' ? [vector('norm.bias', 'bias')] : []),
  ];
}

/** Places of the running statistics that batch normalisation keeps for each layer with a gain; none for the others. */
export function runningStatistics(parameters: readonly Parameter[], kind: NormalizationName) {
  let offset = 0;
  const statistics = (kind === 'batch' ? parameters : [])
    .filter(({ role }) => role === 'gain')
    .map(({ name, shape: [units = 1] }): RunningStatistics => {
      offset += 2 * units;
      return { layer: normOf(name.split('.')[0] ?? name), units, offset: offset - 2 * units };
    });
  return { statistics, statisticsCount: offset };
}

function normOf(layer: string): string {
  return `${layer}.norm`;
}

/** What a hidden layer hands to its activation: its products with bias, normalised. `products`: `[n, …, units]`. */
export function sums(context: ForwardContext, kind: NormalizationName, layer: string, products: NodeId): NodeId {
  const { g } = context;
  if (kind === 'batch') {
    const { mean, variance } = context.moments(products, normOf(layer));
    return shifted(context, layer, standardized(context, g.sub(products, mean), variance));
  }
  const x = g.plus(products, context.weight(`${layer}.bias`));
  if (kind === 'none') return x;
  // Along one example: all of an image, as GroupNorm with one group has it.
  const axes = g.shape(x).flatMap((_, axis) => (axis > 0 ? [axis] : []));
  const size = g.constant(axes.reduce((product, axis) => product * (g.shape(x)[axis] ?? 1), 1));
  const mean = (values: NodeId) => g.div(g.sum(values, axes, true), size);
  if (kind === 'rms') return g.mul(standardized(context, x, mean(g.unary('square', x))), context.weight(`${normOf(layer)}.weight`));
  const centered = g.sub(x, mean(x));
  return shifted(context, layer, standardized(context, centered, mean(g.unary('square', centered))));
}

/** `x / √(variance + ε)` */
function standardized({ g }: ForwardContext, x: NodeId, variance: NodeId): NodeId {
  return g.div(x, g.unary('sqrt', g.plus(variance, g.exactly(epsilon))));
}

/** `γ·x + β` */
function shifted(context: ForwardContext, layer: string, x: NodeId): NodeId {
  const { g } = context;
  return g.plus(g.mul(x, context.weight(`${normOf(layer)}.weight`)), context.weight(`${normOf(layer)}.bias`));
}
