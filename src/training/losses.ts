/**
 * Loss functions as graph: the loss of each example, `[n]`.
 *
 * Squared error, absolute error and Huber average over the outputs of an example; the mean over examples is taken by the
 * step (so that padded rows can weigh nothing). Values and gradients are PyTorch's: BCEWithLogitsLoss, CrossEntropyLoss,
 * MSELoss, L1Loss, HuberLoss, MultiMarginLoss (p = 1, margin = 1); hinge is mean max(0, 1 − y·z) with y = ±1.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';
import type { Config } from '../params/config.ts';
import type { TaskKind } from '../params/task-kind.ts';

/** What a loss is computed from, as nodes. */
export interface LossInputs {
  readonly kind: TaskKind;
  /** `[n, outputs]`: one logit, K logits, or regression outputs. */
  readonly output: NodeId;
  /** `[n]` class indices, or `[n, outputs]` regression targets. */
  readonly targets: NodeId;
  /** Threshold of the Huber loss. Made only when that loss is used. */
  readonly delta: () => NodeId;
}

/** The loss of each example, `[n]`. Throws `RangeError` for a loss that the kind of task does not have. */
export function exampleLosses(g: GraphBuilder, loss: Config['loss'], inputs: LossInputs): NodeId {
  const rule = rules[inputs.kind][loss];
  if (!rule) throw new RangeError(`the loss ${loss} does not fit a ${inputs.kind} task`);
  return rule(g, inputs);
}

type Rule = (g: GraphBuilder, inputs: LossInputs) => NodeId;

const rules: Readonly<Record<TaskKind, Partial<Record<Config['loss'], Rule>>>> = {
  binary: {
    // softplus(z) − y·z is −log σ(z) for y = 1 and −log(1 − σ(z)) for y = 0, without overflow.
    bce: (g, { output, targets }) => {
      const z = logit(g, output);
      return g.sub(g.unary('softplus', z), g.mul(targets, z));
    },
    mse: (g, { output, targets }) => g.unary('square', g.sub(g.unary('sigmoid', logit(g, output)), targets)),
    hinge: (g, { output, targets }) => {
      const signs = g.sub(g.scale(targets, 2), g.constant(1));
      return g.unary('relu', g.sub(g.constant(1), g.mul(signs, logit(g, output))));
    },
  },
  multiclass: {
    ce: (g, { output, targets }) => g.softmaxCrossEntropy(output, targets),
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
  regression: {
    mse: (g, { output, targets }) => meanOverOutputs(g, g.unary('square', g.sub(output, targets))),
    mae: (g, { output, targets }) => meanOverOutputs(g, g.unary('abs', g.sub(output, targets))),
    huber: (g, { output, targets, delta }) => {
      const threshold = delta();
      const distance = g.unary('abs', g.sub(output, targets));
      const near = g.scale(g.unary('square', distance), 0.5);
      const far = g.mul(threshold, g.sub(distance, g.scale(threshold, 0.5)));
      return meanOverOutputs(g, g.select(g.binary('greater', distance, threshold), far, near));
    },
  },
};

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
