/** Drawing by hand: strokes, knots, and tracing what was planned. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalize, resolve } from '../params/config.ts';
import type { Curve } from '../params/kinds.ts';
import { scheduleOptions } from '../params/options.ts';
import { valueText } from '../params/value-text.ts';
import { factorAt } from './drawn.ts';
import { afterStroke, beginStroke, continueStroke, knotAt, onGrid, simplified, withKnot, withoutKnot } from './knots.ts';
import type { Height, Stroke } from './knots.ts';
import { learningRateAt } from './learning-rate.ts';
import { planRun } from './plan.ts';
import { traced } from './trace.ts';

const linear: Height = (value) => value / 2;
const logarithmic: Height = (value) => Math.max(0, 1 + Math.log10(value / 2) / 4);
const ramp: Curve = [
  [0, 1],
  [1, 0],
];

const drag = (base: Curve, points: Curve): Stroke =>
  points
    .slice(1)
    .reduce((stroke, [place, value]) => continueStroke(stroke, onGrid(place, value)), beginStroke(base, onGrid(...points[0]!)));
const stroke = (base: Curve, points: Curve, height = linear): Curve => afterStroke(drag(base, points), height);

describe('factorAt', () => {
  it('is straight between knots and level outside them', () => {
    const curve: Curve = [[0.25, 1], [0.5, 0], [0.75, 0.5]]; // prettier-ignore
    expect([0, 0.25, 0.3125, 0.375, 0.5, 0.75, 1].map((place) => factorAt(curve, place))).toEqual([1, 1, 0.75, 0.5, 0, 0.5, 0.5]);
  });
});

describe('a stroke', () => {
  it('takes the place of the curve between its ends and leaves the rest as it was', () => {
    const curve = stroke(ramp, [[0.3, 1.5], [0.4, 1.5], [0.5, 1.5]]); // prettier-ignore
    expect(curve).toEqual([[0, 1], [0.2999, 0.7], [0.3, 1.5], [0.5, 1.5], [0.5001, 0.5], [1, 0]]); // prettier-ignore
  });

  it('needs no knots at its ends where it joins the curve', () => {
    expect(stroke(ramp, [[0.2, 0.8], [0.5, 0.1], [0.8, 0.2]])).toEqual([[0, 1], [0.2, 0.8], [0.5, 0.1], [0.8, 0.2], [1, 0]]); // prettier-ignore
  });

  it('over the whole run leaves nothing of the curve', () => {
    expect(stroke(ramp, [[-0.1, 0.5], [0.5, 0.9], [1.2, 0.1]])).toEqual([[0, 0.5], [0.5, 0.9], [1, 0.1]]); // prettier-ignore
  });

  it('back over itself corrects what it said before', () => {
    expect(stroke(ramp, [[0, 2], [0.6, 2], [0.6, 1], [0, 1]])).toEqual([[0, 1], [0.6, 1], [0.6001, 0.4], [1, 0]]); // prettier-ignore
  });

  it('without width sets one knot', () => {
    expect(stroke(ramp, [[0.5, 0.9], [0.502, 0.3]])).toEqual([[0, 1], [0.502, 0.3], [1, 0]]); // prettier-ignore
  });

  const place = fc.double({ min: -0.2, max: 1.2, noNaN: true });
  const points = fc.array(fc.tuple(place, fc.double({ min: 0, max: 2, noNaN: true })), { minLength: 1, maxLength: 200 });

  it('whatever it is, gives a curve that a link takes as it is', () => {
    fc.assert(
      fc.property(fc.array(points, { minLength: 1, maxLength: 3 }), fc.constantFrom(linear, logarithmic), (strokes, height) => {
        const bases = strokes.reduce<Curve[]>((curves, one) => [...curves, stroke(curves.at(-1) ?? ramp, one, height)], []);
        const drawn = bases.at(-1) ?? ramp;
        expect(normalize({ drawn })).toEqual({ config: { ...resolve({}), drawn }, problems: [] });
        expect(valueText(drawn).length).toBeLessThan(64 * 16);
      }),
      { numRuns: 60 },
    );
  });

  it('of smooth movement is met to a pixel, on a logarithmic sheet too', () => {
    for (const height of [linear, logarithmic]) {
      const wave = Array.from({ length: 300 }, (_, i) => onGrid(i / 299, 0.001 + Math.abs(Math.sin(i / 40)) * 1.9));
      const curve = stroke(ramp, wave, height);
      expect(curve.length).toBeLessThan(64);
      for (const [at, value] of wave) expect(Math.abs(height(factorAt(curve, at)) - height(value))).toBeLessThan(0.0105);
    }
  });
});

describe('knots', () => {
  it('are added, moved and taken away one by one', () => {
    const three = withKnot(ramp, [0.5, 2], linear);
    expect(three).toEqual([[0, 1], [0.5, 2], [1, 0]]); // prettier-ignore
    expect(withKnot(three, [0.503, 1], linear)).toEqual([[0, 1], [0.503, 1], [1, 0]]); // prettier-ignore
    expect([knotAt(three, 0.505), knotAt(three, 0.3)]).toEqual([1, -1]);
    expect(withoutKnot(three, 1)).toEqual(ramp);
    expect(withoutKnot([[0.5, 1]], 0)).toEqual([[0.5, 1]]);
  });

  it('are never more than a link may hold: the least of them goes', () => {
    const full = Array.from({ length: 64 }, (_, i) => onGrid(i / 63, i % 2));
    expect(withKnot(full, [0.0081, 0.3], linear)).toHaveLength(64);
    expect(simplified(full, linear, 5)).toHaveLength(5);
  });
});

describe('traced', () => {
  const names = scheduleOptions.map(({ value }) => value);
  it.each(names.flatMap((schedule) => [0, 0.1].map((warmup) => ({ schedule, warmup }))))(
    '$schedule behind a warm-up of $warmup goes on as it was planned',
    ({ schedule, warmup }) => {
      const smooth = schedule === 'exponential' || schedule === 'restarts';
      const some = {
        stepSize: 40,
        gamma: smooth ? 0.998 : 0.7,
        per: smooth ? 'step' : 'epoch',
        firstPeriod: 400,
        milestones: [60, 120],
        stepsUp: 300,
        timescale: 100,
      } as const;
      const config = resolve({ trainingSize: 200, batchSize: 20, epochs: 200, learningRate: 0.2, schedule, warmup, ...some });
      const plan = planRun(config, 200);
      const drawn = { ...config, schedule: 'drawn', drawn: traced(config, plan) } as const;
      expect(normalize(drawn).problems).toEqual([]);
      const steps = Array.from({ length: plan.totalSteps }, (_, step) => step);
      const misses = steps.map((step) => Math.abs(learningRateAt(drawn, plan, step) - learningRateAt(config, plan, step)));
      // A jump may be a step early or late; otherwise nothing that can be seen.
      expect(misses.filter((miss) => miss > 0.2 * 0.012).length).toBeLessThanOrEqual(2 * 8);
    },
  );

  it('of a run that is all warm-up is the rate itself', () => {
    const config = resolve({ warmup: 5000, schedule: 'cosine' });
    expect(traced(config, planRun(config, 200))).toEqual([[0, 1]]);
  });
});
