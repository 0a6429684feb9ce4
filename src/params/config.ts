/**
 * From what somebody chose to a whole, valid configuration.
 *
 * Idea: whatever was not chosen follows the defaults, and defaults depend on one another. Each value is worked out when it
 * is first asked for, so that the order takes care of itself. Nothing here throws: what cannot be used is a `Problem`.
 */
import { checkValue, nearest } from './check-value.ts';
import type { Facts, Value } from './kinds.ts';
import { idOfKey, parameterIds, parameters, specOf } from './table.ts';
import type { Config, ParameterId } from './table.ts';
import { shorten, shownValue, valueText } from './value-text.ts';

export type { Config } from './table.ts';

/** Some parameters with new values. */
export type ConfigPatch = Partial<Config>;

/** What was set on purpose; the rest follows the defaults. */
export type Choices = Partial<Config>;

/** A part of an input that could not be used as it was. `key` is the link key. */
export interface Problem {
  readonly key: string;
  /** The value given, shortened. */
  readonly value: string;
  /** A sentence that names the key, what was wrong, and what is used instead. */
  readonly message: string;
}

/** A configuration and what was wrong with the input it came from. */
export interface Normalized {
  readonly config: Config;
  readonly problems: readonly Problem[];
}

/** The default of a parameter, given the rest. */
export function defaultOf(id: ParameterId, facts: Facts): Value {
  const spec = specOf(id);
  const value = typeof spec.default === 'function' ? spec.default(facts) : spec.default;
  return spec.kind === 'number' && typeof value === 'number' ? nearest(spec, facts, value) : value;
}

/** A sentence about a value that could not be used: by default it names `used`, or says that the value is ignored. */
export function problemOf(key: string, value: unknown, wrong: string, used: Value | undefined, instead?: string): Problem {
  const shown = shownValue(value);
  const name = shorten(key);
  const outcome = instead ?? (used === undefined ? 'it is ignored' : `${shorten(valueText(used))} is used`);
  return { key: name, value: shown, message: `${name}: “${shown}” ${wrong}; ${outcome}.` };
}

/** A configuration in the making: its getters, one for each parameter, are the `Facts` that rules ask. */
class Resolution {
  private readonly settled = new Map<ParameterId, Value>();
  private readonly given: ReadonlyMap<ParameterId, unknown>;
  private readonly report: (problem: Problem) => void;

  constructor(given: ReadonlyMap<ParameterId, unknown>, report: (problem: Problem) => void) {
    this.given = given;
    this.report = report;
  }

  /** The value of a parameter, worked out when first asked for. */
  value(id: ParameterId): Value {
    let value = this.settled.get(id);
    if (value === undefined) {
      value = this.given.has(id) ? this.checked(id, this.given.get(id)) : defaultOf(id, asFacts(this));
      this.settled.set(id, value);
    }
    return value;
  }

  private checked(id: ParameterId, raw: unknown): Value {
    const spec = specOf(id);
    const { value, wrong } = checkValue(spec, raw, asFacts(this));
    const used = value ?? defaultOf(id, asFacts(this));
    if (wrong !== undefined) this.report(problemOf(spec.urlKey, raw, wrong, used));
    return used;
  }
}

for (const id of parameterIds) {
  Object.defineProperty(Resolution.prototype, id, {
    get(this: Resolution) {
      return this.value(id);
    },
  });
}

/** The loop above gives a resolution a getter for every parameter, which the compiler cannot see. */
function asFacts(resolution: Resolution): Facts {
  return resolution as unknown as Facts;
}

/** The configuration that follows from what was chosen; choices that no longer fit give way to defaults, silently. */
export function resolve(choices: Choices): Config {
  return normalize(choices).config;
}

/** The configuration for any record of parameter ids, and what of it could not be used. Undefined members count as absent. */
export function normalize(partial: Readonly<Record<string, unknown>>): Normalized {
  const problems: Problem[] = [];
  const given = new Map<ParameterId, unknown>();
  for (const [name, value] of Object.entries(partial)) {
    if (value === undefined) continue;
    if (isParameterId(name)) given.set(name, value);
    else problems.push(problemOf(name, value, 'belongs to no known parameter', undefined));
  }
  const resolution = new Resolution(given, (problem) => problems.push(problem));
  const config = Object.fromEntries(parameterIds.map((id) => [id, resolution.value(id)])) as Config;
  return { config, problems };
}

/** Whether a name is the id of a parameter. */
export function isParameterId(name: string): name is ParameterId {
  return Object.hasOwn(parameters, name);
}

/** The id for a link key or an id. */
export function idOfName(name: string): ParameterId | undefined {
  return idOfKey(name) ?? (isParameterId(name) ? name : undefined);
}

/** The part of a configuration that differs from what its defaults would be: what a link has to say. */
export function choicesOf(config: Config): Choices {
  return Object.fromEntries(parameterIds.filter((id) => !sameValue(config[id], defaultOf(id, config))).map((id) => [id, config[id]]));
}

/**
 * The configuration after an edit. What differed from its default stays as far as it still fits; what followed its default
 * follows it on. A live edit changes what it names and nothing else (but Nesterov, which allows no dampening).
 */
export function applyPatch(config: Config, patch: ConfigPatch): Config {
  return resolve({ ...choicesOf(config), ...patch });
}

/** Whether a change of the parameter acts on a running run, without a restart. */
export function isLive(id: ParameterId): boolean {
  return specOf(id).applies === 'live';
}

/** Ids of the parameters whose values differ, in the order of the table. */
export function differs(a: Config, b: Config): readonly ParameterId[] {
  return parameterIds.filter((id) => !sameValue(a[id], b[id]));
}

/** Equal values; lists by their entries, curves by their knots. */
export function sameValue(a: Value, b: Value): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return a.length === b.length && a.every((entry, i) => sameValue(entry, b[i] ?? Number.NaN));
}
