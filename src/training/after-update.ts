/**
 * What happens to the weights after the optimizer's update: proximal L1, max-norm, and the moving average of the weights.
 * In this order, so that the average is of the weights that the next step sees. Running statistics are averaged as the weights are
 * (PyTorch's `AveragedModel(use_buffers=True)`).
 */
import type { NodeId } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import type { Parameter } from '../models/model.ts';
import { averageState } from './average.ts';
import type { PlaceInputs } from './optimizers/optimizer.ts';
import { perTensor } from './optimizers/optimizer.ts';
import type { ProgramShape } from './program-shape.ts';
import { averageStatisticsState, statisticsState } from './statistics.ts';

/** New weights, and states that follow them. */
export interface AfterUpdate {
  readonly parameters: NodeId;
  readonly states: Readonly<Record<string, { readonly next: NodeId; readonly before: NodeId }>>;
  /** What max-norm multiplies each weight by, `[parameterCount]`; made only where it is asked for. */
  readonly normFactor?: () => NodeId;
}

/** Applies what is on; `trained`: 0 where a weight is frozen, which nothing here moves either. Scalars: `shrinkage` = learning rate · l1; `maxNorm`; `average keep`, `average take`. */
export function afterUpdate(
  inputs: PlaceInputs,
  shape: ProgramShape,
  updated: NodeId,
  statistics: NodeId | undefined,
  trained: NodeId | undefined,
): AfterUpdate {
  const { g } = inputs;
  let parameters = updated;
  if (shape.proximal) parameters = softThreshold(inputs, parameters);
  const unlimited = parameters;
  if (shape.maxNorm) parameters = limitNorms(inputs, unlimited);
  if (trained !== undefined) parameters = g.select(trained, parameters, inputs.parameters);
  const averaged = (name: string, value: NodeId) => {
    const before = g.state(name, g.shape(value));
    return { [name]: { next: g.plus(g.mul(g.scalar('average keep'), before), g.mul(g.scalar('average take'), value)), before } };
  };
  const states = {
    ...(statistics === undefined ? {} : { [statisticsState]: { next: statistics, before: g.state(statisticsState, g.shape(statistics)) } }),
    ...(shape.average ? averaged(averageState, parameters) : {}),
    ...(shape.average && statistics !== undefined ? averaged(averageStatisticsState, statistics) : {}),
  };
  return { parameters, states, ...(shape.maxNorm ? { normFactor: () => normFactors(inputs, unlimited) } : {}) };
}

/** The proximal step of L1 (ISTA; Beck & Teboulle 2009): towards zero by lr·l1, and to zero if that is past it. */
function softThreshold({ g, decayMask, scalar }: PlaceInputs, w: NodeId): NodeId {
  const amount = g.mul(scalar('shrinkage'), decayMask);
  return g.mul(g.unary('sign', w), g.unary('relu', g.sub(g.unary('abs', w), amount)));
}

/** Scales down the incoming weights of a unit whose norm is above the limit (Srebro & Shraibman 2005; Hinton et al. 2012). Biases stay. */
function limitNorms(inputs: PlaceInputs, w: NodeId): NodeId {
  const { g } = inputs;
  return perTensor(inputs, [w], (parameter, tensor = w) => {
    if (parameter.role !== 'weight') return tensor;
    const { flat, factor } = unitFactors(inputs, parameter, tensor);
    return g.reshape(g.mul(flat, factor), parameter.shape);
  });
}

/** The weights of a tensor with a column for each unit, and what each column is multiplied by. */
function unitFactors({ g, scalar }: PlaceInputs, { shape }: Parameter, tensor: NodeId) {
  const units = shape.at(-1) ?? 1;
  const flat = g.reshape(tensor, [sizeOf(shape) / units, units]);
  const norms = g.unary('sqrt', g.sum(g.unary('square', flat), [0], true));
  const factor = g.binary('minimum', g.constant(1), g.div(scalar('maxNorm'), g.binary('maximum', norms, g.constant(1e-12))));
  return { flat, factor };
}

function normFactors(inputs: PlaceInputs, w: NodeId): NodeId {
  const { g } = inputs;
  return perTensor(inputs, [w], (parameter, tensor = w) => {
    if (parameter.role !== 'weight') return g.broadcast(g.constant(1), parameter.shape);
    const { flat, factor } = unitFactors(inputs, parameter, tensor);
    return g.reshape(g.broadcast(factor, g.shape(flat)), parameter.shape);
  });
}
