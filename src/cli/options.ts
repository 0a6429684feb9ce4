/** The command line's words as options, with one complaint for each word that means nothing. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Change } from '../params/changes.ts';
import type { Config, Problem } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { fromJson } from '../params/json.ts';
import { parameters } from '../params/table.ts';
import { fromHash } from '../params/url.ts';
import { isRecord } from '../shared/is-record.ts';
import { parseValue } from '../params/value-text.ts';

export interface TrainOptions {
  readonly config: Config;
  readonly changes: readonly Change[];
  /** File for the JSON lines instead of standard output. */
  readonly out?: string;
  /** File for the checkpoint at the end. */
  readonly save?: string;
  /** Tries learning rates instead of training. */
  readonly rangeTest: boolean;
}

/** What was asked for: a run, the usage, or nothing that can be done. */
export type ReadOptions = { readonly options: TrainOptions } | { readonly help: string } | { readonly problems: readonly string[] };

const usage = `npm run -s train -- '#task=spiral&lr=0.1' | --config file.json  [--steps N] [--engine tfjs-cpu] [--out run.jsonl] [--save run.safetensors | --range-test]`;

const words = {
  config: { type: 'string' },
  steps: { type: 'string' },
  engine: { type: 'string' },
  out: { type: 'string' },
  save: { type: 'string' },
  'range-test': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the arguments after the command. Never throws on bad input. */
export function readOptions(args: readonly string[]): ReadOptions {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: words, allowPositionals: true });
  } catch (error) {
    return { problems: [`${messageOf(error)} Usage: ${usage}`] };
  }
  const { values, positionals } = parsed;
  if (values.help === true) return { help: `${usage}\n` };
  const problems: string[] = [];
  if (positionals.length > 1)
    problems.push(`only one link is taken, but ${String(positionals.length)} were given: ${positionals.join(' ')}`);
  if (positionals.length > 0 && values.config !== undefined) problems.push('give a link or --config, not both');
  const rangeTest = values['range-test'] === true;
  if (rangeTest && values.save !== undefined) problems.push('range-test: nothing is trained that --save could keep');
  const source = values.config === undefined ? fromLink(positionals[0] ?? '') : fromFile(values.config);
  problems.push(...source.problems);
  const config = overridden(source.config, values, problems);
  if (problems.length > 0) return { problems };
  const files = { ...(values.out === undefined ? {} : { out: values.out }), ...(values.save === undefined ? {} : { save: values.save }) };
  return { options: { config, changes: source.changes, rangeTest, ...files } };
}

interface Source {
  readonly config: Config;
  readonly changes: readonly Change[];
  readonly problems: readonly string[];
}

function fromLink(text: string): Source {
  // A whole address as Share copies it will do.
  const { link, problems } = fromHash(text.replace(/^https?:[^#]*#?/, '#'));
  return { config: link.config, changes: link.changes, problems: problems.map(withoutOutcome) };
}

function fromFile(path: string): Source {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    // The first line of a run's own output is a configuration too.
    const { config, changes, problems } = fromJson(isRecord(read) && isRecord(read['config']) ? read['config'] : read);
    return { config, changes, problems: problems.map(withoutOutcome) };
  } catch (error) {
    return { ...fromLink(''), problems: [`config: ${path} could not be read: ${messageOf(error)}`] };
  }
}

/** The configuration with what stands in options of its own; those are checked like any other value. */
function overridden(config: Config, values: { readonly steps?: string; readonly engine?: string }, problems: string[]): Config {
  const patch: Record<string, unknown> = { ...config };
  if (values.steps !== undefined) patch['maxSteps'] = parseValue(parameters.maxSteps, values.steps);
  if (values.engine !== undefined) patch['engine'] = values.engine;
  const normalized = normalize(patch);
  problems.push(...normalized.problems.map(withoutOutcome));
  return normalized.config;
}

/** Nothing is used instead here: a configuration with problems is not trained. */
function withoutOutcome({ message }: Problem): string {
  return message.replace(/; [^;]*\.$/, '.');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
