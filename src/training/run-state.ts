/**
 * The host's part of a run: where it stands, which configuration is in force, what the evaluations have said.
 * Plain data and small pure steps on it; the generator in `run.ts` owns the order of things.
 */
import type { Change } from '../params/changes.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { momentumAt } from '../schedule/momentum.ts';
import type { Plan } from '../schedule/plan.ts';
import { planRun } from '../schedule/plan.ts';
import { initialPlateau } from '../schedule/plateau.ts';
import type { RunCounters } from './checkpoint.ts';
import type { EvaluationReport } from './run-types.ts';

/** Mutable on purpose: one run has one state, and only its generator changes it. */
export type MutableCounters = { -readonly [Key in keyof RunCounters]: RunCounters[Key] };

/** The state of a run before its first step. */
export function initialCounters(config: Config, trainingSize: number): MutableCounters {
  return {
    cursor: { step: 0, epoch: 0, position: 0, examples: 0 },
    plan: planRun(config, trainingSize),
    config,
    changes: [],
    plateau: initialPlateau(config),
    cuts: [],
    stopping: { bad: 0 },
    momentumBegun: false,
  };
}

/** Puts live changes into force at the present step and replans where they move the end of the run. */
export function applyPatch(counters: MutableCounters, patch: ConfigPatch, trainingSize: number): void {
  const { step } = counters.cursor;
  const before = counters.config;
  const config = normalize({ ...before, ...patch }).config;
  const applied = (Object.keys(patch) as (keyof Config)[]).filter((id) => config[id] !== before[id]);
  const earlier = counters.changes.filter((change) => change.step !== step || !applied.includes(change.id));
  counters.changes = [...earlier, ...applied.map((id): Change => ({ step, id, value: config[id] }))];
  counters.config = config;
  const counts = ['batchSize', 'dropLast', 'epochs', 'maxSteps'] as const;
  if (counts.some((id) => config[id] !== before[id])) counters.plan = replanned(counters, before, trainingSize);
  // Another monitor speaks another language: what must be beaten starts over.
  if (config.monitor !== before.monitor) counters.stopping = { bad: 0 };
}

/** Whether a change still has to act on a run that goes on from a checkpoint: one at its very step may be in it already or not. */
export function isAhead(change: Change, { cursor, changes }: RunCounters): boolean {
  const isIn = (other: Change) => other.step === change.step && other.id === change.id && other.value === change.value;
  return change.step > cursor.step || (change.step === cursor.step && !changes.some(isIn));
}

/** A new anchor only where the size of steps changes, so that an extended run keeps the very plan of a longer one. */
function replanned({ config, plan, cursor }: RunCounters, before: Config, trainingSize: number): Plan {
  const resized = config.batchSize !== before.batchSize || config.dropLast !== before.dropLast;
  const next = planRun(config, trainingSize, resized ? cursor : plan.anchor);
  return { ...next, totalSteps: Math.max(next.totalSteps, cursor.step) };
}

/** Training steps from the cursor to the next evaluation on the cadence; at least one. */
export function stepsToEvaluation({ config, cursor, plan }: RunCounters, stepsLeftInEpoch: number): number {
  if (config.evaluateEvery > 0) return config.evaluateEvery - (cursor.step % config.evaluateEvery);
  return Math.max(1, cursor.position === 0 ? plan.stepsPerEpoch : stepsLeftInEpoch);
}

/** Whether an evaluation right now is on the cadence. */
export function onCadence({ config, cursor }: RunCounters): boolean {
  return config.evaluateEvery > 0 ? cursor.step % config.evaluateEvery === 0 : cursor.position === 0;
}

/** Momentum used by the step at the cursor. */
export function presentMomentum({ config, cursor }: RunCounters): number {
  return momentumAt(config, cursor.step);
}

/** Steps of warm-up, during which reduce-on-plateau does not listen. */
export function countsForPlateau(evaluation: EvaluationReport, warmupSteps: number): boolean {
  return evaluation.onCadence && evaluation.step >= warmupSteps;
}
