/**
 * Where a drawn schedule lies on the learning-rate chart: from places and values of its axes to knots and back, behind the warm-up and on
 * any axis but time. Pure; the line is that of the code that trains.
 */
import { scaledRate } from '../../params/effective.ts';
import type { Curve, Knot } from '../../params/kinds.ts';
import { onGrid, type Height } from '../../schedule/knots.ts';
import { warmupSteps } from '../../schedule/warmup.ts';
import { shownPlan, type ChartInput } from './axis.ts';
import { liveSnapshot, placeOnAxis, plannedSeries } from './learning-rate-model.ts';
import type { Series } from './plot-model.ts';
import { fractionOf, type Scale } from './scale.ts';

/** What is drawn on. */
export interface Sheet {
  readonly curve: Curve;
  /** The knot under a place and a rate of the chart. */
  readonly knotUnder: (x: number, rate: number) => Knot;
  readonly pointOf: (knot: Knot) => { readonly x: number; readonly rate: number };
  /** The planned line, were this the curve. */
  readonly lineOf: (curve: Curve) => Series | undefined;
  /** How high factors stand on a y scale. */
  readonly heightOn: (y: Scale) => Height;
}

/** The step at a place of the axis, with fraction: places only grow with steps. */
function stepAt(placeOf: (step: number) => number, x: number, totalSteps: number): number {
  let [low, high] = [0, totalSteps];
  for (let halvings = 0; halvings < 40; halvings++) {
    const middle = (low + high) / 2;
    if (placeOf(middle) < x) low = middle;
    else high = middle;
  }
  return high;
}

/** The sheet, or nothing where there is no drawn schedule to see. */
export function sheetOf(input: ChartInput): Sheet | undefined {
  const plan = shownPlan(input);
  const { config, settings } = input;
  if (config.schedule !== 'drawn' || plan === undefined || settings.axis === 'seconds') return undefined;
  const placeOf = placeOnAxis(input, plan);
  const warmup = warmupSteps(config, plan);
  const length = Math.max(1, plan.totalSteps - warmup);
  const rate = scaledRate(config) * (liveSnapshot(input)?.rateFactor ?? 1);
  return {
    curve: config.drawn,
    knotUnder: (x, y) => onGrid((stepAt(placeOf, x, plan.totalSteps) - warmup) / length, y / rate),
    pointOf: ([place, factor]) => ({ x: placeOf(warmup + place * length), rate: factor * rate }),
    lineOf: (drawn) => plannedSeries({ ...input, config: { ...config, drawn } })[0],
    heightOn: (y) => (factor) => Math.min(1, Math.max(0, fractionOf(y, factor * rate))),
  };
}
