/** Stochastic gradient descent with momentum, dampening and Nesterov (`torch.optim.SGD`; Sutskever et al. 2013). */
import type { Optimizer } from './optimizer.ts';
import { withWeightDecay } from './optimizer.ts';

/**
 * v ← keep·v + take·g, w ← w − lr·(direct·g + along·v). On the first step with momentum keep = 0 and take = 1, so that
 * v = g; Nesterov is direct = 1, along = μ, otherwise direct = 0, along = 1.
 */
export const sgd: Optimizer = {
  slots: ['momentum'],
  update: (inputs) => {
    const { g, parameters, learningRate, slot, scalar, structure } = inputs;
    const gradient = withWeightDecay(inputs);
    if (!structure.momentum) return { parameters: g.sub(parameters, g.mul(learningRate, gradient)), slots: { momentum: slot('momentum') } };
    const momentum = g.plus(g.mul(scalar('keep'), slot('momentum')), g.mul(scalar('take'), gradient));
    const direction = g.plus(g.mul(scalar('direct'), gradient), g.mul(scalar('along'), momentum));
    return { parameters: g.sub(parameters, g.mul(learningRate, direction)), slots: { momentum } };
  },
  scalars: ({ config, momentum, memory }) => ({
    weightDecay: config.weightDecay,
    keep: memory['begun'] ? momentum : 0,
    // PyTorch refuses Nesterov with dampening; here dampening does not apply then.
    take: memory['begun'] && !config.nesterov ? 1 - config.dampening : 1,
    direct: config.nesterov ? 1 : 0,
    along: config.nesterov ? momentum : 1,
  }),
  remember: ({ momentum, memory }) => (momentum > 0 && memory['begun'] === undefined ? { begun: 1 } : memory),
};
