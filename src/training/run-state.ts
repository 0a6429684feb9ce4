/**
 * The host's part of a run: where it stands, which configuration is in force, what the evaluations have said.
 * Plain data and small pure steps on it; the generator in `run.ts` owns the order of things.
 */
import { effectiveBatch, scaledRate } from '../params/effective.ts';
import type { Change } from '../params/changes.ts';
import { patchOf } from '../params/changes.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { differs, normalize, sameValue } from '../params/config.ts';
import { planRun, replan, stepsFor } from '../schedule/plan.ts';
import { initialPlateau, plateauStep } from '../schedule/plateau.ts';
import { warmupSteps } from '../schedule/warmup.ts';
import { judged } from './average.ts';
import { cutsRate, observe } from './early-stopping.ts';
import type { RunCounters } from './checkpoint.ts';
import type { EvaluationReport } from './run-types.ts';

/** Mutable on purpose: one run has one state, and only its generator changes it. */
export type MutableCounters = { -readonly [Key in keyof RunCounters]: RunCounters[Key] };

/** The state of a run before its first step. */
export function initialCounters(config: Config, trainingSize: number): MutableCounters {
  return {
    cursor: { step: 0, epoch: 0, position: 0, examples: 0 },
    plan: planRun(config, trainingSize),
    initial: config,
    config,
    changes: [],
    coming: [],
    plateau: initialPlateau,
    cuts: [],
    stopping: { bad: 0 },
    memory: {},
    averageBegun: false,
    rateFactor: 1,
    observed: -1,
  };
}

/**
 * Puts live changes into force at the present step and replans where they move the end of the run.
 *
 * All changes of one step act as one, from what was in force when the step was reached: a slider that is moved and moved
 * back leaves no trace, and a link, which holds only what the changes came to, repeats the run. The last argument tells where the cursor
 * and early stopping were before the step was left.
 */
export function applyPatch(
  counters: MutableCounters,
  patch: ConfigPatch,
  trainingSize: number,
  { cursor, stopping }: Pick<MutableCounters, 'cursor' | 'stopping'> = counters,
): void {
  const { step } = cursor;
  const { config: before, plan } = counters;
  const start = counters.atStep?.step === step ? counters.atStep : { step, config: before, plan, stopping };
  const here = counters.changes.filter((change) => change.step === step).map(patchOf);
  const config = normalize({ ...start.config, ...(Object.assign({}, ...here, patch) as ConfigPatch) }).config;
  const changed = differs(start.config, config);
  counters.atStep = start;
  counters.changes = [
    ...counters.changes.filter((change) => change.step !== step),
    ...changed.map((id): Change => ({ step, id, value: config[id] })),
  ];
  counters.config = config;
  counters.plan = replan(start, config, cursor, trainingSize);
  // Another monitor speaks another language: what must be beaten starts over.
  if (watched(config) !== watched(start.config)) counters.stopping = { bad: 0 };
  else if (watched(before) !== watched(config)) counters.stopping = start.stopping;
}

/** What early stopping watches, in short. */
export function watched(config: Config): string {
  return `${config.monitor} ${judged(config)}`;
}

/**
 * With drop last, a rest of an epoch that is smaller than the batch now in force is passed over: the epoch is done. Only when the step is left,
 * since the batch may still change at it. True if the cursor moved.
 */
export function passRest(counters: MutableCounters, trainingSize: number): boolean {
  const { config, cursor } = counters;
  const isDone = config.dropLast && cursor.position > 0 && trainingSize - cursor.position < Math.min(effectiveBatch(config), trainingSize);
  if (isDone) counters.cursor = { ...cursor, epoch: cursor.epoch + 1, position: 0 };
  return isDone;
}

/** Whether a change still has to act on a run that goes on from a checkpoint: one at its very step may be in it already or not. */
export function isAhead(change: Change, { cursor, changes }: RunCounters): boolean {
  const isIn = (other: Change) => other.step === change.step && other.id === change.id && sameValue(other.value, change.value);
  return change.step > cursor.step || (change.step === cursor.step && !changes.some(isIn));
}

/** Steps that may be taken in one: as many as lie before the next evaluation, live change or end of the run. */
export function stepsInOne(counters: RunCounters, trainingSize: number): number {
  const { cursor, plan, config, coming } = counters;
  const toChange = (coming[0]?.step ?? Infinity) - cursor.step;
  const toEvaluation = stepsToEvaluation(counters, stepsFor(trainingSize - cursor.position, config));
  return Math.max(0, Math.min(plan.totalSteps - cursor.step, toChange, toEvaluation));
}

/** Training steps from the cursor to the next evaluation on the cadence; at least one. */
function stepsToEvaluation({ config, cursor, plan }: RunCounters, stepsLeftInEpoch: number): number {
  if (config.evaluateEvery > 0) return config.evaluateEvery - (cursor.step % config.evaluateEvery);
  return Math.max(1, cursor.position === 0 ? plan.stepsPerEpoch : stepsLeftInEpoch);
}

/** Whether an evaluation right now is on the cadence. */
export function onCadence({ config, cursor }: RunCounters): boolean {
  return config.evaluateEvery > 0 ? cursor.step % config.evaluateEvery === 0 : cursor.position === 0;
}

/** Lets an evaluation act on patience, on the rate and on what is the best; true if it is. */
export function takeIn(counters: MutableCounters, evaluation: EvaluationReport, higherIsBetter: boolean): boolean {
  const { config, plan } = counters;
  const { state, isBest } = observe(counters.stopping, evaluation, config, higherIsBetter);
  const cuts = evaluation.onCadence && cutsRate(state, config);
  counters.stopping = cuts ? { ...state, bad: 0 } : state;
  if (cuts) counters.rateFactor *= config.cutFactor;
  // During the warm-up reduce-on-plateau does not listen.
  const heard = config.schedule === 'plateau' && evaluation.onCadence && evaluation.step >= warmupSteps(config, plan);
  const after = heard ? plateauStep(counters.plateau, { ...config, learningRate: scaledRate(config) }, evaluation.valLoss) : undefined;
  if (after) counters.plateau = after.state;
  if (cuts || after?.cut) counters.cuts = [...counters.cuts, evaluation.step];
  counters.observed = evaluation.step;
  return isBest;
}
