/**
 * Data loss and its gradient over one effective batch, as graph, at any point of parameter space.
 *
 * Idea: a step of `accumulation` micro-batches is what a training loop with as many backward passes before `optimizer.step()` does: the
 * passes stand one after another in the graph and their gradients are added. Rows that only fill up a short batch weigh nothing in
 * Σ wᵢ·lossᵢ / Σ wᵢ. Masks and noise are drawn for the effective batch and cut into pieces, so that A batches of B equal one of A·B.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradients.ts';
import type { NodeId, Shape } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import type { Forward, ForwardContext, Model, Parameter } from '../models/model.ts';
import { parameterSlices } from '../models/model.ts';
import { layerOf } from './layer-rates.ts';
import { exampleLosses, normalizerPenalties } from './losses.ts';
import type { LossInputs } from './losses.ts';
import type { ProgramShape, ProgramSizes } from './program-shape.ts';
import { inputDropoutSite, inputNoiseSite } from './program-shape.ts';
import { batchMoments, movedStatistics, statisticsState } from './statistics.ts';
import type { BatchMoments } from './statistics.ts';

/** A forward pass and the tensors it read. */
export interface Forwarded {
  readonly tensors: ReadonlyMap<string, NodeId>;
  readonly forward: Forward;
}

/** What a forward pass does in its own way in training and in evaluation. */
export type PassMode = Pick<ForwardContext, 'dropout' | 'moments'>;

/** The forward pass of `x` with the parameters in `flat`. Throws `RangeError` if the model asks for a parameter that it does not declare. */
export function forwardPass(g: GraphBuilder, model: Model, flat: NodeId, x: NodeId, mode: PassMode): Forwarded {
  const tensors = parameterSlices(g, flat, model.parameters);
  const weight = (name: string): NodeId => {
    const tensor = tensors.get(name) ?? fixedTensor(g, model, name);
    if (tensor === undefined) throw new RangeError(`the model has no parameter ${name}`);
    return tensor;
  };
  return { tensors, forward: model.forward({ g, weight, ...mode }, x) };
}

/** The name that a fixed tensor has among the data of a program. */
export function fixedName(name: string): string {
  return `fixed.${name}`;
}

function fixedTensor(g: GraphBuilder, { fixed }: Model, name: string): NodeId | undefined {
  const tensor = fixed?.find((one) => one.name === name);
  return tensor && g.data(fixedName(name), tensor.shape);
}

/** What one effective batch says, as nodes. */
export interface BatchGradient {
  readonly loss: NodeId;
  /** The z-loss, which the gradient holds and the loss does not, where it is on. */
  readonly zLoss?: NodeId;
  /** `[parameterCount]` */
  readonly gradient: NodeId;
  /** The running statistics after the batch, `[statisticsCount]`; nothing where the model keeps none. */
  readonly statistics?: NodeId;
  /** The first micro-batch, for diagnosis: its forward pass, and the gradient of each parameter. */
  readonly forward: Forward;
  readonly parts: readonly NodeId[];
}

/**
 * Loss and gradient at `flat`. Feeds: `rows`, `weights` `[accumulation · batchSize]`; scalars: `inverseCount` = 1 / Σ weights, and
 * `examples`, the number of rows that are not padding. Micro-batches move the running statistics one after another.
 */
export function batchGradient(g: GraphBuilder, model: Model, sizes: ProgramSizes, shape: ProgramShape, flat: NodeId): BatchGradient {
  const { batchSize } = shape;
  const passes = Array.from({ length: shape.accumulation }, (_, index) =>
    partOfBatch(g, model, sizes, shape, flat, { first: index * batchSize, size: batchSize }),
  );
  const [first, ...others] = passes;
  if (first === undefined) throw new RangeError('a step needs at least one batch');
  const loss = others.reduce((sum, pass) => g.plus(sum, pass.loss), first.loss);
  const gradient = others.reduce((sum, pass) => g.plus(sum, pass.gradient), first.gradient);
  const zLosses = passes.flatMap(({ zLoss }) => (zLoss === undefined ? [] : [zLoss]));
  const sums = { loss, gradient, ...(zLosses.length > 0 ? { zLoss: zLosses.reduce((sum, part) => g.plus(sum, part)) } : {}) };
  if (model.statistics.length === 0) return { ...first, ...sums };
  const before = g.state(statisticsState, [model.statisticsCount]);
  return { ...first, ...sums, statistics: passes.reduce((moved, { seen }) => movedStatistics(g, model, moved, seen), before) };
}

/** Rows of the effective batch that stand next to each other. */
export interface BatchRows {
  readonly first: number;
  readonly size: number;
}

/** What some rows say, and the moments that their pass has seen of them. */
type Part = BatchGradient & { readonly seen: BatchMoments };

/** The same of some rows: their part of the loss and of the gradient of the whole effective batch. */
export function partOfBatch(
  g: GraphBuilder,
  model: Model,
  sizes: ProgramSizes,
  shape: ProgramShape,
  flat: NodeId,
  { first, size }: BatchRows,
): Part {
  const effective = shape.batchSize * shape.accumulation;
  const piece = (whole: NodeId) => g.slice(whole, first, size);
  /** A random tensor of the whole effective batch, and the part of these rows. */
  const drawn = (draw: (whole: Shape) => NodeId, own: Shape) => piece(draw([effective, ...own.slice(1)]));
  const dropped = (rate: string) => (x: NodeId, site: number) =>
    g.mul(
      x,
      drawn((whole) => g.dropoutMask(g.scalar(rate), whole, site), g.shape(x)),
    );
  const rows = piece(g.feed('rows', [effective]));
  let x = g.gather(g.data('training.inputs', [sizes.trainingCount, ...sizes.inputShape]), rows);
  if (shape.inputNoise) {
    const noise = drawn((whole) => g.normalNoise(whole, inputNoiseSite), g.shape(x));
    x = g.plus(x, g.mul(g.scalar('inputNoise'), noise));
  }
  if (shape.inputDropout) x = dropped('inputDropout')(x, inputDropoutSite);
  const targets = g.gather(g.data('training.targets', targetShape(sizes, sizes.trainingCount)), rows);
  const seen: BatchMoments = new Map();
  const { tensors, forward } = forwardPass(g, model, flat, x, {
    dropout: shape.dropout ? dropped('dropout') : (hidden) => hidden,
    moments: (values, layer) => batchMoments(g, values, layer, presentRows(g, { first, size }), seen),
  });
  const given: LossInputs = {
    kind: sizes.kind,
    output: forward.output,
    targets,
    scalar: (name) => g.scalar(name),
    smoothing: shape.smoothing,
    firstCounted: sizes.firstCounted?.training ?? 0,
    ...(sizes.masked ? { counted: g.gather(g.data('training.counted', targetShape(sizes, sizes.trainingCount)), rows) } : {}),
  };
  // Σw is known on the host; its inverse comes as a scalar.
  const weighed = (ofRows: NodeId) => g.mul(g.sum(g.mul(ofRows, piece(g.feed('weights', [effective])))), g.scalar('inverseCount'));
  const loss = weighed(exampleLosses(g, shape.loss, given));
  const zLoss = shape.zLoss ? weighed(normalizerPenalties(g, given)) : undefined;
  const layer = layerOf(model);
  const tensorOf = ({ name }: Parameter) => tensors.get(name) ?? flat;
  // No gradient is computed for what does not move.
  const moving = model.parameters.filter((parameter) => layer(parameter) >= shape.frozen);
  const found = gradients(g, zLoss === undefined ? loss : g.plus(loss, zLoss), moving.map(tensorOf));
  const still = model.parameters.length - moving.length;
  const parts = model.parameters.map((parameter, i) => found[i - still] ?? g.broadcast(g.constant(0), parameter.shape));
  const gradient = g.concat(parts.map((part) => g.reshape(part, [sizeOf(g.shape(part))])));
  return { loss, parts, forward, seen, gradient, ...(zLoss === undefined ? {} : { zLoss }) };
}

/** How many of some rows are not padding, which stands at the end of the effective batch. */
function presentRows(g: GraphBuilder, { first, size }: BatchRows): NodeId {
  const left = g.sub(g.scalar('examples'), g.constant(first));
  return g.binary('maximum', g.binary('minimum', left, g.constant(size)), g.constant(0));
}

/** Axes of the targets of `count` examples: class indices, regression outputs, or tokens. */
export function targetShape({ kind, outputs, inputShape }: ProgramSizes, count: number): Shape {
  if (kind === 'language') return [count, ...inputShape];
  return kind === 'regression' ? [count, outputs] : [count];
}
