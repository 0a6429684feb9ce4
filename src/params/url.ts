/**
 * A run as the readable hash of a link: `#v=1&task=spiral&lr=0.1&changes=400:lr:0.003`. Only what differs from the defaults.
 *
 * Idea: any text whatever gives a link. What cannot be read is reported by key and the rest is used; the work grows with
 * the length of the text only, and the number of complaints is bounded.
 */
import { changesKey, formatChanges, parseChanges } from './changes.ts';
import type { Change } from './changes.ts';
import { choicesOf, normalize, problemOf } from './config.ts';
import type { Config, Problem } from './config.ts';
import { idOfKey, parameterIds, specOf } from './table.ts';
import type { ParameterId } from './table.ts';
import { parseNumber, parseValue, shorten, valueText } from './value-text.ts';

/** Version of the keys and values that links are written in. */
const linkVersion = 1;

/** All that a link says. */
export interface Link {
  readonly config: Config;
  /** Live changes to repeat, by step. */
  readonly changes: readonly Change[];
  /** Parameters that a teacher has taken off the page. */
  readonly hide: readonly ParameterId[];
  /** Parameters that a teacher has fixed. */
  readonly lock: readonly ParameterId[];
  /** Larger type, thicker lines, light. */
  readonly view?: 'projector' | undefined;
  /** Start at once. */
  readonly run: boolean;
}

/** A link, and what of its text could not be used. */
export interface ReadLink {
  readonly link: Link;
  readonly problems: readonly Problem[];
}

/** Problems listed one by one; the rest is counted. */
export const mostProblems = 20;

/** Keys that speak about the page rather than about a parameter. */
export const pageKeys = ['v', changesKey, 'hide', 'lock', 'view', 'run'] as const;
type PageKey = (typeof pageKeys)[number];

/** The hash of a link, `#` included. */
export function toHash(link: Link): string {
  const choices = choicesOf(link.config);
  const parts = [`v=${linkVersion}`];
  for (const id of parameterIds) {
    const value = choices[id];
    if (value !== undefined) parts.push(`${specOf(id).urlKey}=${valueText(value)}`);
  }
  const keys = (ids: readonly ParameterId[]): string => ids.map((id) => specOf(id).urlKey).join(',');
  if (link.changes.length > 0) parts.push(`${changesKey}=${formatChanges(link.changes)}`);
  if (link.hide.length > 0) parts.push(`hide=${keys(link.hide)}`);
  if (link.lock.length > 0) parts.push(`lock=${keys(link.lock)}`);
  if (link.view !== undefined) parts.push(`view=${link.view}`);
  if (link.run) parts.push('run=1');
  return `#${parts.join('&')}`;
}

/** Reads a hash, with or without its `#`. Never throws. */
export function fromHash(text: string): ReadLink {
  const complaints = collector();
  const { choices, page } = sortParts(text.startsWith('#') ? text.slice(1) : text, complaints.report);
  const { config, problems } = normalize(Object.fromEntries(choices));
  problems.forEach(complaints.report);
  const changes = page.get(changesKey);
  const acting = changes === undefined ? [] : parseChanges(changes, config, complaints.report);
  return { link: { config, changes: acting, ...readPage(page, complaints.report) }, problems: complaints.listed() };
}

/** What a link says about the page, and the version that it is written in. */
export function readPage(page: ReadonlyMap<string, string>, report: Report): Omit<Link, 'config' | 'changes'> {
  checkVersion(page.get('v'), report);
  return {
    hide: parseKeys('hide', page.get('hide'), report),
    lock: parseKeys('lock', page.get('lock'), report),
    view: oneOf('view', page.get('view'), ['projector'], report),
    run: oneOf('run', page.get('run'), ['0', '1'], report) === '1',
  };
}

type Report = (problem: Problem) => void;

/** Keeps the first complaints, each once with how often it was made, and counts the others. */
export function collector(): { readonly report: Report; readonly listed: () => readonly Problem[] } {
  const kept = new Map<string, { readonly problem: Problem; times: number }>();
  let more = 0;
  return {
    report: (problem) => {
      const before = kept.get(problem.message);
      if (before) before.times++;
      else if (kept.size < mostProblems) kept.set(problem.message, { problem, times: 1 });
      else more++;
    },
    listed: () => {
      const listed = [...kept.values()].map(({ problem, times }) =>
        times === 1 ? problem : { ...problem, message: problem.message.replace(/\.$/, ` (${String(times)} times).`) },
      );
      return more === 0 ? listed : [...listed, { key: 'link', value: String(more), message: `${more} more parts could not be used.` }];
    },
  };
}

interface Parts {
  readonly choices: ReadonlyMap<ParameterId, unknown>;
  readonly page: ReadonlyMap<PageKey, string>;
}

/** Splits a hash into values of parameters and values for the page. Of a repeated key the first counts. */
function sortParts(text: string, report: Report): Parts {
  const choices = new Map<ParameterId, unknown>();
  const page = new Map<PageKey, string>();
  const seen = new Set<string>();
  for (const part of text.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const key = decode(at < 0 ? part : part.slice(0, at));
    const value = at < 0 ? undefined : decode(part.slice(at + 1));
    const id = key === undefined ? undefined : idOfKey(key);
    const pageKey = pageKeys.find((name) => name === key);
    if (key === undefined) report(problemOf(part, part, 'holds a broken percent sign', undefined));
    else if (id === undefined && pageKey === undefined)
      report(problemOf(key, value ?? '', 'stands under a key that is not known', undefined));
    else if (at < 0) report(problemOf(key, '', 'has no value', undefined));
    else if (value === undefined) report(problemOf(key, part.slice(at + 1), 'holds a broken percent sign', undefined));
    else if (seen.has(key)) report(problemOf(key, value, 'is given again', undefined, 'the first one is used'));
    else if (id !== undefined) choices.set(id, parseValue(specOf(id), value));
    else if (pageKey !== undefined) page.set(pageKey, value);
    if (key !== undefined && value !== undefined) seen.add(key);
  }
  return { choices, page };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function checkVersion(text: string | undefined, report: Report): void {
  if (text === undefined) return;
  const version = parseNumber(text);
  if (version === linkVersion) return;
  const newer = version !== undefined && version > linkVersion && Number.isInteger(version);
  const wrong = newer ? 'is a newer version of links than this page knows' : 'is not a version of links';
  report(problemOf('v', text, wrong, undefined, `the link is read as version ${linkVersion}`));
}

function parseKeys(key: 'hide' | 'lock', text: string | undefined, report: Report): readonly ParameterId[] {
  const ids = new Set<ParameterId>();
  for (const name of (text ?? '').split(',')) {
    const id = idOfKey(name);
    if (id !== undefined) ids.add(id);
    else if (name !== '') report(problemOf(key, name, 'is not the key of a parameter', undefined));
  }
  return parameterIds.filter((id) => ids.has(id));
}

function oneOf<const V extends string>(key: string, text: string | undefined, allowed: readonly V[], report: Report): V | undefined {
  if (text === undefined) return undefined;
  const value = allowed.find((name) => name === text);
  if (value === undefined) report(problemOf(key, shorten(text), `is not one of the options (${allowed.join(', ')})`, undefined));
  return value;
}
