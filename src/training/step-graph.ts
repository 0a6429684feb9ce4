/**
 * One training step as graph, in this order: forward, data loss, backward, penalties, norm,
 * clipping, update, what comes after it, guard.
 *
 * Idea: each part is a function from nodes to nodes, and parts that are off leave no trace. The guard comes last: a step whose
 * loss or gradient is not finite changes nothing and sets `halted`, so the last good state survives however many steps one call runs.
 */
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, NodeId } from '../graph/graph.ts';
import type { Model } from '../models/model.ts';
import { afterUpdate } from './after-update.ts';
import { batchGradient } from './batch-gradient.ts';
import { clip } from './clipping.ts';
import { euclideanNorm } from './euclidean-norm.ts';
import { decayMask } from './decay-mask.ts';
import { scalarsByLayer, trainedMask } from './layer-rates.ts';
import { noiseOfHalves } from './noise-halves.ts';
import { historyLength, historyState, pushNorm } from './norm-history.ts';
import type { PlaceInputs } from './optimizers/optimizer.ts';
import { optimizers } from './optimizers/optimizers.ts';
import { penalties } from './penalties.ts';
import type { ProgramShape, ProgramSizes } from './program-shape.ts';
import { gradientNoiseSite, slotState } from './program-shape.ts';
import { updateRatios } from './update-ratio.ts';

/** Data loss above which a run counts as diverged. */
const divergenceLimit = 1e6;

/** Keeps SAM's step finite for a zero gradient. */
const samEpsilon = 1e-12;

/** What a step is made of, as nodes: up to the update and what comes after it, before the guard. */
export function stepNodes(g: GraphBuilder, model: Model, sizes: ProgramSizes, shape: ProgramShape) {
  const { inputs, slots, optimizer, trained } = beginning(g, model, shape);
  const { parameters } = inputs;
  const place = optimizer.place?.(inputs) ?? parameters;
  const used = usedGradient(model, sizes, shape, inputs, place);
  const gradient = noisy(g, shape, used.clipped.gradient, trained);
  const update = optimizer.update({ ...inputs, gradient });
  const after = afterUpdate(inputs, shape, update.parameters, used.batch.statistics, trained);
  return { ...used, parameters, slots, trained, place, gradient, update, after };
}

/** The graph of one step. Outputs: `loss`, `l1`, `l2`, `gradNorm`, `clippedNorm`, `good`, `zLoss` where it is on, and those of the diagnostics that are on. */
export function stepGraph(model: Model, sizes: ProgramSizes, shape: ProgramShape): Graph {
  const g = new GraphBuilder();
  const { parameters, slots, trained, place, batch, loss, penalized, history, clipped, update, after } = stepNodes(g, model, sizes, shape);
  const halted = g.state('halted', []);
  const good = goodStep(g, loss, clipped.norm, halted);
  const guard = (next: NodeId, before: NodeId) => (next === before ? before : g.select(good, next, before));
  const unlessFrozen = (next: NodeId, before: NodeId) =>
    trained === undefined || next === before ? next : g.select(trained, next, before);
  const slotUpdates = Object.entries(update.slots).map(([name, next]) => {
    const before = slots.get(name) ?? next;
    return [slotState(name), guard(unlessFrozen(next, before), before)] as const;
  });
  const stateUpdates = Object.entries(after.states).map(([name, { next, before }]) => [name, guard(next, before)] as const);
  const moved = after.parameters;
  const diagnosed = {
    ...(shape.updateRatio ? updateRatios(g, model.parameters, parameters, moved) : {}),
    ...(batch.zLoss === undefined ? {} : { zLoss: batch.zLoss }),
    ...(shape.noiseScale ? noiseOfHalves(g, model, sizes, shape, place, batch) : {}),
  };
  return g.finish(
    { loss, l1: penalized.l1, l2: penalized.l2, gradNorm: clipped.norm, clippedNorm: clipped.clippedNorm, good, ...diagnosed },
    {
      parameters: guard(moved, parameters),
      halted: g.sub(g.constant(1), good),
      ...(shape.clip === 'percentile' ? { [historyState]: guard(pushNorm(g, history, clipped.norm), history) } : {}),
      ...Object.fromEntries([...slotUpdates, ...stateUpdates]),
    },
  );
}

/** Loss, penalties and the gradient that a step would use, at the place that a slot holds. Outputs: `loss`, `l1`, `l2`, `gradient`, and `zLoss` where it is on. */
export function gradientGraph(model: Model, sizes: ProgramSizes, shape: ProgramShape, placeSlot: string): Graph {
  const g = new GraphBuilder();
  const { inputs, trained } = beginning(g, model, shape);
  const { loss, batch, penalized, clipped } = usedGradient(model, sizes, shape, inputs, inputs.slot(placeSlot));
  const gradient = noisy(g, shape, clipped.gradient, trained);
  return g.finish({ loss, l1: penalized.l1, l2: penalized.l2, gradient, ...(batch.zLoss === undefined ? {} : { zLoss: batch.zLoss }) });
}

/** What a step starts from: the parameters, the optimizer and its slots. */
function beginning(g: GraphBuilder, model: Model, shape: ProgramShape) {
  const parameters = g.state('parameters', [model.parameterCount]);
  const optimizer = optimizers[shape.optimizer];
  const scalar = shape.layerRates ? scalarsByLayer(g, model, shape.optimizer) : (name: string) => g.scalar(name);
  const slots = new Map(optimizer.slots.map((name) => [name, g.state(slotState(name), [model.parameterCount])]));
  const inputs: PlaceInputs = {
    g,
    parameters,
    layout: model.parameters,
    decayMask: g.constant(decayMask(model, shape.decay, shape.frozen), [model.parameterCount]),
    learningRate: scalar('learningRate'),
    slot: (name) => slots.get(name) ?? parameters,
    scalar,
    structure: shape,
  };
  const trained = shape.frozen > 0 ? g.constant(trainedMask(model, shape.frozen), [model.parameterCount]) : undefined;
  return { inputs, slots, optimizer, trained };
}

/** Everything up to clipping, with the gradient taken at `place`. */
function usedGradient(model: Model, sizes: ProgramSizes, shape: ProgramShape, inputs: PlaceInputs, place: NodeId) {
  const { g } = inputs;
  const found = measured(model, sizes, shape, inputs, place);
  const history = g.state(historyState, [historyLength]);
  const clipped = clip(shape.clip, { ...inputs, parameters: place, gradient: found.penalized.gradient, history: () => history });
  return { ...found, clipped, history };
}

/**
 * Data loss, and the gradient with penalties. With SAM (Foret et al. 2021) both are measured at the place, and the gradient once more
 * at the worst point within ρ of it, w + ρ·g/‖g‖, on the same batch with the same masks: the second is what counts, the loss is the first,
 * and so are the running statistics.
 */
function measured(model: Model, sizes: ProgramSizes, shape: ProgramShape, inputs: PlaceInputs, place: NodeId) {
  const { g } = inputs;
  const at = (flat: NodeId) => {
    const batch = batchGradient(g, model, sizes, shape, flat);
    const { l1, l2, proximal } = shape;
    return {
      loss: batch.loss,
      batch,
      penalized: penalties(g, { flat, mask: inputs.decayMask, gradient: batch.gradient, l1, l2, proximal }),
    };
  };
  const first = at(place);
  if (!shape.sam) return first;
  const { gradient } = first.penalized;
  const length = g.plus(euclideanNorm(g, gradient), g.constant(samEpsilon));
  const second = at(g.plus(place, g.mul(g.div(g.scalar('rho'), length), gradient)));
  return { ...first, penalized: { ...first.penalized, gradient: second.penalized.gradient } };
}

/** Annealed gradient noise (Neelakantan et al. 2015), added after clipping as they do. */
function noisy(g: GraphBuilder, shape: ProgramShape, gradient: NodeId, trained: NodeId | undefined): NodeId {
  if (!shape.gradientNoise) return gradient;
  const noise = g.mul(g.scalar('gradientNoise'), g.normalNoise(g.shape(gradient), gradientNoiseSite));
  return g.plus(gradient, trained === undefined ? noise : g.mul(trained, noise));
}

/** 1 while loss and gradient are finite, the loss is not past the limit, and no earlier step failed. */
function goodStep(g: GraphBuilder, loss: NodeId, norm: NodeId, halted: NodeId): NodeId {
  const finite = g.mul(g.unary('isFinite', loss), g.unary('isFinite', norm));
  const small = g.sub(g.constant(1), g.binary('greater', loss, g.constant(divergenceLimit)));
  return g.mul(g.mul(finite, small), g.sub(g.constant(1), halted));
}
