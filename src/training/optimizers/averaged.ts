/**
 * Rules that average weights: ASGD (Polyak & Juditsky 1992) as `torch.optim` has it, and Schedule-Free SGD and AdamW (Defazio et al. 2024).
 *
 * Schedule-Free keeps two sequences: z takes the steps, x is their weighted mean and is what `parameters` holds, so that evaluation,
 * pictures and checkpoints see x. Gradients are taken between them, at y = (1 − β)·z + β·x. The weights of the mean are the squares of the
 * largest rate so far, summed on the host.
 */
import type { NodeId } from '../../graph/graph.ts';
import type { Memory, Optimizer, PlaceInputs, StepContext, UpdateInputs } from './optimizer.ts';
import { averageScalars, movingAverage, withWeightDecay } from './optimizer.ts';

/** η of ASGD before step `step`: the rate at the first, then η / (1 + λ·η·t)^α of the step before. */
function asgdRate({ step, learningRate, memory }: StepContext): number {
  return step === 0 ? learningRate : (memory['rate'] ?? learningRate);
}

/** ASGD: SGD with a rate that decays by itself. The mean of its weights from step t₀ on is the run's weight average (`average.ts`). */
export const asgd: Optimizer = {
  slots: [],
  rates: ['rate', 'shrink'],
  update: (inputs) => {
    const { g, parameters, scalar } = inputs;
    const gradient = withWeightDecay(inputs);
    // λ shrinks biases too: it is part of the rule, not a penalty.
    const shrunk = g.sub(parameters, g.mul(scalar('shrink'), parameters));
    return { parameters: g.sub(shrunk, g.mul(scalar('rate'), gradient)), slots: {} };
  },
  scalars: ({ config }) => ({ weightDecay: config.weightDecay }),
  passingScalars: (context) => {
    const rate = asgdRate(context);
    return { rate, shrink: context.config.lambda * rate };
  },
  remember: ({ config, step, learningRate }) => ({
    rate: learningRate / (1 + config.lambda * learningRate * (step + 1)) ** config.ratePower,
  }),
};

/** y = (1 − β)·z + β·x */
function between({ g, parameters, slot, scalar }: PlaceInputs): NodeId {
  return g.plus(g.mul(scalar('toZ'), slot('z')), g.mul(scalar('toX'), parameters));
}

/** The step of z and the new mean x, for a direction found at y. */
function scheduleFree(inputs: UpdateInputs, direction: NodeId, slots: Readonly<Record<string, NodeId>>) {
  const { g, parameters, slot, scalar, structure, decayMask } = inputs;
  const decayed = structure.weightDecay ? g.plus(direction, g.mul(scalar('weightDecay'), g.mul(decayMask, between(inputs)))) : direction;
  const z = g.sub(slot('z'), g.mul(inputs.learningRate, decayed));
  const x = g.plus(parameters, g.mul(scalar('share'), g.sub(z, parameters)));
  return { parameters: x, slots: { z, ...slots } };
}

/** Sum of the weights of the mean so far, and the largest rate. */
function weigh({ learningRate, memory }: StepContext): Required<Pick<Memory, 'largest' | 'sum'>> & { readonly weight: number } {
  const largest = Math.max(learningRate, memory['largest'] ?? 0);
  const weight = largest ** 2;
  return { largest, weight, sum: (memory['sum'] ?? 0) + weight };
}

/** Part of the step's z in the mean. */
function shareOf(context: StepContext): number {
  const { weight, sum } = weigh(context);
  return sum > 0 ? weight / sum : 0;
}

const common = {
  rates: ['share'],
  scalars: ({ config, momentum }) => ({ toZ: 1 - momentum, toX: momentum, weightDecay: config.weightDecay }),
  start: (parameters: Float32Array) => ({ z: parameters.slice() }),
  place: between,
  remember: (context: StepContext): Memory => {
    const { largest, sum } = weigh(context);
    return { largest, sum };
  },
} satisfies Partial<Optimizer>;

/** Schedule-Free SGD. */
export const scheduleFreeSgd: Optimizer = {
  ...common,
  slots: ['z'],
  update: (inputs) => scheduleFree(inputs, inputs.gradient, {}),
  passingScalars: (context) => ({ share: shareOf(context) }),
};

/** Schedule-Free AdamW: the direction is g / (√v̂ + ε). */
export const scheduleFreeAdamW: Optimizer = {
  ...common,
  slots: ['z', 'secondMoment'],
  update: (inputs) => {
    const { g, gradient, slot, scalar } = inputs;
    const secondMoment = movingAverage(inputs, slot('secondMoment'), g.unary('square', gradient), 'beta2');
    const denominator = g.plus(g.div(g.unary('sqrt', secondMoment), scalar('rootCorrection')), scalar('epsilon'));
    return scheduleFree(inputs, g.div(gradient, denominator), { secondMoment });
  },
  scalars: (context) => ({
    epsilon: context.config.epsilon,
    ...common.scalars(context),
    ...averageScalars('beta2', context.config.beta2),
  }),
  passingScalars: (context) => ({
    share: shareOf(context),
    rootCorrection: Math.sqrt(1 - context.config.beta2 ** (context.step + 1)),
  }),
};
