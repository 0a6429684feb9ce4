/**
 * Loss functions as graph: the loss of each example, `[n]`.
 *
 * Squared error, absolute error and Huber average over the outputs of an example; the mean over examples is taken by the
 * step (so that padded rows can weigh nothing). Values and gradients are PyTorch's: BCEWithLogitsLoss, CrossEntropyLoss,
 * MSELoss, L1Loss, HuberLoss, SmoothL1Loss, MultiMarginLoss (p = 1, margin = 1); an example of language is a row of tokens, and its loss the mean
 * over those that count; hinge is mean max(0, 1 − y·z) with y = ±1; focal is that of
 * Lin et al. 2017; quantile that of Koenker & Bassett 1978.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import type { Config } from '../params/config.ts';
import type { TaskKind } from '../params/task-kind.ts';

/** What a loss is computed from, as nodes. */
export interface LossInputs {
  readonly kind: TaskKind;
  /** `[n, outputs]`: one logit, K logits, or regression outputs; of rows of tokens `[n · context, outputs]`. */
  readonly output: NodeId;
  /** `[n]` class indices, `[n, outputs]` regression targets, or `[n, context]` tokens. */
  readonly targets: NodeId;
  /** Place of the first target in a row of tokens that counts; 0 by default. */
  readonly firstCounted?: number;
  /** What each target of a row of tokens counts, `[n, context]`, 1 on average over the split; all alike by default. */
  readonly counted?: NodeId;
  /** A number of the loss by its id in the parameter table; made only where a loss uses it. */
  readonly scalar: (name: LossScalar) => NodeId;
  /** Label smoothing is on: training only. */
  readonly smoothing?: boolean;
}

/** The parameters that losses read as scalars. */
export const lossScalars = ['delta', 'smoothL1Beta', 'quantileTau', 'focalGamma', 'focalAlpha', 'smoothing', 'zLoss'] as const;
/** Name of one of these. */
export type LossScalar = (typeof lossScalars)[number];

/** Their values in a configuration. */
export function lossScalarValues(config: Config): Record<LossScalar, number> {
  return Object.fromEntries(lossScalars.map((name) => [name, config[name]])) as Record<LossScalar, number>;
}

/** The loss of each example, `[n]`. Throws `RangeError` for a loss that the kind of task does not have. */
export function exampleLosses(g: GraphBuilder, loss: Config['loss'], inputs: LossInputs): NodeId {
  const rule = rules[inputs.kind][loss];
  if (!rule) throw new RangeError(`the loss ${loss} does not fit a ${inputs.kind} task`);
  return rule(g, inputs);
}

/**
 * The z-loss of each example, `[n]`: ζ·(ln Z)², Z being the sum that softmax divides by; of a row of tokens the mean over those that count. It is added to
 * the training loss of a softmax (Chowdhery et al. 2022, section 5; Zoph et al. 2022 have it for routers).
 */
export function normalizerPenalties(g: GraphBuilder, inputs: LossInputs): NodeId {
  const { kind, output, targets } = inputs;
  const labels = g.reshape(targets, [sizeOf(g.shape(targets))]);
  // −ln p(right) = ln Z − z(right): the executors' own cross-entropy is stable for large logits, and what is added back is as large as they are.
  const right = g.sum(g.mul(output, g.oneHot(labels, classCount(g, output))), [1]);
  const squares = g.unary('square', g.plus(g.softmaxCrossEntropy(output, labels), right));
  const each = kind === 'language' ? meanCounted(g, g.reshape(squares, g.shape(targets)), inputs) : squares;
  return g.mul(inputs.scalar('zLoss'), each);
}

/** What is told of each target of a row of tokens besides the row's loss, `[n, context]` each: its own loss, and 1 where no token is likelier. */
export function tokenAnswers(g: GraphBuilder, inputs: LossInputs): Readonly<Record<'tokenLosses' | 'tokenRight', NodeId>> {
  const { output, targets } = inputs;
  const hot = g.oneHot(g.reshape(targets, [sizeOf(g.shape(targets))]), classCount(g, output));
  const missed = g.binary('greater', g.max(output, [1]), g.sum(g.mul(output, hot), [1]));
  return { tokenLosses: tokenLosses(g, inputs), tokenRight: g.reshape(g.sub(g.constant(1), missed), g.shape(targets)) };
}

type Rule = (g: GraphBuilder, inputs: LossInputs) => NodeId;

const rules: Readonly<Record<TaskKind, Partial<Record<Config['loss'], Rule>>>> = {
  binary: {
    // softplus(z) − y·z is −log σ(z) for y = 1 and −log(1 − σ(z)) for y = 0, without overflow.
    bce: (g, { output, targets, smoothing, scalar }) => {
      const z = logit(g, output);
      // Smoothing over two classes: y(1 − ε) + ε/2.
      const asked = smoothing ? g.plus(targets, g.mul(scalar('smoothing'), g.sub(g.constant(0.5), targets))) : targets;
      return g.sub(g.unary('softplus', z), g.mul(asked, z));
    },
    // With the margin m = ±z: −ln p = softplus(−m), 1 − p = exp(−softplus(m)).
    focal: (g, { output, targets, scalar }) => {
      const margin = g.mul(g.sub(g.scale(targets, 2), g.constant(1)), logit(g, output));
      const crossEntropy = g.unary('softplus', g.unary('neg', margin));
      const fading = g.unary('exp', g.unary('neg', g.mul(scalar('focalGamma'), g.unary('softplus', margin))));
      const alpha = scalar('focalAlpha');
      const weight = g.plus(g.mul(alpha, targets), g.mul(g.sub(g.constant(1), alpha), g.sub(g.constant(1), targets)));
      return g.mul(g.mul(weight, fading), crossEntropy);
    },
    mse: (g, { output, targets }) => g.unary('square', g.sub(g.unary('sigmoid', logit(g, output)), targets)),
    hinge: (g, { output, targets }) => {
      const signs = g.sub(g.scale(targets, 2), g.constant(1));
      return g.unary('relu', g.sub(g.constant(1), g.mul(signs, logit(g, output))));
    },
  },
  multiclass: {
    ce: crossEntropy,
    // 1 − p is summed over the other classes, which keeps its digits; a power by exp and log.
    focal: (g, { output, targets, scalar }) => {
      const others = g.sub(g.constant(1), g.oneHot(targets, classCount(g, output)));
      const missing = g.binary('maximum', g.sum(g.mul(g.softmax(output), others), [1]), g.constant(leastProbability));
      const fading = g.unary('exp', g.mul(scalar('focalGamma'), g.unary('log', missing)));
      return g.mul(fading, g.softmaxCrossEntropy(output, targets));
    },
    mse: (g, { output, targets }) =>
      meanOverOutputs(g, g.unary('square', g.sub(g.softmax(output), g.oneHot(targets, classCount(g, output))))),
    margin: (g, { output, targets }) => {
      const classes = classCount(g, output);
      const hot = g.oneHot(targets, classes);
      const right = g.sum(g.mul(output, hot), [1], true);
      const violation = g.unary('relu', g.plus(g.constant(1), g.sub(output, right)));
      return meanOverOutputs(g, g.mul(violation, g.sub(g.constant(1), hot)));
    },
  },
  language: {
    ce: (g, inputs) => meanCounted(g, tokenLosses(g, inputs), inputs),
  },
  regression: {
    mse: (g, { output, targets }) => meanOverOutputs(g, g.unary('square', g.sub(output, targets))),
    mae: (g, { output, targets }) => meanOverOutputs(g, g.unary('abs', g.sub(output, targets))),
    smoothl1: (g, { output, targets, scalar }) => {
      const beta = scalar('smoothL1Beta');
      const distance = g.unary('abs', g.sub(output, targets));
      const near = g.div(g.scale(g.unary('square', distance), 0.5), beta);
      return meanOverOutputs(g, g.select(g.binary('greater', beta, distance), near, g.sub(distance, g.scale(beta, 0.5))));
    },
    // ln cosh e = |e| + softplus(−2|e|) − ln 2, without overflow.
    logcosh: (g, { output, targets }) => {
      const distance = g.unary('abs', g.sub(output, targets));
      const stable = g.plus(distance, g.unary('softplus', g.scale(distance, -2)));
      return meanOverOutputs(g, g.sub(stable, g.unary('log', g.constant(2))));
    },
    quantile: (g, { output, targets, scalar }) => {
      const tau = scalar('quantileTau');
      const error = g.sub(targets, output);
      const below = g.mul(tau, g.unary('relu', error));
      const above = g.mul(g.sub(g.constant(1), tau), g.unary('relu', g.unary('neg', error)));
      return meanOverOutputs(g, g.plus(below, above));
    },
    huber: (g, { output, targets, scalar }) => {
      const threshold = scalar('delta');
      const distance = g.unary('abs', g.sub(output, targets));
      const near = g.scale(g.unary('square', distance), 0.5);
      const far = g.mul(threshold, g.sub(distance, g.scale(threshold, 0.5)));
      return meanOverOutputs(g, g.select(g.binary('greater', distance, threshold), far, near));
    },
  },
};

function crossEntropy(g: GraphBuilder, { output, targets, smoothing, scalar }: LossInputs): NodeId {
  const plain = g.softmaxCrossEntropy(output, targets);
  if (!smoothing) return plain;
  // −Σ qₖ ln pₖ with q = (1 − ε)·hot + ε/K is the cross-entropy plus ε·(z of the true class − mean of all z).
  const right = g.sum(g.mul(output, g.oneHot(targets, classCount(g, output))), [1]);
  return g.plus(plain, g.mul(scalar('smoothing'), g.sub(right, meanOverOutputs(g, output))));
}

/** The loss at each token, counted or not, `[n, context]`. */
function tokenLosses(g: GraphBuilder, inputs: LossInputs): NodeId {
  const { targets } = inputs;
  return g.reshape(crossEntropy(g, { ...inputs, targets: g.reshape(targets, [sizeOf(g.shape(targets))]) }), g.shape(targets));
}

/** Mean of `values [n, context]` over the places of a row that count, `[n]`. */
function meanCounted(g: GraphBuilder, values: NodeId, { firstCounted: first = 0, counted: shares }: LossInputs): NodeId {
  const [, context = 1] = g.shape(values);
  if (shares !== undefined) return g.div(g.sum(g.mul(values, shares), [1]), g.constant(context));
  const counted = Float32Array.from({ length: context }, (_, place) => Number(place >= first));
  const kept = first === 0 ? values : g.mul(values, g.constant(counted, [context]));
  return g.div(g.sum(kept, [1]), g.constant(context - first));
}

/** Keeps the logarithm in the focal loss finite where the answer is certain; the product is 0 there to every digit. */
const leastProbability = 1e-30;

/** `[n, 1]` → `[n]` */
function logit(g: GraphBuilder, output: NodeId): NodeId {
  return g.reshape(output, g.shape(output).slice(0, 1));
}

function classCount(g: GraphBuilder, output: NodeId): number {
  return g.shape(output)[1] ?? 1;
}

function meanOverOutputs(g: GraphBuilder, values: NodeId): NodeId {
  return g.div(g.sum(values, [1]), g.constant(classCount(g, values)));
}
