/**
 * Live changes of a run as text: `400:lr:0.003,900:batch:64` means η becomes 0.003 before step 400 is taken, and so on.
 * Only parameters that act on a running run can stand here. Commas part the changes, so that those within a list or a curve are written
 * as semicolons: `400:milestones:5;9`.
 */
import { checkValue } from './check-value.ts';
import { isLive, problemOf } from './config.ts';
import type { Config, ConfigPatch, Problem } from './config.ts';
import type { Value } from './kinds.ts';
import { idOfKey, specOf } from './table.ts';
import type { ParameterId } from './table.ts';
import { parseNumber, parseValue, valueText } from './value-text.ts';

/** From step `step` on, parameter `id` is `value`. */
export interface Change {
  readonly step: number;
  readonly id: ParameterId;
  readonly value: Value;
}

/** Key of the changes in links. */
export const changesKey = 'changes';

/** More than a person makes in one run; keeps a hostile link from costing time. */
const mostChanges = 1000;

/** The change as a patch of the configuration. */
export function patchOf(change: Change): ConfigPatch {
  return { [change.id]: change.value };
}

/** Text of a list of changes, by step; those of the same step in the order given. */
export function formatChanges(changes: readonly Change[]): string {
  return bySteps(changes).map(changeText).join(',');
}

function changeText({ step, id, value }: Change): string {
  return `${step}:${specOf(id).urlKey}:${valueText(value).replaceAll(',', ';')}`;
}

function bySteps(changes: readonly Change[]): readonly Change[] {
  return changes.toSorted((a, b) => a.step - b.step);
}

/** One entry with its value as written, or what is wrong with it. */
function parseEntry(entry: string): Change | string {
  const [, stepText = '', key = '', value] = /^([^:]*):?([^:]*)(?::(.*))?$/su.exec(entry) ?? [];
  const step = parseNumber(stepText);
  if (step === undefined || !Number.isSafeInteger(step) || step < 0) return 'does not start with a step (400:lr:0.003)';
  const id = idOfKey(key);
  if (id === undefined) return 'names no known parameter';
  if (!isLive(id)) return 'names a parameter that cannot change during a run';
  if (value === undefined) return 'is not of the form step:key:value';
  return { step, id, value: parseValue(specOf(id), value.replaceAll(';', ',')) };
}

/** The changes in a text, sorted by step, each checked against the configuration in force at its step. Never throws. */
export function parseChanges(text: string, config: Config, report: (problem: Problem) => void): readonly Change[] {
  const entries = text === '' ? [] : text.split(',', mostChanges + 1);
  if (entries.length > mostChanges)
    report(problemOf(changesKey, text, `holds more than ${mostChanges} changes`, undefined, 'the rest is ignored'));
  const read: Change[] = [];
  for (const entry of entries.slice(0, mostChanges)) {
    const change = parseEntry(entry);
    if (typeof change === 'string') report(problemOf(changesKey, entry, change, undefined));
    else read.push(change);
  }
  return checkChanges(read, config, report);
}

/** Sorts changes and checks their values; what cannot be used is left out or bounded, and reported. */
function checkChanges(changes: readonly Change[], config: Config, report: (problem: Problem) => void): readonly Change[] {
  const used: Change[] = [];
  let current = config;
  for (const change of bySteps(changes)) {
    const { value, wrong } = checkValue(specOf(change.id), change.value, current);
    if (wrong !== undefined) report(problemOf(changesKey, changeText(change), wrong, value));
    if (value === undefined) continue;
    current = { ...current, [change.id]: value };
    used.push({ ...change, value });
  }
  return used;
}

/** Whether a change of the same parameter at the same step is in the list. */
export function isAmong(changes: readonly Change[], { step, id }: Change): boolean {
  return changes.some((other) => other.step === step && other.id === id);
}

/** Of planned changes, those that a run at `step` has still before it; what has acted is in `acted`. */
export function stillToAct(planned: readonly Change[], acted: readonly Change[], step: number): readonly Change[] {
  return planned.filter((change) => change.step >= step && !isAmong(acted, change));
}
