/**
 * Gradient clipping as graph, on the flat gradient: `torch.nn.utils.clip_grad_value_` and `clip_grad_norm_` (L2 and ∞), each tensor by its
 * own norm, adaptive clipping (Brock et al. 2021), and by a percentile of recent norms (Seetharaman et al. 2020).
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import { isOfHead } from '../models/ends.ts';
import type { Parameter } from '../models/model.ts';
import type { Config } from '../params/config.ts';
import { euclideanNorm } from './euclidean-norm.ts';
import { percentileOfHistory } from './norm-history.ts';
import { perTensor } from './optimizers/optimizer.ts';

/** What clipping is built from; vectors are `[parameterCount]`. */
export interface ClipInputs {
  readonly g: GraphBuilder;
  readonly gradient: NodeId;
  /** Where the gradient was taken. */
  readonly parameters: NodeId;
  readonly layout: readonly Parameter[];
  /** Scalars `clipAt`, `adaptiveClip`, `clipPercentile`, made only where a kind needs them. */
  readonly scalar: (name: string) => NodeId;
  /** The ring of recent norms, made only where a kind needs it. */
  readonly history: () => NodeId;
}

/** The gradient after clipping, as nodes: `gradient` [parameterCount], the norms scalars. */
export interface Clipped {
  readonly gradient: NodeId;
  /** Global norm before and after. */
  readonly norm: NodeId;
  readonly clippedNorm: NodeId;
}

/** PyTorch's 1e-6 keeps the quotient finite for a zero gradient. */
const slack = 1e-6;

/** The paper's least norm of a unit's weights: units that start at zero can still move. */
const leastUnitNorm = 1e-3;

/** `min(1, limit / (norm + 1e-6))` */
function factorFor(g: GraphBuilder, norm: NodeId, limit: NodeId): NodeId {
  return g.binary('minimum', g.constant(1), g.div(limit, g.plus(norm, g.constant(slack))));
}

type Rule = (inputs: ClipInputs, norm: NodeId) => NodeId;

const rules: Readonly<Record<Exclude<Config['clip'], 'none'>, Rule>> = {
  value: ({ g, gradient, scalar }) => {
    const limit = scalar('clipAt');
    return g.binary('maximum', g.binary('minimum', gradient, limit), g.unary('neg', limit));
  },
  norm: ({ g, gradient, scalar }, norm) => g.mul(gradient, factorFor(g, norm, scalar('clipAt'))),
  inf: ({ g, gradient, scalar }) => {
    const largest = g.max(g.unary('abs', gradient), [0]);
    return g.mul(gradient, factorFor(g, largest, scalar('clipAt')));
  },
  tensor: (inputs) => {
    const { g, gradient, scalar } = inputs;
    return perTensor(inputs, [gradient], (_, tensor = gradient) => g.mul(tensor, factorFor(g, euclideanNorm(g, tensor), scalar('clipAt'))));
  },
  agc: (inputs) => {
    const isLast = isOfHead(inputs.layout);
    return perTensor(inputs, [inputs.gradient, inputs.parameters], (parameter, tensor = inputs.gradient, weights = inputs.parameters) =>
      // The paper leaves the last layer out; where the head is the table of tokens that is the table.
      isLast(parameter) ? tensor : adaptive(inputs, parameter, tensor, weights),
    );
  },
  percentile: ({ g, gradient, scalar, history }, norm) =>
    g.mul(gradient, factorFor(g, norm, percentileOfHistory(g, history(), scalar('clipPercentile')))),
};

/** Each unit's gradient to at most λ times the norm of its weights; a bias vector counts as one unit. */
function adaptive({ g, scalar }: ClipInputs, { shape }: Parameter, gradient: NodeId, weights: NodeId): NodeId {
  const units = shape.length < 2 ? 1 : (shape.at(-1) ?? 1);
  const byUnit = (tensor: NodeId): NodeId => g.reshape(tensor, [sizeOf(shape) / units, units]);
  const normOf = (tensor: NodeId): NodeId => g.unary('sqrt', g.sum(g.unary('square', byUnit(tensor)), [0], true));
  const limit = g.mul(scalar('adaptiveClip'), g.binary('maximum', normOf(weights), g.constant(leastUnitNorm)));
  const factor = g.binary('minimum', g.constant(1), g.div(limit, g.binary('maximum', normOf(gradient), g.constant(slack))));
  return g.reshape(g.mul(byUnit(gradient), factor), shape);
}

/** Clips the gradient. */
export function clip(kind: Config['clip'], inputs: ClipInputs): Clipped {
  const { g, gradient } = inputs;
  const norm = euclideanNorm(g, gradient);
  if (kind === 'none') return { gradient, norm, clippedNorm: norm };
  const clipped = rules[kind](inputs, norm);
  return { gradient: clipped, norm, clippedNorm: euclideanNorm(g, clipped) };
}
