/**
 * L-BFGS (Liu & Nocedal 1989) as `torch.optim.LBFGS` has it: one step is several iterations on the same batch, each along a direction that
 * the last changes of gradient and weights give, and so costs several gradients.
 *
 * Idea: it is driven from outside the graph, since how often the gradient is taken depends on what it says. Everything here is host
 * arithmetic in double precision on an objective that it is handed. `keep` rounds what outlives an iteration, so that a checkpoint holds
 * it exactly. In the graph the rule is to go where the slot `next` says.
 */
import type { Config } from '../../params/config.ts';
import type { Optimizer } from './optimizer.ts';
import { leastChange, strongWolfe } from './line-search.ts';
import type { Trial } from './line-search.ts';

/** Slot through which the host says where to take the gradient, and where to go. */
export const nextSlot = 'next';

/** Whether the steps are taken from outside the graph. */
export function isDrivenFromOutside({ optimizer }: Pick<Config, 'optimizer'>): boolean {
  return optimizer === 'lbfgs';
}

/** The rule as the step graph sees it. */
export const lbfgs: Optimizer = {
  slots: [nextSlot],
  start: (parameters) => ({ [nextSlot]: parameters.slice() }),
  update: ({ slot }) => ({ parameters: slot(nextSlot), slots: {} }),
  scalars: ({ config }) => ({
    iterations: config.iterations,
    history: config.historySize,
    searches: config.lineSearch === 'wolfe' ? 1 : 0,
  }),
};

type Vector = Float64Array;

/** What the steps so far have taught about curvature. */
export interface LbfgsState {
  /** Iterations so far. */
  readonly iterations: number;
  /** The last direction, how far it was followed, and the gradient that it came from. */
  readonly direction: Vector;
  readonly length: number;
  readonly gradient: Vector;
  /** Changes of the weights and of the gradient, oldest first. */
  readonly steps: readonly Vector[];
  readonly changes: readonly Vector[];
  /** First guess of the inverse curvature. */
  readonly scale: number;
}

/** Loss, penalties included, and gradient at a place. */
export type Objective = (place: Vector) => Promise<{ readonly loss: number; readonly gradient: Vector }>;

/** How a step is taken. */
export interface LbfgsOptions {
  readonly rate: number;
  /** Most iterations. */
  readonly iterations: number;
  /** Pairs of changes that are remembered. */
  readonly history: number;
  readonly searches: boolean;
  readonly keep: (vector: Vector) => Vector;
}

/** What a step came to. `looks`: how often the gradient was taken. */
export interface LbfgsStep {
  readonly place: Vector;
  readonly state: LbfgsState | undefined;
  readonly looks: number;
}

/** PyTorch's `tolerance_grad`, and the least y·s that says something about curvature. */
const flatGradient = 1e-7;
const leastCurvature = 1e-10;

/** One step from `start`. */
export async function lbfgsStep(
  start: Vector,
  before: LbfgsState | undefined,
  objective: Objective,
  options: LbfgsOptions,
): Promise<LbfgsStep> {
  const { rate, iterations, searches, keep } = options;
  let here = await objective(start);
  let [place, state, looks] = [start, before, 1];
  if (largest(here.gradient) <= flatGradient) return { place, state, looks };
  for (let round = 1; ; round++) {
    const [from, { loss }] = [place, here];
    const curved: Omit<LbfgsState, 'length'> = nextDirection(state, here.gradient, options);
    const { direction } = curved;
    let length = curved.iterations === 1 ? Math.min(1, 1 / here.gradient.reduce((sum, x) => sum + Math.abs(x), 0)) * rate : rate;
    state = { ...curved, length };
    const slope = dot(here.gradient, direction);
    if (slope > -leastChange) break;
    const at = (reach: number) => keep(direction.map((d, i) => (from[i] ?? 0) + reach * d));
    if (searches) {
      const found = await strongWolfe({
        start: { ...here, length: 0, slope },
        at: (reach) => look(objective, at(reach), direction, reach),
        firstLength: length,
        reach: largest(direction),
      });
      ({ length } = found.trial);
      here = found.trial;
      looks += found.looks;
    }
    place = at(length);
    state = { ...state, length };
    if (round === iterations) break;
    if (!searches) {
      here = await objective(place);
      looks += 1;
    }
    if (looks >= Math.floor((iterations * 5) / 4) || largest(here.gradient) <= flatGradient) break;
    if (Math.abs(length) * largest(direction) <= leastChange || Math.abs(here.loss - loss) < leastChange) break;
  }
  return { place, state, looks };
}

async function look(objective: Objective, place: Vector, direction: Vector, length: number): Promise<Trial> {
  const { loss, gradient } = await objective(place);
  return { length, loss, gradient, slope: dot(gradient, direction) };
}

/** Takes the last step into memory and turns the gradient into a direction. */
function nextDirection(state: LbfgsState | undefined, gradient: Vector, { history, keep }: LbfgsOptions): Omit<LbfgsState, 'length'> {
  if (!state) return { iterations: 1, direction: gradient.map((g) => -g), gradient, steps: [], changes: [], scale: 1 };
  let { steps, changes, scale } = state;
  const change = keep(gradient.map((g, i) => g - (state.gradient[i] ?? 0)));
  const step = keep(state.direction.map((d) => d * state.length));
  const curvature = dot(change, step);
  if (curvature > leastCurvature) {
    const stays = Math.max(0, steps.length - history + 1);
    steps = [...steps.slice(stays), step];
    changes = [...changes.slice(stays), change];
    scale = curvature / dot(change, change);
  }
  return {
    iterations: state.iterations + 1,
    direction: keep(alongCurvature(gradient, steps, changes, scale)),
    gradient,
    steps,
    changes,
    scale,
  };
}

/** Minus the inverse curvature times the gradient, by two passes over the pairs (Nocedal & Wright 2006, algorithm 7.4). */
function alongCurvature(gradient: Vector, steps: readonly Vector[], changes: readonly Vector[], scale: number): Vector {
  const result = gradient.map((g) => -g);
  const pairs = steps.map((step, i) => {
    const change = changes[i] ?? step;
    return { step, change, inverse: 1 / dot(change, step), share: 0 };
  });
  for (const pair of pairs.toReversed()) {
    pair.share = dot(pair.step, result) * pair.inverse;
    add(result, pair.change, -pair.share);
  }
  result.forEach((value, i) => (result[i] = value * scale));
  for (const { step, change, inverse, share } of pairs) add(result, step, share - dot(change, result) * inverse);
  return result;
}

function add(to: Vector, what: Vector, times: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) + times * (what[i] ?? 0);
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function largest(vector: Vector): number {
  return vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
