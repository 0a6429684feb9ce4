/**
 * The graphs of a run: one training step, evaluation, prediction, and the diagnosis of a step that went wrong.
 *
 * Idea: the step graph spells out `docs`' order of one optimizer step: forward, data loss, backward, penalties, norm,
 * clipping, update, guard. The batch has one fixed size; a short batch is padded with rows of weight 0, which the mean
 * (Σ wᵢ·lossᵢ / Σ wᵢ) ignores. Parts that are off (a penalty of 0, no clipping) are left out; turning one on during a
 * run builds the graphs anew and keeps all state.
 */
import { GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradients.ts';
import type { Graph, NodeId } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import type { Forward, Model } from '../models/model.ts';
import { parameterSlices } from '../models/model.ts';
import type { Config } from '../params/config.ts';
import type { TaskKind } from '../params/task-kind.ts';
import { clip, globalNorm } from './clipping.ts';
import { exampleLosses } from './losses.ts';
import type { Structure } from './optimizers/optimizer.ts';
import { structureOf } from './optimizers/optimizer.ts';
import { optimizers } from './optimizers/optimizers.ts';
import { penalties } from './penalties.ts';

/** Data loss above which a run counts as diverged. */
const divergenceLimit = 1e6;

/** Sizes that the graphs are built for. */
export interface ProgramSizes {
  readonly kind: TaskKind;
  readonly inputShape: readonly number[];
  readonly outputs: number;
  readonly trainingCount: number;
  /** Validation and test examples together. */
  readonly heldOutCount: number;
}

/** The part of a configuration that shapes the graphs. Two configurations with equal shapes share them. */
export interface ProgramShape extends Structure {
  readonly batchSize: number;
  readonly loss: Config['loss'];
  readonly optimizer: Config['optimizer'];
  readonly dropout: boolean;
  readonly l1: boolean;
  readonly l2: boolean;
  readonly clip: Config['clip'];
}

/** The shape that a configuration asks for. */
export function programShape(config: Config): ProgramShape {
  const { batchSize, loss, optimizer, clip: kindOfClipping } = config;
  return {
    ...structureOf(config),
    batchSize,
    loss,
    optimizer,
    clip: kindOfClipping,
    dropout: config.dropout > 0,
    l1: config.l1 > 0,
    l2: config.l2 > 0,
  };
}

/** Rows of a held-out split that one run of the `evaluate` graph takes. */
export function evaluationBatch(sizes: ProgramSizes): number {
  return Math.min(256, sizes.heldOutCount);
}

/** Inputs that one run of the `predict` graph takes. */
export const predictionBatch = 256;

/** All graphs of a run, by the names that `Executor.evaluate` takes. */
export type ProgramGraphs = Readonly<Record<'step' | 'evaluate' | 'predict' | 'diagnose', Graph>>;

/** Builds all graphs of a run. Throws `RangeError` if a model asks for a parameter that it does not declare. */
export function buildGraphs(model: Model, sizes: ProgramSizes, shape: ProgramShape): ProgramGraphs {
  return {
    step: stepGraph(model, sizes, shape),
    evaluate: evaluationGraph(model, sizes, shape.loss),
    predict: predictionGraph(model, sizes),
    diagnose: diagnosisGraph(model, sizes, shape),
  };
}

interface Forwarded {
  readonly flat: NodeId;
  readonly tensors: ReadonlyMap<string, NodeId>;
  readonly forward: Forward;
}

function forwardPass(g: GraphBuilder, model: Model, x: NodeId, dropout: boolean): Forwarded {
  const flat = g.state('parameters', [model.parameterCount]);
  const tensors = parameterSlices(g, flat, model.parameters);
  const forward = model.forward(
    {
      g,
      weight: (name) => {
        const tensor = tensors.get(name);
        if (tensor === undefined) throw new RangeError(`the model has no parameter ${name}`);
        return tensor;
      },
      dropout: (hidden, site) => (dropout ? g.mul(hidden, g.dropoutMask(g.scalar('dropout'), g.shape(hidden), site)) : hidden),
    },
    x,
  );
  return { flat, tensors, forward };
}

/** Forward pass, data loss and its gradient for one batch of the training split. */
function lossAndGradient(g: GraphBuilder, model: Model, sizes: ProgramSizes, shape: ProgramShape) {
  const rows = g.feed('rows', [shape.batchSize]);
  const inputs = g.gather(g.data('training.inputs', [sizes.trainingCount, ...sizes.inputShape]), rows);
  const targets = g.gather(g.data('training.targets', targetShape(sizes, sizes.trainingCount)), rows);
  const { flat, tensors, forward } = forwardPass(g, model, inputs, shape.dropout);
  const losses = exampleLosses(g, shape.loss, { kind: sizes.kind, output: forward.output, targets, delta: () => g.scalar('delta') });
  // Σw is a whole number known on the host; its inverse comes as a scalar.
  const loss = g.mul(g.sum(g.mul(losses, g.feed('weights', [shape.batchSize]))), g.scalar('inverseCount'));
  const wrt = model.parameters.map(({ name }) => tensors.get(name) ?? flat);
  const parts = gradients(g, loss, wrt);
  return { flat, forward, loss, parts, gradient: g.concat(parts.map((part) => g.reshape(part, [sizeOf(g.shape(part))]))) };
}

function stepGraph(model: Model, sizes: ProgramSizes, shape: ProgramShape): Graph {
  const g = new GraphBuilder();
  const { flat, loss, gradient } = lossAndGradient(g, model, sizes, shape);
  const decayMask = g.constant(weightMask(model), [model.parameterCount]);
  const penalized = penalties(g, { flat, mask: decayMask, gradient, l1: shape.l1, l2: shape.l2 });
  const clipped = clip(g, shape.clip, penalized.gradient, () => g.scalar('clipAt'));
  const optimizer = optimizers[shape.optimizer];
  const slots = new Map(optimizer.slots.map((name) => [name, g.state(slotState(name), [model.parameterCount])]));
  const update = optimizer.update({
    g,
    parameters: flat,
    layout: model.parameters,
    gradient: clipped.gradient,
    decayMask,
    learningRate: g.scalar('learningRate'),
    slot: (name) => slots.get(name) ?? flat,
    scalar: (name) => g.scalar(name),
    structure: shape,
  });
  const halted = g.state('halted', []);
  const good = goodStep(g, loss, clipped.norm, halted);
  const guard = (after: NodeId, before: NodeId) => (after === before ? before : g.select(good, after, before));
  const slotUpdates = Object.entries(update.slots).map(
    ([name, after]) => [slotState(name), guard(after, slots.get(name) ?? after)] as const,
  );
  return g.finish(
    { loss, l1: penalized.l1, l2: penalized.l2, gradNorm: clipped.norm, clippedNorm: clipped.clippedNorm, good },
    { parameters: guard(update.parameters, flat), halted: g.sub(g.constant(1), good), ...Object.fromEntries(slotUpdates) },
  );
}

/** 1 while loss and gradient are finite, the loss is not past the limit, and no earlier step failed. */
function goodStep(g: GraphBuilder, loss: NodeId, norm: NodeId, halted: NodeId): NodeId {
  const finite = g.mul(g.unary('isFinite', loss), g.unary('isFinite', norm));
  const small = g.sub(g.constant(1), g.binary('greater', loss, g.constant(divergenceLimit)));
  return g.mul(g.mul(finite, small), g.sub(g.constant(1), halted));
}

/** Outputs: `output` [n, outputs], `losses` [n], and per ReLU layer `active.<layer>`: on how many rows each unit is above 0. */
function evaluationGraph(model: Model, sizes: ProgramSizes, loss: Config['loss']): Graph {
  const g = new GraphBuilder();
  const count = evaluationBatch(sizes);
  const rows = g.feed('rows', [count]);
  const inputs = g.gather(g.data('heldOut.inputs', [sizes.heldOutCount, ...sizes.inputShape]), rows);
  const targets = g.gather(g.data('heldOut.targets', targetShape(sizes, sizes.heldOutCount)), rows);
  const { forward } = forwardPass(g, model, inputs, false);
  const losses = exampleLosses(g, loss, { kind: sizes.kind, output: forward.output, targets, delta: () => g.scalar('delta') });
  const active = forward.activations
    .filter(({ canDie }) => canDie)
    .map(({ layer, node }) => {
      const unitAxis = g.shape(node).length - 1;
      const overRows = g.shape(node).flatMap((_, axis) => (axis < unitAxis ? [axis] : []));
      return [`active.${layer}`, g.sum(g.unary('step', node), overRows)] as const;
    });
  return g.finish({ output: forward.output, losses, ...Object.fromEntries(active) });
}

/** Feed `inputs` [n, ...inputShape] → `output` [n, outputs]. */
function predictionGraph(model: Model, sizes: ProgramSizes): Graph {
  const g = new GraphBuilder();
  const inputs = g.feed('inputs', [predictionBatch, ...sizes.inputShape]);
  return g.finish({ output: forwardPass(g, model, inputs, false).forward.output });
}

/** The size of every layer's output (`activation.<layer>`, its L2 norm) and gradient (`gradient.<layer>`) on one batch. */
function diagnosisGraph(model: Model, sizes: ProgramSizes, shape: ProgramShape): Graph {
  const g = new GraphBuilder();
  const { forward, parts } = lossAndGradient(g, model, sizes, shape);
  const outputs: Record<string, NodeId> = {};
  for (const { layer, node } of forward.activations) outputs[`activation.${layer}`] = globalNorm(g, node);
  model.parameters.forEach(({ name }, index) => {
    const part = parts[index];
    if (part !== undefined) outputs[`gradient.${name}`] = globalNorm(g, part);
  });
  return g.finish(outputs);
}

/** State name of an optimizer slot. */
export function slotState(slot: string): string {
  return `slot.${slot}`;
}

function targetShape(sizes: ProgramSizes, count: number): readonly number[] {
  return sizes.kind === 'regression' ? [count, sizes.outputs] : [count];
}

/** 1 for weights, 0 for biases: where penalties and weight decay act. */
function weightMask(model: Model): Float32Array {
  const mask = new Float32Array(model.parameterCount);
  for (const { role, offset, shape } of model.parameters) mask.fill(role === 'weight' ? 1 : 0, offset, offset + sizeOf(shape));
  return mask;
}
