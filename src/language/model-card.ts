/**
 * What a shipped model says of itself: its sizes, and how it was trained. Read from the text in its file, so that everything is doubted here.
 */
import type { LanguageOptions } from '../models/build-language-model.ts';
import { isRecord } from '../shared/is-record.ts';

/** How a model was trained: what a person asks before using it. */
export interface TrainingSummary {
  /** On what, in words, with its licence. */
  readonly data: string;
  /** Characters of the text that was trained on. */
  readonly characters: number;
  /** Tokens predicted, those of later epochs again. */
  readonly tokens: number;
  readonly steps: number;
  readonly seed: number;
  /** The configuration, as the part of a link from `#` on. */
  readonly link: string;
  /** Loss on held-out text at the end, nats per token. */
  readonly validationLoss: number;
  readonly curve: readonly CurvePoint[];
  readonly samples: readonly Sample[];
  readonly pilots: readonly Pilot[];
  /** The same run in PyTorch, exported by this program: from the same first weights, on the same data in the same order. */
  readonly twin?: Twin;
}

/** Losses at one evaluation, nats per token. */
export interface CurvePoint {
  readonly step: number;
  readonly train: number;
  readonly validation: number;
}

/** What the model wrote when it was done. */
export interface Sample {
  readonly prompt: string;
  readonly text: string;
  readonly temperature: number;
}

/** A short run from which the configuration was chosen. */
export interface Pilot {
  readonly link: string;
  readonly steps: number;
  readonly validationLoss: number;
}

/** What another program made of the same run. */
export interface Twin {
  readonly steps: number;
  /** Nats per token. */
  readonly validationLoss: number;
}

/** A file that holds no model which this program can use; `message` says why in words for a person. */
export class UnreadableModel extends Error {
  override readonly name = 'UnreadableModel';
}

type Entries = Readonly<Record<string, unknown>>;

/** No size of a model that fits into a browser is larger; the layout of one that claims to be is not even begun. */
const largestSize = 10_000;

/** The options in a JSON text. Throws `UnreadableModel`. */
export function parseOptions(text: string): LanguageOptions {
  const given = tableOf(text, 'the sizes of the model');
  const size = (name: string): number => {
    const value = numberOf(given, name);
    if (!Number.isInteger(value) || value < 1 || value > largestSize) throw new UnreadableModel(`the model’s ${name} is out of range`);
    return value;
  };
  const sizes = { vocabulary: size('vocabulary'), context: size('context'), width: size('width'), depth: size('depth') };
  if ('cell' in given)
    return {
      ...sizes,
      cell: choiceOf(given, 'cell', ['tanh', 'relu', 'lstm', 'gru']),
      hiddenStart: choiceOf(given, 'hiddenStart', ['uniform', 'orthogonal', 'identity']),
    };
  if (typeof given['tiedHead'] !== 'boolean') throw unknown('tiedHead');
  return {
    ...sizes,
    heads: size('heads'),
    normAt: choiceOf(given, 'normAt', ['before', 'after']),
    normalization: choiceOf(given, 'normalization', ['layer', 'rms']),
    activation: choiceOf(given, 'activation', ['gelu', 'relu', 'swiglu']),
    positions: choiceOf(given, 'positions', ['learned', 'rotary']),
    tiedHead: given['tiedHead'],
  };
}

/** The summary in a JSON text. Throws `UnreadableModel`. */
export function parseTraining(text: string): TrainingSummary {
  const given = tableOf(text, 'the training summary');
  return {
    data: textOf(given, 'data'),
    characters: numberOf(given, 'characters'),
    tokens: numberOf(given, 'tokens'),
    steps: numberOf(given, 'steps'),
    seed: numberOf(given, 'seed'),
    link: textOf(given, 'link'),
    validationLoss: numberOf(given, 'validationLoss'),
    curve: listOf(given, 'curve', (point) => ({
      step: numberOf(point, 'step'),
      train: numberOf(point, 'train'),
      validation: numberOf(point, 'validation'),
    })),
    samples: listOf(given, 'samples', (sample) => ({
      prompt: textOf(sample, 'prompt'),
      text: textOf(sample, 'text'),
      temperature: numberOf(sample, 'temperature'),
    })),
    pilots: listOf(given, 'pilots', (pilot) => ({
      link: textOf(pilot, 'link'),
      steps: numberOf(pilot, 'steps'),
      validationLoss: numberOf(pilot, 'validationLoss'),
    })),
    ...(isRecord(given['twin']) ? { twin: twinOf(given['twin']) } : {}),
  };
}

function twinOf(given: Entries): Twin {
  return { steps: numberOf(given, 'steps'), validationLoss: numberOf(given, 'validationLoss') };
}

function tableOf(text: string, what: string): Entries {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    given = undefined;
  }
  if (!isRecord(given)) throw new UnreadableModel(`${what} cannot be read`);
  return given;
}

function unknown(name: string): UnreadableModel {
  return new UnreadableModel(`the model file says nothing usable of “${name}”`);
}

function numberOf(given: Entries, name: string): number {
  const value = given[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw unknown(name);
  return value;
}

function textOf(given: Entries, name: string): string {
  const value = given[name];
  if (typeof value !== 'string') throw unknown(name);
  return value;
}

function choiceOf<Choice extends string>(given: Entries, name: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((one) => one === given[name]);
  if (choice === undefined) throw unknown(name);
  return choice;
}

function listOf<Item>(given: Entries, name: string, itemOf: (entries: Entries) => Item): readonly Item[] {
  const value: unknown = given[name];
  if (!Array.isArray(value)) throw unknown(name);
  return value.map((entry: unknown) => {
    if (!isRecord(entry)) throw unknown(name);
    return itemOf(entry);
  });
}
