/**
 * Normalisation of a hidden layer's sums, before the activation, and of the rows of a transformer. PyTorch's classes are meant:
 * `nn.LayerNorm`, for images `nn.GroupNorm(1, channels)`; `nn.BatchNorm1d` and `2d`; `nn.RMSNorm` (Zhang & Sennrich 2019).
 *
 * Idea: layer and RMS normalisation look along one example, batch normalisation along the batch, one channel at a time; there
 * the bias before it would be subtracted again, so that the layer has none. The gain γ starts at one, the shift β at zero.
 */
import type { NodeId } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import type { Config } from '../params/config.ts';
import type { ForwardContext, Parameter, RunningStatistics, Unplaced } from './model.ts';

/** A kind of normalisation by its id in the parameter table. */
export type NormalizationName = Config['normalization'];

/** PyTorch's ε. */
export const epsilon = 1e-5;

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
    const standard = g.div(g.sub(products, mean), g.unary('sqrt', g.plus(variance, g.exactly(epsilon))));
    return scaled(context, normOf(layer), standard, true);
  }
  const x = g.plus(products, context.weight(`${layer}.bias`));
  if (kind === 'none') return x;
  // Along one example: all of an image, as GroupNorm with one group has it.
  const [count = 1] = g.shape(x);
  const rows = g.reshape(x, [count, sizeOf(g.shape(x)) / count]);
  const standard = g.reshape(g.standardize(rows, kind === 'layer', epsilon), g.shape(x));
  return scaled(context, normOf(layer), standard, kind === 'layer');
}

/** Each row of `x [n, width]` normalised by itself, with gain, and with shift for `layer`. `norm`: as in `block1.norm1`. */
export function rowNorm(context: ForwardContext, kind: 'layer' | 'rms', norm: string, x: NodeId): NodeId {
  return scaled(context, norm, context.g.standardize(x, kind === 'layer', epsilon), kind === 'layer');
}

/** `γ·x + β`, β only where there is a shift. */
function scaled(context: ForwardContext, norm: string, x: NodeId, hasShift: boolean): NodeId {
  const { g } = context;
  const product = g.mul(x, context.weight(`${norm}.weight`));
  return hasShift ? g.plus(product, context.weight(`${norm}.bias`)) : product;
}
