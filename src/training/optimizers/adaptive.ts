/**
 * RMSprop (Hinton 2012, centred: Graves 2013), Adagrad (Duchi et al. 2011) and Adadelta (Zeiler 2012) as `torch.optim` has them:
 * ε stands outside the root but in Adadelta, and RMSprop's learning rate multiplies after momentum, so a schedule never lingers in
 * the buffer.
 */
import type { NodeId } from '../../graph/graph.ts';
import type { Optimizer } from './optimizer.ts';
import { averageScalars, movingAverage, withWeightDecay } from './optimizer.ts';

/** RMSprop, plain, centred and with momentum. */
export const rmsprop: Optimizer = {
  slots: ['squareAverage', 'gradientAverage', 'momentum'],
  update: (inputs) => {
    const { g, parameters, learningRate, slot, scalar, structure } = inputs;
    const gradient = withWeightDecay(inputs);
    const squareAverage = movingAverage(inputs, slot('squareAverage'), g.unary('square', gradient), 'alpha');
    // Kept up even when not centred, so that turning it on in a live run starts from a true average.
    const gradientAverage = movingAverage(inputs, slot('gradientAverage'), gradient, 'alpha');
    // Rounding can push s − m² a hair below 0; PyTorch gets NaN there, which would end the run for nothing.
    const variance = structure.centered ? g.unary('relu', g.sub(squareAverage, g.unary('square', gradientAverage))) : squareAverage;
    const scaled = g.div(gradient, g.plus(g.unary('sqrt', variance), scalar('epsilon')));
    const momentum = structure.momentum ? g.plus(g.mul(scalar('momentum'), slot('momentum')), scaled) : slot('momentum');
    const direction = structure.momentum ? momentum : scaled;
    return { parameters: g.sub(parameters, g.mul(learningRate, direction)), slots: { squareAverage, gradientAverage, momentum } };
  },
  scalars: ({ config, momentum }) => ({
    weightDecay: config.weightDecay,
    epsilon: config.epsilon,
    momentum,
    ...averageScalars('alpha', config.alpha),
  }),
};

/** Adagrad. */
export const adagrad: Optimizer = {
  slots: ['squareSum'],
  update: (inputs) => {
    const { g, parameters, learningRate, slot, scalar } = inputs;
    const gradient = withWeightDecay(inputs);
    const squareSum = g.plus(slot('squareSum'), g.unary('square', gradient));
    const direction = g.div(gradient, g.plus(g.unary('sqrt', squareSum), scalar('epsilon')));
    return { parameters: g.sub(parameters, g.mul(learningRate, direction)), slots: { squareSum } };
  },
  scalars: ({ config }) => ({ weightDecay: config.weightDecay, epsilon: config.epsilon }),
};

/** Adadelta: steps as large as the recent steps, per recent gradient; its learning rate is a mere factor. */
export const adadelta: Optimizer = {
  slots: ['squareAverage', 'squareStep'],
  update: (inputs) => {
    const { g, parameters, learningRate, slot, scalar } = inputs;
    const gradient = withWeightDecay(inputs);
    const rootOf = (average: NodeId) => g.unary('sqrt', g.plus(average, scalar('epsilon')));
    const squareAverage = movingAverage(inputs, slot('squareAverage'), g.unary('square', gradient), 'alpha');
    const step = g.mul(g.div(rootOf(slot('squareStep')), rootOf(squareAverage)), gradient);
    const squareStep = movingAverage(inputs, slot('squareStep'), g.unary('square', step), 'alpha');
    return { parameters: g.sub(parameters, g.mul(learningRate, step)), slots: { squareAverage, squareStep } };
  },
  scalars: ({ config }) => ({
    weightDecay: config.weightDecay,
    epsilon: config.epsilon,
    ...averageScalars('alpha', config.alpha),
  }),
};
