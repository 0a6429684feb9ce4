/** Early stopping as a state machine: which evaluation is best, what counts against patience, when it runs out. */
import { describe, expect, it } from 'vitest';
import type { StoppingConfig, StoppingState } from './early-stopping.ts';
import { cutsRate, observe, ranOut } from './early-stopping.ts';

const settings: StoppingConfig = {
  earlyStopping: true,
  monitor: 'loss',
  patience: 2,
  minDelta: 0,
  stopMode: 'absolute',
  stopAfter: 0,
  baseline: 0,
  monitorSmoothing: 0,
  onPatience: 'stop',
};

/** Feeds losses (or metrics) one after the other; an entry may say that it is off the cadence. */
function watched(
  values: readonly (number | { readonly off: number })[],
  config: Partial<StoppingConfig> = {},
  higherIsBetter = false,
): { states: StoppingState[]; best: boolean[]; stop: boolean[] } {
  const states: StoppingState[] = [];
  const best: boolean[] = [];
  const stop: boolean[] = [];
  let state: StoppingState = { bad: 0 };
  values.forEach((entry, step) => {
    const value = typeof entry === 'number' ? entry : entry.off;
    const evaluation = { step, valLoss: value, valMetric: value, onCadence: typeof entry === 'number' };
    const observed = observe(state, evaluation, { ...settings, ...config }, higherIsBetter);
    state = observed.state;
    states.push(state);
    best.push(observed.isBest);
    stop.push(ranOut(state, { ...settings, ...config }));
  });
  return { states, best, stop };
}

describe('early stopping', () => {
  it('stops once as many evaluations as patience allows have not improved', () => {
    expect(watched([5, 4, 4, 4.5]).stop).toEqual([false, false, false, true]);
    expect(watched([5, 4, 4, 4.5]).states.map(({ bad }) => bad)).toEqual([0, 0, 1, 2]);
  });

  it('an improvement sets patience back', () => {
    expect(watched([5, 6, 4, 6, 3, 6]).stop).toEqual(Array(6).fill(false));
  });

  it('never stops when off, but still knows the best', () => {
    const { stop, states } = watched([3, 4, 4, 4, 4], { earlyStopping: false });
    expect(stop).toEqual(Array(5).fill(false));
    expect(states.at(-1)?.best?.step).toBe(0);
  });

  it('an improvement must be more than min delta for patience, but the best is the best', () => {
    const { states, best } = watched([5, 4.95, 4.85, 4.8], { minDelta: 0.1, patience: 10 });
    expect(states.map(({ bad }) => bad)).toEqual([0, 1, 0, 1]);
    expect(best).toEqual([true, true, true, true]);
    expect(watched([5, 4.5], { minDelta: 0.5, patience: 10 }).states.at(-1)?.bad).toBe(1);
  });

  it('small improvements add up: the reference is what was last counted', () => {
    expect(watched([5, 4.95, 4.89, 4.85], { minDelta: 0.1 }).states.map(({ reference }) => reference)).toEqual([5, 5, 4.89, 4.89]);
  });

  it('an evaluation off the cadence can be the best, but never feeds patience', () => {
    const { states, best, stop } = watched([5, 6, { off: 4 }, { off: 7 }, 4.5], { patience: 2 });
    expect(states.map(({ bad }) => bad)).toEqual([0, 1, 1, 1, 0]);
    expect(best).toEqual([true, false, true, false, false]);
    expect(stop).toEqual(Array(5).fill(false));
  });

  it('a value that is not finite counts against patience and is never the best', () => {
    const { states, best, stop } = watched([Number.NaN, 5, Number.NaN, Infinity]);
    expect(best).toEqual([false, true, false, false]);
    expect(stop.at(-1)).toBe(true);
    expect(states.at(-1)?.best?.step).toBe(1);
  });

  it('watches the metric in its own direction', () => {
    const accuracy = watched([0.5, 0.9, 0.8], { monitor: 'metric' }, true);
    expect(accuracy.states.at(-1)?.best?.step).toBe(1);
    expect(accuracy.states.map(({ bad }) => bad)).toEqual([0, 0, 1]);
    expect(watched([0.5, 0.9, 0.4], { monitor: 'metric' }, false).states.at(-1)?.best?.step).toBe(2);
  });

  it('the first of equals is the best', () => {
    expect(watched([4, 4, 4]).states.at(-1)?.best?.step).toBe(0);
  });
});

describe('the finer settings', () => {
  it('a relative improvement is a share of the best', () => {
    const relative = { minDelta: 0.1, stopMode: 'relative', patience: 10 } as const;
    expect(watched([100, 91, 89, 10, 9.5, 8], relative).states.map(({ bad }) => bad)).toEqual([0, 1, 0, 0, 1, 0]);
  });

  it('patience starts late', () => {
    expect(watched([1, 2, 2, 2, 2], { stopAfter: 3 }).states.map(({ bad }) => bad)).toEqual([0, 0, 0, 1, 2]);
  });

  it('nothing counts before the baseline is beaten; of a metric that grows, from below', () => {
    expect(watched([5, 4, 3, 2, 2.5], { baseline: 2.9, patience: 9 }).states.map(({ bad }) => bad)).toEqual([1, 2, 3, 0, 1]);
    const metric = { baseline: 0.5, monitor: 'metric', patience: 9 } as const;
    expect(watched([0.4, 0.6, 0.55], metric, true).states.map(({ bad }) => bad)).toEqual([1, 0, 1]);
  });

  it('a moving average forgives one lucky value; the best is still that value', () => {
    const { states, best } = watched([4, 1, 3, 3, 3], { monitorSmoothing: 0.5, patience: 9 });
    expect(states.map(({ smoothed }) => smoothed)).toEqual([4, 2.5, 2.75, 2.875, 2.9375]);
    expect(states.map(({ bad }) => bad)).toEqual([0, 0, 1, 2, 3]);
    expect(best).toEqual([true, true, false, false, false]);
  });

  it('remembers where each smaller patience would have ended', () => {
    expect(watched([3, 4, 2, 3, 4, 1, 5, 6, 7], { patience: 9 }).states.at(-1)?.reached).toEqual([1, 4, 8]);
  });

  it('to cut is not to stop', () => {
    const { stop, states } = watched([1, 2, 2], { onPatience: 'cut' });
    expect(stop).toEqual([false, false, false]);
    expect(states.map((state) => cutsRate(state, { ...settings, onPatience: 'cut' }))).toEqual([false, false, true]);
  });
});
