/**
 * Rules that look at a whole layer's tensor: LAMB (You et al. 2020, algorithm 2) and Adafactor (Shazeer & Stern 2018, algorithms 4 and 5).
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { NodeId } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/graph.ts';
import type { Parameter } from '../../models/model.ts';
import { euclideanNorm } from '../euclidean-norm.ts';
import { momentScalars, momentsHaveSettled } from './moments.ts';
import type { Optimizer, UpdateInputs } from './optimizer.ts';
import { averageScalars, movingAverage, perTensor, withDecoupledDecay } from './optimizer.ts';

/** `above / below`, or 1 where either is 0; both are lengths. */
function quotientOrOne(g: GraphBuilder, above: NodeId, below: NodeId): NodeId {
  const both = g.mul(g.unary('step', above), g.unary('step', below));
  return g.select(both, g.div(above, below), g.constant(1));
}

/** LAMB: Adam's step, scaled in each tensor to the length of its weights: ‖w‖/‖r‖, 1 where either is 0. */
export const lamb: Optimizer = {
  slots: ['firstMoment', 'secondMoment'],
  update: (inputs) => {
    const { g, parameters, gradient, learningRate, decayMask, slot, scalar, structure } = inputs;
    const firstMoment = movingAverage(inputs, slot('firstMoment'), gradient, 'beta1');
    const secondMoment = movingAverage(inputs, slot('secondMoment'), g.unary('square', gradient), 'beta2');
    const denominator = g.plus(g.div(g.unary('sqrt', secondMoment), scalar('rootCorrection')), scalar('epsilon'));
    const adam = g.div(g.div(firstMoment, scalar('correction')), denominator);
    const step = structure.weightDecay ? g.plus(adam, g.mul(scalar('weightDecay'), g.mul(decayMask, parameters))) : adam;
    const trust = (w: NodeId, r: NodeId) => quotientOrOne(g, euclideanNorm(g, w), euclideanNorm(g, r));
    const scaled = perTensor(inputs, [parameters, step], (_, w = parameters, r = step) => g.mul(trust(w, r), r));
    const parts = () => ({
      trust: perTensor(inputs, [parameters, step], ({ shape }, w = parameters, r = step) => g.broadcast(trust(w, r), shape)),
    });
    return { parameters: g.sub(parameters, g.mul(learningRate, scaled)), slots: { firstMoment, secondMoment }, parts };
  },
  scalars: momentScalars,
  passingScalars: ({ config, step, momentum }) => ({
    correction: 1 - momentum ** (step + 1),
    rootCorrection: Math.sqrt(1 - config.beta2 ** (step + 1)),
  }),
  haveSettled: momentsHaveSettled,
};

/** Constants of the paper: ε₁ under the squares, ε₂ the least scale of weights, d the largest root mean square of a step, c of β₂ = 1 − t^−c. */
const adafactorConstants = { squares: 1e-30, scale: 1e-3, clip: 1, power: 0.8 };

/** A tensor seen as a matrix, output units as columns; nothing for a vector. */
function matrixOf({ shape }: Parameter): readonly [rows: number, columns: number] | undefined {
  const columns = shape.at(-1) ?? 1;
  return shape.length < 2 ? undefined : [sizeOf(shape) / columns, columns];
}

/** Means of a matrix over an axis, repeated along it; a vector as it is. */
function meansOver(g: GraphBuilder, tensor: NodeId, matrix: readonly [number, number] | undefined, axis: 0 | 1): NodeId {
  if (!matrix) return tensor;
  const flat = g.reshape(tensor, matrix);
  const means = g.div(g.sum(flat, [axis], true), g.constant(matrix[axis]));
  return g.reshape(g.broadcast(means, matrix), g.shape(tensor));
}

/** What scales U: 1 / max(1, RMS(U)/d), and RMS(w), at least ε₂, or nothing. */
function adafactorScales({ g, structure }: UpdateInputs, w: NodeId, direction: NodeId) {
  const rms = (tensor: NodeId) => g.unary('sqrt', g.div(g.sum(g.unary('square', tensor)), g.constant(sizeOf(g.shape(tensor)))));
  const excess = g.binary('maximum', g.constant(1), g.div(rms(direction), g.constant(adafactorConstants.clip)));
  return { excess, byWeights: structure.scaleByWeights ? g.binary('maximum', g.constant(adafactorConstants.scale), rms(w)) : undefined };
}

function adafactorStep(inputs: UpdateInputs, w: NodeId, direction: NodeId): NodeId {
  const { g } = inputs;
  const { excess, byWeights } = adafactorScales(inputs, w, direction);
  const clipped = g.div(direction, excess);
  return byWeights === undefined ? clipped : g.mul(byWeights, clipped);
}

/**
 * Adafactor: Adam with or without momentum, its second moment kept as row and column means. The paper stores only those; here they fill
 * whole vectors, since the memory of these models is no object and every state has one shape. With β₁ above 0 the steps are averaged, rates
 * included, as Hugging Face's Adafactor does; at 0 the average is the step itself.
 */
export const adafactor: Optimizer = {
  slots: ['rows', 'columns', 'stepAverage'],
  rates: ['shrink'],
  update: (inputs) => {
    const { g, parameters, gradient, learningRate, layout, slot } = inputs;
    const squares = g.plus(g.unary('square', gradient), g.constant(adafactorConstants.squares));
    const meansOf = (axis: 0 | 1) =>
      perTensor({ g, layout }, [squares], (parameter, square = squares) => meansOver(g, square, matrixOf(parameter), axis));
    const rows = movingAverage(inputs, slot('rows'), meansOf(1), 'beta2');
    const columns = movingAverage(inputs, slot('columns'), meansOf(0), 'beta2');
    // The mean of the row means is the mean of all squares.
    const meanOfRows = (r: NodeId) => g.div(g.sum(r), g.constant(sizeOf(g.shape(r))));
    const directionOf = (parameter: Parameter, d: NodeId, r: NodeId, c: NodeId) => {
      if (!matrixOf(parameter)) return g.div(d, g.unary('sqrt', r));
      // The root of each factor is taken on its own: where a row and a column are dead, their product, 1e-30 · 1e-30, is 0 in float32.
      return g.div(g.div(d, g.unary('sqrt', g.div(r, meanOfRows(r)))), g.unary('sqrt', c));
    };
    const vectors = [parameters, gradient, rows, columns];
    const step = perTensor(inputs, vectors, (parameter, w = parameters, d = gradient, r = rows, c = columns) =>
      adafactorStep(inputs, w, directionOf(parameter, d, r, c)),
    );
    const parts = () => ({
      rowSquares: meansOf(1),
      columnSquares: meansOf(0),
      rowsMean: perTensor(inputs, [rows], ({ shape }, r = rows) => g.broadcast(meanOfRows(r), shape)),
      scale: perTensor(inputs, vectors, (parameter, w = parameters, d = gradient, r = rows, c = columns) => {
        const { excess, byWeights = g.constant(1) } = adafactorScales(inputs, w, directionOf(parameter, d, r, c));
        return g.broadcast(g.div(byWeights, excess), parameter.shape);
      }),
    });
    const stepAverage = movingAverage(inputs, slot('stepAverage'), g.mul(learningRate, step), 'beta1');
    return { parameters: g.sub(withDecoupledDecay(inputs, parameters), stepAverage), slots: { rows, columns, stepAverage }, parts };
  },
  scalars: ({ config, learningRate, momentum }) => ({
    shrink: learningRate * config.weightDecay,
    ...averageScalars('beta1', momentum),
  }),
  passingScalars: ({ step }) => averageScalars('beta2', 1 - (step + 1) ** -adafactorConstants.power),
};
