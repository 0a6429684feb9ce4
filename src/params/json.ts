/** A configuration as a JSON object, for the command line: keys are those of links, or ids; a string is read as in a link. */
import { changesKey, parseChanges } from './changes.ts';
import type { Change } from './changes.ts';
import { idOfName, normalize, problemOf } from './config.ts';
import type { Config, Problem } from './config.ts';
import type { Spec } from './kinds.ts';
import { specOf } from './table.ts';
import type { ParameterId } from './table.ts';
import { collector, pageKeys, readPage } from './url.ts';
import { parseValue } from './value-text.ts';

/** What a JSON configuration says, and what of it could not be used. */
export interface ReadJson {
  readonly config: Config;
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
}

/** JSON has no on and off for the keys of links, which write 1 and 0, and no text for a size such as 14. */
function valueOf(spec: Spec, value: unknown): unknown {
  if (typeof value === 'string') return parseValue(spec, value);
  if (spec.kind === 'toggle' && (value === 0 || value === 1)) return value === 1;
  if (spec.kind === 'choice' && typeof value === 'number') return String(value);
  return value;
}

/** Reads a parsed JSON value. Keys about the page (`hide`, `view` and so on) mean nothing here, but are checked. Never throws. */
export function fromJson(json: unknown): ReadJson {
  const complaints = collector();
  const given = new Map<ParameterId, unknown>();
  const page = new Map<string, string>();
  let changes: unknown;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    complaints.report(problemOf('config', json, 'is not an object of keys and values', undefined));
  } else {
    for (const [name, value] of Object.entries(json)) {
      const id = idOfName(name);
      if (name === changesKey) changes = value;
      else if (id !== undefined && given.has(id))
        complaints.report(problemOf(name, value, 'is given again', undefined, 'the first one is used'));
      else if (id !== undefined) given.set(id, valueOf(specOf(id), value));
      else if (pageKeys.some((key) => key === name)) page.set(name, typeof value === 'boolean' ? String(Number(value)) : String(value));
      else complaints.report(problemOf(name, value, 'stands under a key that is not known', undefined));
    }
  }
  const { config, problems } = normalize(Object.fromEntries(given));
  problems.forEach(complaints.report);
  readPage(page, complaints.report);
  if (changes !== undefined && typeof changes !== 'string') {
    complaints.report(problemOf(changesKey, changes, 'is not a text such as 400:lr:0.003', undefined));
  }
  return {
    config,
    changes: typeof changes === 'string' ? parseChanges(changes, config, complaints.report) : [],
    problems: complaints.listed(),
  };
}
