/**
 * Muon (Jordan 2024): the momentum of each hidden matrix is made nearly orthogonal before it is used, so that a step moves all directions
 * of the matrix alike. What is no hidden matrix, tables, biases and the first and last layer, is left to AdamW at a share of the rate.
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { NodeId } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/graph.ts';
import { hiddenMatrices } from '../../models/ends.ts';
import type { Optimizer, UpdateInputs } from './optimizer.ts';
import { euclideanNorm } from '../euclidean-norm.ts';
import { averageScalars, isCorrected, movingAverage, perTensor } from './optimizer.ts';

/** Jordan's quintic and its number of rounds. Scalars of the step, so that a run in double precision has them exactly. */
const quintic = { 'quintic a': 3.4445, 'quintic b': -4.775, 'quintic c': 2.0315 };
const rounds = 5;
const leastNorm = 1e-7;

/** Newton–Schulz: a matrix with the same singular vectors and singular values between about 0.7 and 1.2. `matrix`: `[rows, columns]`. */
function orthogonalized(g: GraphBuilder, matrix: NodeId): NodeId {
  const [rows = 1, columns = 1] = g.shape(matrix);
  const norm = euclideanNorm(g, matrix);
  let x = g.div(matrix, g.plus(norm, g.constant(leastNorm)));
  for (let round = 0; round < rounds; round++) {
    // The Gram matrix of the shorter side; the product is the same from either.
    const gram = rows <= columns ? g.matMul(x, x, false, true) : g.matMul(x, x, true, false);
    const polynomial = g.plus(g.mul(gram, g.scalar('quintic b')), g.mul(g.matMul(gram, gram), g.scalar('quintic c')));
    x = g.plus(g.mul(x, g.scalar('quintic a')), rows <= columns ? g.matMul(polynomial, x) : g.matMul(x, polynomial));
  }
  return x;
}

/** 1 in the hidden matrices, else 0. */
function hiddenMask({ g, layout }: UpdateInputs): NodeId {
  const hidden = hiddenMatrices(layout);
  const mask = new Float32Array(layout.reduce((total, { shape }) => total + sizeOf(shape), 0));
  for (const { name, offset, shape } of layout) if (hidden.has(name)) mask.fill(1, offset, offset + sizeOf(shape));
  return g.constant(mask, [mask.length]);
}

/** The orthogonal step in the hidden matrices, scaled by √max(1, out/in); 0 elsewhere. */
function orthogonalStep(inputs: UpdateInputs, momentum: NodeId): NodeId {
  const { g, gradient, layout, scalar } = inputs;
  const hidden = hiddenMatrices(layout);
  const ahead = g.plus(gradient, g.mul(scalar('momentum'), momentum));
  return perTensor(inputs, [ahead], (parameter, tensor = ahead) => {
    if (!hidden.has(parameter.name)) return g.broadcast(g.constant(0), parameter.shape);
    const outputs = parameter.shape.at(-1) ?? 1;
    const fanIn = sizeOf(parameter.shape) / outputs;
    const step = orthogonalized(g, g.reshape(tensor, [fanIn, outputs]));
    const scale = g.unary('sqrt', g.div(g.constant(Math.max(outputs, fanIn)), g.constant(fanIn)));
    return g.reshape(g.mul(step, scale), parameter.shape);
  });
}

/** AdamW's step, per unit of rate, everywhere; where Muon acts it is not used. */
function adamStep(inputs: UpdateInputs) {
  const { g, gradient, slot, scalar } = inputs;
  const firstMoment = movingAverage(inputs, slot('firstMoment'), gradient, 'beta1');
  const secondMoment = movingAverage(inputs, slot('secondMoment'), g.unary('square', gradient), 'beta2');
  const denominator = g.plus(g.div(g.unary('sqrt', secondMoment), scalar('rootCorrection')), scalar('epsilon'));
  return { step: g.mul(scalar('adamStepSize'), g.div(firstMoment, denominator)), firstMoment, secondMoment };
}

/** Muon, with AdamW beside it. Weight decay is decoupled; each part decays with its own rate. */
export const muon: Optimizer = {
  slots: ['momentum', 'firstMoment', 'secondMoment'],
  rates: ['shrink', 'adamStepSize'],
  update: (inputs) => {
    const { g, parameters, gradient, learningRate, decayMask, slot, scalar, structure } = inputs;
    const momentum = g.plus(g.mul(scalar('momentum'), slot('momentum')), gradient);
    const adam = adamStep(inputs);
    const mask = hiddenMask(inputs);
    const rest = g.sub(g.constant(1), mask);
    const share = g.plus(mask, g.mul(rest, scalar('adamRatio')));
    const shrink = g.mul(scalar('shrink'), g.mul(share, decayMask));
    const decayed = structure.weightDecay ? g.sub(parameters, g.mul(shrink, parameters)) : parameters;
    const orthogonal = orthogonalStep(inputs, momentum);
    const step = g.plus(g.mul(learningRate, orthogonal), g.mul(rest, adam.step));
    return {
      parameters: g.sub(decayed, step),
      slots: { momentum, firstMoment: adam.firstMoment, secondMoment: adam.secondMoment },
      parts: () => ({ orthogonal }),
    };
  },
  scalars: ({ config, learningRate, momentum }) => ({
    momentum,
    epsilon: config.epsilon,
    shrink: learningRate * config.weightDecay,
    adamRatio: config.adamRatio,
    ...quintic,
    ...averageScalars('beta1', config.beta1),
    ...averageScalars('beta2', config.beta2),
  }),
  passingScalars: ({ config, step, learningRate }) => ({
    rootCorrection: Math.sqrt(1 - config.beta2 ** (step + 1)),
    adamStepSize: (config.adamRatio * learningRate) / (1 - config.beta1 ** (step + 1)),
  }),
  haveSettled: ({ config, step }) => isCorrected(config.beta1, step) && isCorrected(config.beta2, step),
};
