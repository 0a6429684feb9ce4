/** The command line's words as options, with one complaint for each word that means nothing. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { exportTargets } from '../codegen/files.ts';
import type { ExportTarget } from '../codegen/files.ts';
import type { Change } from '../params/changes.ts';
import type { Config, ConfigPatch, Problem } from '../params/config.ts';
import { differs, normalize } from '../params/config.ts';
import { fromJson } from '../params/json.ts';
import { parameters } from '../params/table.ts';
import { fromHash } from '../params/url.ts';
import { isRecord } from '../shared/is-record.ts';
import { parseValue } from '../params/value-text.ts';
import { engineUsage } from './engine-usage.ts';
import { problemOfSteps, withSignedValues } from './steps.ts';
import { outlineOfCheckpoint } from '../training/checkpoint.ts';
import { givenText } from './own-text.ts';
import { checkpointIn, textIn } from './run-folder.ts';

/** The run that is meant. */
interface RunOptions {
  readonly config: Config;
  readonly changes: readonly Change[];
  /** Bytes of a checkpoint to go on from. */
  readonly resume?: Uint8Array;
  /** Live changes to that run, at the step where it stands. */
  readonly patch?: ConfigPatch;
  /** The text of the user's own that it reads, checked. */
  readonly own?: string;
}

/** What `train` is to do. */
export interface TrainOptions extends RunOptions {
  /** File for the JSON lines instead of standard output. */
  readonly out?: string;
  /** File for the checkpoint at the end. */
  readonly save?: string;
  /** Tries learning rates instead of training. */
  readonly rangeTest: boolean;
}

/** What `pretrain` is to do. */
export interface PretrainOptions extends RunOptions {
  /** Folder of the run. */
  readonly folder: string;
}

/** What `export` is to do. */
export interface ExportOptions extends RunOptions {
  /** Folder for the files. */
  readonly out: string;
  /** The run as source, or the model that a saved run has come to. */
  readonly target: ExportTarget | 'model';
}

/** What was asked for: a run, the usage, or nothing that can be done. */
export type ReadOptions<Options> = { readonly options: Options } | { readonly help: string } | { readonly problems: readonly string[] };

const trainUsage = `npm run -s train -- '#task=spiral&lr=0.1' | --config file.json | --resume run.safetensors  [--text file.txt] [--steps N] [--engine wasm] [--out run.jsonl] [--save run.safetensors | --range-test]`;

const exportUsage = `npm run -s export -- '#task=spiral&lr=0.1' | --config file.json  --out folder [--text file.txt] [--steps N] [--to pytorch|keras]; the model of a saved run: --resume run.safetensors --to model --out folder [--text file.txt]`;

const pretrainUsage = `npm run -s pretrain -- '#task=spiral&lr=0.1' | --config file.json  --folder folder [--text file.txt] [--steps N] [--engine wasm]; to go on: npm run -s pretrain -- --folder folder`;

const common = {
  config: { type: 'string' },
  steps: { type: 'string' },
  text: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;
const trainWords = {
  ...common,
  out: { type: 'string' },
  engine: { type: 'string' },
  save: { type: 'string' },
  resume: { type: 'string' },
  'range-test': { type: 'boolean' },
} as const;
const pretrainWords = { ...common, engine: { type: 'string' }, folder: { type: 'string' } } as const;
const exportWords = { ...common, out: { type: 'string' }, to: { type: 'string' }, resume: { type: 'string' } } as const;
const takeaways = [...exportTargets, 'model'] as const;

/** Reads the arguments after `train`. Never throws on bad input. */
export function readOptions(args: readonly string[]): ReadOptions<TrainOptions> {
  return read(
    trainUsage,
    () => parseArgs({ args: withSignedValues(args), options: trainWords, allowPositionals: true }),
    ({ out, save, 'range-test': rangeTest = false }, run, problems) => {
      if (rangeTest && save !== undefined) problems.push('range-test: nothing is trained that --save could keep');
      return { ...run, rangeTest, ...(out === undefined ? {} : { out }), ...(save === undefined ? {} : { save }) };
    },
    engineUsage,
  );
}

/** Reads the arguments after `pretrain`: a folder that holds a run goes on with it. Never throws on bad input. */
export function readPretrainOptions(args: readonly string[]): ReadOptions<PretrainOptions> {
  return read(
    pretrainUsage,
    () => {
      const { values, positionals } = parseArgs({ args: withSignedValues(args), options: pretrainWords, allowPositionals: true });
      const held = values.folder === undefined ? undefined : checkpointIn(values.folder);
      const goesOn = held !== undefined && existsSync(held);
      const kept = textIn(values.folder ?? '');
      const text = goesOn && values.text === undefined && existsSync(kept) ? { text: kept } : {};
      return { values: { ...values, ...text, ...(goesOn ? { resume: held } : {}) }, positionals };
    },
    ({ folder, resume }, run, problems) => {
      if (folder === undefined) problems.push(`folder: say which folder keeps the run. Usage: ${pretrainUsage}`);
      else if (resume !== undefined && problems.length > 0)
        problems.push(`folder: ${folder} holds a run already, which the command goes on with if nothing but the folder is given.`);
      return { ...run, folder: folder ?? '' };
    },
    engineUsage,
  );
}

/** Reads the arguments after `export`. Never throws on bad input. */
export function readExportOptions(args: readonly string[]): ReadOptions<ExportOptions> {
  return read(
    exportUsage,
    () => parseArgs({ args: withSignedValues(args), options: exportWords, allowPositionals: true }),
    ({ out, to = 'pytorch', resume, steps }, run, problems) => {
      if (out === undefined) problems.push(`out: say which folder the files go to. Usage: ${exportUsage}`);
      const target = takeaways.find((name) => name === to);
      if (target === undefined) problems.push(`to: “${to}” is not one of ${takeaways.join(', ')}.`);
      if (target === 'model' && resume === undefined)
        problems.push('to: a model is that of a saved run: say which by --resume run.safetensors.');
      if (target === 'model' && steps !== undefined) problems.push('steps: a model is taken as it was saved; nothing is trained.');
      return { ...run, out: out ?? '', target: target ?? 'pytorch' };
    },
  );
}

/** The words that every command takes. */
interface CommonWords {
  readonly config?: string;
  readonly steps?: string;
  readonly engine?: string;
  readonly resume?: string;
  readonly text?: string;
  readonly help?: boolean;
}

function read<Words extends CommonWords, Options>(
  usage: string,
  parse: () => { readonly values: Words; readonly positionals: readonly string[] },
  finish: (values: Words, run: RunOptions, problems: string[]) => Options,
  more?: () => string,
): ReadOptions<Options> {
  let parsed;
  try {
    parsed = parse();
  } catch (error) {
    return { problems: [`${messageOf(error)} Usage: ${usage}`] };
  }
  const { values, positionals } = parsed;
  if (values.help === true) return { help: `${[usage, ...(more ? [more()] : [])].join('\n\n')}\n` };
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
  const config = overridden(source, values, problems);
  // A run that is not known does not say what it reads.
  const given = source.problems.length > 0 ? {} : givenText(config, values.text);
  if ('problem' in given) problems.push(given.problem);
  const options = finish(values, { ...whatToRun(source, config), ...('problem' in given ? {} : given) }, problems);
  return problems.length > 0 ? { problems } : { options };
}

/** A run from its start; or one that goes on, with what is asked for now as live changes. Which engine goes on is free. */
function whatToRun({ config: initial, inForce, changes, resume }: Source, config: Config): RunOptions {
  if (resume === undefined || inForce === undefined) return { config, changes };
  const { engine } = config;
  const moved = differs(inForce, config).filter((id) => id !== 'engine');
  return { config: { ...initial, engine }, changes, resume, patch: Object.fromEntries(moved.map((id) => [id, config[id]])) };
}

interface Source {
  /** At step 0. */
  readonly config: Config;
  readonly changes: readonly Change[];
  /** Of a checkpoint: its bytes, the configuration in force where it stands, and that step. */
  readonly resume?: Uint8Array;
  readonly inForce?: Config;
  readonly step?: number;
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
    const isLine = isRecord(read) && isRecord(read['config']);
    const { config, changes, problems } = fromJson(isLine ? read['config'] : read);
    const beside = isLine ? Object.keys(read).filter((key) => key !== 'config' && key !== 'ran') : [];
    const unread = beside.map((key) => `${key}: stands beside “config”, where nothing is read.`);
    return { config, changes, problems: [...problems.map(withoutOutcome), ...unread] };
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
    const { cursor, initial, config: inForce, changes, coming } = outlineOfCheckpoint(resume);
    return { config: initial, inForce, changes: [...changes, ...coming], resume, step: cursor.step, problems: [] };
  } catch (error) {
    return { ...fromLink(''), problems: [`resume: ${path} cannot be used: ${messageOf(error)}`] };
  }
}

/** The configuration with what stands in options of its own; those are checked like any other value. */
function overridden({ config, inForce, step }: Source, values: CommonWords, problems: string[]): Config {
  const patch: Record<string, unknown> = { ...(inForce ?? config) };
  if (values.steps !== undefined) {
    const wrong = problemOfSteps(values.steps, step);
    if (wrong === undefined) patch['maxSteps'] = parseValue(parameters.maxSteps, values.steps);
    else problems.push(wrong);
  }
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
