/**
 * Adamax (Kingma & Ba 2015), NAdam (Dozat 2016) and RAdam (Liu et al. 2020) as `torch.optim` 1.13 has them. All keep Adam's two
 * moments; what depends on the step alone, NAdam's product of momenta and RAdam's rectification, is computed on the host.
 */
import { momentScalars } from './moments.ts';
import type { Optimizer } from './optimizer.ts';
import { isCorrected, movingAverage, withWeightDecay } from './optimizer.ts';

/** Adamax: Adam with the largest recent gradient in place of the root mean square. */
export const adamax: Optimizer = {
  slots: ['firstMoment', 'largestGradient'],
  rates: ['stepSize'],
  update: (inputs) => {
    const { g, parameters, slot, scalar } = inputs;
    const gradient = withWeightDecay(inputs);
    const firstMoment = movingAverage(inputs, slot('firstMoment'), gradient, 'beta1');
    const faded = g.mul(scalar('beta2'), slot('largestGradient'));
    const largestGradient = g.binary('maximum', faded, g.plus(g.unary('abs', gradient), scalar('epsilon')));
    return {
      parameters: g.sub(parameters, g.mul(scalar('stepSize'), g.div(firstMoment, largestGradient))),
      slots: { firstMoment, largestGradient },
    };
  },
  scalars: momentScalars,
  passingScalars: ({ learningRate, momentum, step }) => ({ stepSize: learningRate / (1 - momentum ** (step + 1)) }),
  haveSettled: ({ step, momentum }) => isCorrected(momentum, step),
};

/** μ of step t (from 1): β₁·(1 − ½·0.96^(t·ψ)). */
export function momentumOf(beta1: number, t: number, decay: number): number {
  return beta1 * (1 - 0.5 * 0.96 ** (t * decay));
}

/** NAdam: Adam that looks one step ahead, with a momentum that warms up. The memory holds the product of the momenta used. */
export const nadam: Optimizer = {
  slots: ['firstMoment', 'secondMoment'],
  rates: ['alongGradient', 'alongMoment'],
  update: (inputs) => {
    const { g, parameters, slot, scalar } = inputs;
    const gradient = withWeightDecay(inputs);
    const firstMoment = movingAverage(inputs, slot('firstMoment'), gradient, 'beta1');
    const secondMoment = movingAverage(inputs, slot('secondMoment'), g.unary('square', gradient), 'beta2');
    const denominator = g.plus(g.div(g.unary('sqrt', secondMoment), scalar('rootCorrection')), scalar('epsilon'));
    const ahead = g.plus(g.mul(scalar('alongGradient'), gradient), g.mul(scalar('alongMoment'), firstMoment));
    return { parameters: g.sub(parameters, g.div(ahead, denominator)), slots: { firstMoment, secondMoment } };
  },
  scalars: momentScalars,
  passingScalars: ({ config, step, learningRate, momentum, memory }) => {
    const [now, next] = [step + 1, step + 2].map((t) => momentumOf(momentum, t, config.momentumDecay));
    const product = (memory['product'] ?? 1) * (now ?? 0);
    return {
      rootCorrection: Math.sqrt(1 - config.beta2 ** (step + 1)),
      alongGradient: (learningRate * (1 - (now ?? 0))) / (1 - product),
      alongMoment: (learningRate * (next ?? 0)) / (1 - product * (next ?? 0)),
    };
  },
  remember: ({ config, step, momentum, memory }) => ({
    product: (memory['product'] ?? 1) * momentumOf(momentum, step + 1, config.momentumDecay),
  }),
};

/** RAdam: Adam whose first steps, while v rests on few gradients, are plain momentum; later ones are rectified. */
export const radam: Optimizer = {
  slots: ['firstMoment', 'secondMoment'],
  rates: ['plain', 'adaptive'],
  update: (inputs) => {
    const { g, parameters, slot, scalar } = inputs;
    const gradient = withWeightDecay(inputs);
    const firstMoment = movingAverage(inputs, slot('firstMoment'), gradient, 'beta1');
    const secondMoment = movingAverage(inputs, slot('secondMoment'), g.unary('square', gradient), 'beta2');
    const adaptive = g.div(scalar('adaptive'), g.plus(g.unary('sqrt', secondMoment), scalar('epsilon')));
    const factor = g.plus(scalar('plain'), adaptive);
    return { parameters: g.sub(parameters, g.mul(firstMoment, factor)), slots: { firstMoment, secondMoment } };
  },
  scalars: momentScalars,
  passingScalars: ({ config, step, learningRate, momentum }) => {
    const t = step + 1;
    const rate = learningRate / (1 - momentum ** t);
    const faded = config.beta2 ** t;
    const longest = 2 / (1 - config.beta2) - 1;
    const length = longest - (2 * t * faded) / (1 - faded);
    // Below 5 the variance of 1/√v is not tractable (Liu et al. 2020, section 3.1).
    if (!(length > 5)) return { plain: rate, adaptive: 0 };
    const rectified = ((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length);
    return { plain: 0, adaptive: rate * Math.sqrt((1 - faded) * rectified) };
  },
};
