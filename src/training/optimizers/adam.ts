/**
 * Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019) as `torch.optim` has them. They differ only in where
 * weight decay acts: Adam adds it to the gradient, AdamW shrinks the weights by 1 − lr·wd before the step.
 */
import type { NodeId } from '../../graph/graph.ts';
import type { Optimizer, Update, UpdateInputs } from './optimizer.ts';
import { momentScalars, momentsHaveSettled } from './moments.ts';
import { movingAverage, withDecoupledDecay, withWeightDecay } from './optimizer.ts';

/** √v, or with AMSGrad (Reddi et al. 2018) the root of the largest v so far. */
function rootOfSecondMoment({ g, slot, structure }: UpdateInputs, secondMoment: NodeId): { root: NodeId; largest: NodeId } {
  const before = slot('largestSecondMoment');
  const largest = structure.amsgrad ? g.binary('maximum', before, secondMoment) : before;
  return { root: g.unary('sqrt', structure.amsgrad ? largest : secondMoment), largest };
}

/** m̂ / (√v̂ + ε), the bias corrections folded into `stepSize` = lr / (1 − β₁ᵗ) and `rootCorrection` = √(1 − β₂ᵗ). */
function adamUpdate(inputs: UpdateInputs, parameters: NodeId, gradient: NodeId): Update {
  const { g, slot, scalar } = inputs;
  const firstMoment = movingAverage(inputs, slot('firstMoment'), gradient, 'beta1');
  const secondMoment = movingAverage(inputs, slot('secondMoment'), g.unary('square', gradient), 'beta2');
  const { root, largest } = rootOfSecondMoment(inputs, secondMoment);
  const denominator = g.plus(g.div(root, scalar('rootCorrection')), scalar('epsilon'));
  return {
    parameters: g.sub(parameters, g.mul(scalar('stepSize'), g.div(firstMoment, denominator))),
    slots: { firstMoment, secondMoment, largestSecondMoment: largest },
  };
}

const scalars: Optimizer['scalars'] = (context) => ({
  ...momentScalars(context),
  shrink: context.learningRate * context.config.weightDecay,
});

const passingScalars: Optimizer['passingScalars'] = ({ config, step, learningRate, momentum }) => ({
  stepSize: learningRate / (1 - momentum ** (step + 1)),
  rootCorrection: Math.sqrt(1 - config.beta2 ** (step + 1)),
});

const slots = ['firstMoment', 'secondMoment', 'largestSecondMoment'];

/** Adam: weight decay is part of the gradient. */
export const adam: Optimizer = {
  slots,
  update: (inputs) => adamUpdate(inputs, inputs.parameters, withWeightDecay(inputs)),
  scalars,
  passingScalars,
  haveSettled: momentsHaveSettled,
  rates: ['stepSize', 'shrink'],
};

/** AdamW: weight decay shrinks the weights, beside the gradient. */
export const adamw: Optimizer = {
  slots,
  update: (inputs) => adamUpdate(inputs, withDecoupledDecay(inputs, inputs.parameters), inputs.gradient),
  scalars,
  passingScalars,
  haveSettled: momentsHaveSettled,
  rates: ['stepSize', 'shrink'],
};
