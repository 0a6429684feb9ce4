/**
 * One-cycle and cyclic schedules: where in its cycle a step lies, and the rate and momentum there. Values are those of
 * `torch.optim.lr_scheduler.OneCycleLR` (Smith & Topin 2017) and `CyclicLR` (Smith 2015); the learning rate is their `max_lr`.
 */
import type { Config } from '../params/config.ts';

/** The part of a configuration that decides one cycle. */
export type OneCycleConfig = Pick<Config, 'risingShare' | 'startDivisor' | 'endDivisor' | 'anneal' | 'threePhase'>;

/** The part of a configuration that decides cycles. */
export type CyclicConfig = Pick<Config, 'stepsUp' | 'stepsDown' | 'cycleMode' | 'gamma' | 'minLr'>;

/** A stretch of a cycle: it ends at a step, and runs between two levels: `low` 1 at the peak of the rate, 0 elsewhere. */
interface Phase {
  readonly end: number;
  readonly fromRate: number;
  readonly toRate: number;
  readonly fromPeak: number;
  readonly toPeak: number;
}

/** The phases of one cycle over `length` steps, at a peak rate. */
function phasesOf(config: OneCycleConfig, peak: number, length: number): readonly Phase[] {
  const first = peak / config.startDivisor;
  const last = first / config.endDivisor;
  const up = { end: config.risingShare * length - 1, fromRate: first, toRate: peak, fromPeak: 0, toPeak: 1 };
  if (!config.threePhase) return [up, { end: length - 1, fromRate: peak, toRate: last, fromPeak: 1, toPeak: 0 }];
  return [
    up,
    { end: 2 * config.risingShare * length - 2, fromRate: peak, toRate: first, fromPeak: 1, toPeak: 0 },
    { end: length - 1, fromRate: first, toRate: last, fromPeak: 0, toPeak: 0 },
  ];
}

/** Rate, and nearness to the peak (0…1) along the same curve, at step `step` of `length`. */
export function oneCycleAt(
  config: OneCycleConfig,
  peak: number,
  step: number,
  length: number,
): { readonly rate: number; readonly height: number } {
  const phases = phasesOf(config, peak, length);
  let start = 0;
  for (const [index, phase] of phases.entries()) {
    if (step <= phase.end || index === phases.length - 1) {
      const share = phase.end > start ? Math.min(1, Math.max(0, (step - start) / (phase.end - start))) : 1;
      const between = config.anneal === 'cos' ? cosine : linear;
      return { rate: between(phase.fromRate, phase.toRate, share), height: between(phase.fromPeak, phase.toPeak, share) };
    }
    start = phase.end;
  }
  return { rate: peak, height: 1 };
}

/** Steps at which the curve of one cycle bends. */
export function oneCycleCorners(config: OneCycleConfig, length: number): readonly number[] {
  return phasesOf(config, 1, length).map(({ end }) => Math.round(end));
}

/** Height of the cycle at a step, 0…1, before it fades, and its number from 1. */
function triangleAt({ stepsUp, stepsDown }: Pick<CyclicConfig, 'stepsUp' | 'stepsDown'>, step: number): { height: number; cycle: number } {
  const total = stepsUp + (stepsDown || stepsUp);
  const cycle = Math.floor(1 + step / total);
  const x = 1 + step / total - cycle;
  const ratio = stepsUp / total;
  return { height: x <= ratio ? x / ratio : (x - 1) / (ratio - 1), cycle };
}

/** Rate and height of the cycle (0…1, faded) at a step. */
export function cyclicAt(config: CyclicConfig, peak: number, step: number): { readonly rate: number; readonly height: number } {
  const { height, cycle } = triangleAt(config, step);
  const faded = height * { triangular: 1, triangular2: 1 / 2 ** (cycle - 1), exp_range: config.gamma ** step }[config.cycleMode];
  return { rate: config.minLr + (peak - config.minLr) * faded, height: faded };
}

/** Steps below `length` at which cycles turn, as long as there are at most `most`; else none. */
export function cyclicCorners({ stepsUp, stepsDown }: CyclicConfig, length: number, most: number): readonly number[] {
  const total = stepsUp + (stepsDown || stepsUp);
  const count = Math.ceil(length / total);
  if (2 * count > most) return [];
  return Array.from({ length: count }, (_, k) => [k * total, k * total + stepsUp]).flat();
}

function cosine(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
}

function linear(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
