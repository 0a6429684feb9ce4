/** Rules that go by the sign of the gradient: Rprop (Riedmiller & Braun 1993) as `torch.optim` has it, and Lion (Chen et al. 2023). */
import type { Optimizer } from './optimizer.ts';
import { averageScalars, movingAverage, withDecoupledDecay } from './optimizer.ts';

/**
 * Rprop: each weight has a step size of its own, which grows while its gradient keeps its sign and shrinks when it turns; after a turn
 * the weight waits one step. The learning rate is only the first step size. Meant for full batches: noise turns signs.
 */
export const rprop: Optimizer = {
  slots: ['previousGradient', 'stepSize'],
  rates: ['firstStepSize'],
  update: ({ g, parameters, gradient, slot, scalar }) => {
    const agreement = g.unary('sign', g.mul(gradient, slot('previousGradient')));
    const grown = g.unary('relu', agreement);
    const turned = g.unary('relu', g.unary('neg', agreement));
    const one = g.constant(1);
    const growth = g.mul(g.sub(scalar('etaPlus'), one), grown);
    const shrinking = g.mul(g.sub(scalar('etaMinus'), one), turned);
    const size = g.mul(g.plus(slot('stepSize'), scalar('firstStepSize')), g.plus(one, g.plus(growth, shrinking)));
    const stepSize = g.binary('maximum', g.binary('minimum', size, scalar('stepMax')), scalar('stepMin'));
    const used = g.mul(gradient, g.sub(one, turned));
    return {
      parameters: g.sub(parameters, g.mul(g.unary('sign', used), stepSize)),
      slots: { previousGradient: used, stepSize },
    };
  },
  scalars: ({ config, learningRate, memory }) => ({
    etaMinus: config.etaMinus,
    etaPlus: config.etaPlus,
    stepMin: rpropStepSizes.min,
    stepMax: rpropStepSizes.max,
    firstStepSize: memory['begun'] ? 0 : learningRate,
  }),
  remember: ({ memory }) => (memory['begun'] === undefined ? { begun: 1 } : memory),
};

/** PyTorch's `step_sizes`. */
const rpropStepSizes = { min: 1e-6, max: 50 };

/** Lion: a step of one size for every weight, along the sign of momentum that looks ahead; weight decay is decoupled. */
export const lion: Optimizer = {
  slots: ['firstMoment'],
  rates: ['shrink'],
  update: (inputs) => {
    const { g, gradient, learningRate, slot } = inputs;
    const direction = g.unary('sign', movingAverage(inputs, slot('firstMoment'), gradient, 'beta1'));
    return {
      parameters: g.sub(withDecoupledDecay(inputs, inputs.parameters), g.mul(learningRate, direction)),
      slots: { firstMoment: movingAverage(inputs, slot('firstMoment'), gradient, 'beta2') },
    };
  },
  scalars: ({ config, learningRate, momentum }) => ({
    shrink: learningRate * config.weightDecay,
    ...averageScalars('beta1', momentum),
    ...averageScalars('beta2', config.beta2),
  }),
};
