/** The counters of a checkpoint as text: every double exactly, and nothing taken on trust when they are read. */
import type { Change } from '../params/changes.ts';
import type { Config } from '../params/config.ts';
import { isLive, normalize } from '../params/config.ts';
import { parameterIds } from '../params/table.ts';
import type { ParameterId } from '../params/table.ts';
import { isRecord } from '../shared/is-record.ts';
import { CheckpointError } from './checkpoint-error.ts';
import type { RunCounters } from './checkpoint.ts';

/** The counters as JSON: JavaScript's shortest decimal form returns every double, and those that are not finite are written as strings. */
export function countersText(counters: RunCounters): string {
  return JSON.stringify(counters, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? { nonFinite: String(value) } : value,
  );
}

/** Reads counters back. Throws `CheckpointError` for anything that a run could not go on from. */
export function parseCounters(text: string): RunCounters {
  let counters: unknown;
  try {
    counters = JSON.parse(text, (_key, value: unknown) => (isRecord(value) && 'nonFinite' in value ? Number(value['nonFinite']) : value));
  } catch {
    counters = undefined;
  }
  counters = upgraded(counters);
  if (!isCounters(counters)) throw new CheckpointError('the counters in the checkpoint are damaged');
  return counters;
}

/** Parameters that came after the first files of this format. What they stand for was not there: such a run had them at their defaults. */
const later: readonly ParameterId[] = ['replay', 'tune', 'lastBlocks', 'rank', 'loraAlpha', 'adapted', 'zLoss', 'maskPrompts'];

/** Counters of an earlier version, with what its configurations did not know. */
function upgraded(counters: unknown): unknown {
  if (!isRecord(counters)) return counters;
  const { initial, config, atStep } = counters;
  const start = isRecord(atStep) ? { atStep: { ...atStep, config: completed(atStep['config']) } } : {};
  return { ...counters, initial: completed(initial), config: completed(config), ...start };
}

function completed(config: unknown): unknown {
  if (!isRecord(config)) return config;
  const missing = later.filter((id) => !Object.hasOwn(config, id));
  if (missing.length === 0) return config;
  const whole = normalize(config).config;
  return { ...config, ...Object.fromEntries(missing.map((id) => [id, whole[id]])) };
}

/** Everything that a run would trip over: whole numbers where it counts, a configuration that the table allows. */
function isCounters(value: unknown): value is RunCounters {
  if (!isRecord(value)) return false;
  const { cursor, plan, initial, config, changes, coming, plateau, cuts, stopping, memory, averageBegun, rateFactor, observed } = value;
  const { noise, diverged, atStep } = value;
  return (
    areCounts(cursor, ['step', 'epoch', 'position', 'examples']) &&
    isPlan(plan) &&
    areCounts(plateau, ['bad', 'cooldown']) &&
    isPositive(plateau['multiplier']) &&
    isOptional(plateau['best'], isNumber) &&
    isStopping(stopping) &&
    isRecord(memory) &&
    Object.values(memory).every(isNumber) &&
    areAll(cuts, isCount) &&
    typeof averageBegun === 'boolean' &&
    isPositive(rateFactor) &&
    (observed === -1 || isCount(observed)) &&
    isOptional(noise, isNoiseWindow) &&
    isOptional(diverged, isDivergence) &&
    isOptional(atStep, isStepStart) &&
    isConfig(initial) &&
    isConfig(config) &&
    [changes, coming].every((list) => areAll(list, (change) => isChange(change, config)))
  );
}

function isPlan(value: unknown): boolean {
  return (
    areCounts(value, ['totalSteps', 'stepsPerEpoch']) &&
    value['stepsPerEpoch'] !== 0 &&
    (value['limit'] === 'epochs' || value['limit'] === 'steps') &&
    areCounts(value['anchor'], ['step', 'epoch', 'position', 'stepsLeft']) &&
    isNumber(value['anchor']['share']) &&
    value['anchor']['share'] >= 0 &&
    value['anchor']['share'] <= 1
  );
}

function isStopping(value: unknown): boolean {
  return (
    areCounts(value, ['bad']) &&
    isOptional(value['seen'], isCount) &&
    [value['reference'], value['smoothed']].every((entry) => isOptional(entry, isNumber)) &&
    isOptional(value['reached'], (list) => areAll(list, isCount)) &&
    isOptional(value['best'], isEvaluation)
  );
}

function isEvaluation(value: unknown): boolean {
  return (
    areCounts(value, ['step']) && isNumber(value['valLoss']) && isNumber(value['valMetric']) && typeof value['onCadence'] === 'boolean'
  );
}

function isDivergence(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value['layer'] === 'string' &&
    typeof value['clipped'] === 'boolean' &&
    isNumber(value['learningRate']) &&
    isNumber(value['loss'])
  );
}

function isStepStart(value: unknown): boolean {
  return areCounts(value, ['step']) && isConfig(value['config']) && isPlan(value['plan']) && isStopping(value['stopping']);
}

function isNoiseWindow(value: unknown): boolean {
  const numbers = ['count', 'square', 'trace'];
  return (
    areCounts(value, ['next']) &&
    areAll(value['blocks'], (block) => isRecord(block) && numbers.every((name) => Number.isFinite(block[name])))
  );
}

function isOptional(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value);
}

function areAll(value: unknown, is: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isPositive(value: unknown): boolean {
  return isNumber(value) && value > 0;
}

function isCount(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 0;
}

function areCounts(value: unknown, names: readonly string[]): value is Record<string, unknown> {
  return isRecord(value) && names.every((name) => isCount(value[name]));
}

function isChange(value: unknown, config: Config): value is Change {
  if (!isRecord(value) || !isCount(value['step'])) return false;
  const id = parameterIds.find((known) => known === value['id']);
  // What it may be depends on what was in force at its step; here it must only be of the right kind.
  return id !== undefined && isLive(id) && kindOf(value['value']) === kindOf(config[id]);
}

function kindOf(value: unknown): string {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'number') ? 'list' : typeof value;
}

/** Complete, and nothing in it that the table would not allow. */
function isConfig(value: unknown): value is Config {
  return isRecord(value) && parameterIds.every((id) => Object.hasOwn(value, id)) && normalize(value).problems.length === 0;
}
