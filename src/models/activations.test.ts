/** Activation functions against values and derivatives recorded from PyTorch (`scripts/reference/activations.py`). */
import { describe, expect, it } from 'vitest';
import { gradients } from '../graph/gradients.ts';
import { graphOf, inDouble, inSingle } from '../testing/evaluate-graph.ts';
import { gap, gapToLargest } from '../testing/gap.ts';
import recorded from '../training/recorded/activations.json' with { type: 'json' };
import { activate } from './activations.ts';
import type { ActivationName } from './activations.ts';

type RecordedActivation = (typeof recorded.cases)[number];

const names = ['value', 'derivative'] as const;

function activationGraph(item: RecordedActivation) {
  return graphOf((g) => {
    const x = g.feed('x', [item.x.length]);
    const value = activate(g, item.activation as ActivationName, x);
    const [derivative = value] = gradients(g, g.sum(value), [x]);
    return { value, derivative };
  });
}

describe('activations follow PyTorch', () => {
  it.each(recorded.cases)('$activation, $inputs inputs, in double precision', (item) => {
    const { value, derivative } = inDouble(activationGraph(item), names, { feeds: { x: item.x } });
    expect(gap(value, item.value)).toBeLessThanOrEqual(1e-10);
    // Far out 1 − tanh² is a difference of nearly equal numbers: only its absolute error is small, in any precision.
    const apart = item.inputs === 'ordinary' ? gap : (a: readonly number[], b: readonly number[]) => gapToLargest(a, b, 1);
    expect(apart(derivative, item.derivative)).toBeLessThanOrEqual(1e-10);
  });

  it.each(recorded.cases)('$activation, $inputs inputs, through the float32 executor', async (item) => {
    const { value, derivative } = await inSingle(activationGraph(item), names, { feeds: { x: item.x } });
    // Both are of the order of 1, and float32 sees no finer than that allows.
    expect(gapToLargest(value, item.value, 1)).toBeLessThanOrEqual(1e-6);
    expect(gapToLargest(derivative, item.derivative, 1)).toBeLessThanOrEqual(1e-6);
  });

  it('linear is the input itself', () => {
    const graph = graphOf((g) => ({ value: activate(g, 'linear', g.feed('x', [3])) }));
    expect(inDouble(graph, ['value'], { feeds: { x: [-2, 0, 5] } }).value).toEqual([-2, 0, 5]);
  });
});
