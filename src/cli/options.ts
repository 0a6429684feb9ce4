/** The command line's words as options, with one complaint for each word that means nothing. */
import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Change } from '../params/changes.ts';
import type { Config, ConfigPatch, Problem } from '../params/config.ts';
import { differs, normalize } from '../params/config.ts';
import { fromJson } from '../params/json.ts';
import { parameters } from '../params/table.ts';
import { fromHash } from '../params/url.ts';
import { isRecord } from '../shared/is-record.ts';
import { parseValue } from '../params/value-text.ts';
import { outlineOfCheckpoint } from '../training/checkpoint.ts';

export interface TrainOptions {
  readonly config: Config;
  readonly changes: readonly Change[];
  /** File for the JSON lines instead of standard output. */
  readonly out?: string;
  /** File for the checkpoint at the end. */
  readonly save?: string;
  /** Bytes of a checkpoint to go on from. */
  readonly resume?: Uint8Array;
  /** Live changes to that run, at the step where it stands. */
  readonly patch?: ConfigPatch;
}

/** What was asked for: a run, the usage, or nothing that can be done. */
export type ReadOptions = { readonly options: TrainOptions } | { readonly help: string } | { readonly problems: readonly string[] };

const usage = `npm run -s train -- '#task=spiral&lr=0.1' | --config file.json | --resume run.safetensors  [--steps N] [--engine wasm] [--out run.jsonl] [--save run.safetensors]`;

const words = {
  config: { type: 'string' },
  steps: { type: 'string' },
  engine: { type: 'string' },
  out: { type: 'string' },
  save: { type: 'string' },
  resume: { type: 'string' },
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
  const sources = [positionals[0], values.config, values.resume].filter((source) => source !== undefined);
  if (sources.length > 1) problems.push('give a link, --config or --resume: one of them, not more');
  const source =
    values.resume !== undefined
      ? fromCheckpoint(values.resume)
      : values.config === undefined
        ? fromLink(positionals[0] ?? '')
        : fromFile(values.config);
  problems.push(...source.problems);
  const config = overridden(source.inForce ?? source.config, values, problems);
  if (problems.length > 0) return { problems };
  const files = { ...(values.out === undefined ? {} : { out: values.out }), ...(values.save === undefined ? {} : { save: values.save }) };
  return { options: { ...whatToRun(source, config), ...files } };
}

/** A run from its start; or one that goes on, with what is asked for now as live changes. Which engine goes on is free. */
function whatToRun({ config: initial, inForce, changes, resume }: Source, config: Config): TrainOptions {
  if (resume === undefined || inForce === undefined) return { config, changes };
  const { engine } = config;
  const moved = differs(inForce, config).filter((id) => id !== 'engine');
  return { config: { ...initial, engine }, changes, resume, patch: Object.fromEntries(moved.map((id) => [id, config[id]])) };
}

interface Source {
  /** At step 0. */
  readonly config: Config;
  readonly changes: readonly Change[];
  /** Of a checkpoint: its bytes, and the configuration in force where it stands. */
  readonly resume?: Uint8Array;
  readonly inForce?: Config;
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

/** Larger files are no checkpoints of models of this size. */
const largestCheckpoint = 1e9;

function fromCheckpoint(path: string): Source {
  try {
    if (statSync(path).size > largestCheckpoint) throw new Error('the file is larger than a checkpoint can be (1 GB)');
    const resume = readFileSync(path);
    const { initial, config: inForce, changes, coming } = outlineOfCheckpoint(resume);
    return { config: initial, inForce, changes: [...changes, ...coming], resume, problems: [] };
  } catch (error) {
    return { ...fromLink(''), problems: [`resume: ${path} cannot be used: ${messageOf(error)}`] };
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
