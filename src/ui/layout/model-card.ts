/** What is known of the pretrained model, read from the card that `npm run ship` writes beside its file. */
import { isRecord } from '../../shared/is-record.ts';

/** How it came about, as `TrainingSummary` in `language/` writes it, which the page does not know. Losses are in nats per token. */
export interface ModelCard {
  readonly data: string;
  readonly characters: number;
  readonly tokens: number;
  readonly steps: number;
  readonly seed: number;
  /** The part of a link from `#` on. */
  readonly link: string;
  readonly validationLoss: number;
  readonly curve: readonly { readonly step: number; readonly train: number; readonly validation: number }[];
  readonly samples: readonly { readonly prompt: string; readonly text: string; readonly temperature: number }[];
  readonly pilots: readonly { readonly link: string; readonly steps: number; readonly validationLoss: number }[];
  /** Loss of the same run in PyTorch, where it was made. */
  readonly twin?: { readonly validationLoss: number };
}

/** Reads the card. Rejects if it cannot be had. */
export async function readModelCard(): Promise<ModelCard> {
  const response = await fetch('models/card.json');
  if (!response.ok) throw new Error(`The card answers ${String(response.status)}.`);
  return modelCardIn(await response.json());
}

type Entries = Readonly<Record<string, unknown>>;

/** The card in a value of unknown shape: what is no number is left out as not a number, what is no text is blank, and a link must be a hash. */
export function modelCardIn(value: unknown): ModelCard {
  const given: Entries = isRecord(value) ? value : {};
  return {
    data: textIn(given, 'data'),
    characters: numberIn(given, 'characters'),
    tokens: numberIn(given, 'tokens'),
    steps: numberIn(given, 'steps'),
    seed: numberIn(given, 'seed'),
    link: linkIn(given),
    validationLoss: numberIn(given, 'validationLoss'),
    curve: listIn(given, 'curve').map((point) => ({
      step: numberIn(point, 'step'),
      train: numberIn(point, 'train'),
      validation: numberIn(point, 'validation'),
    })),
    samples: listIn(given, 'samples').map((sample) => ({
      prompt: textIn(sample, 'prompt'),
      text: textIn(sample, 'text'),
      temperature: numberIn(sample, 'temperature'),
    })),
    pilots: listIn(given, 'pilots').map((pilot) => ({
      link: linkIn(pilot),
      steps: numberIn(pilot, 'steps'),
      validationLoss: numberIn(pilot, 'validationLoss'),
    })),
    ...(isRecord(given['twin']) ? { twin: { validationLoss: numberIn(given['twin'], 'validationLoss') } } : {}),
  };
}

function numberIn(given: Entries, key: string): number {
  const value = given[key];
  return typeof value === 'number' ? value : Number.NaN;
}

function textIn(given: Entries, key: string): string {
  const value = given[key];
  return typeof value === 'string' ? value : '';
}

function linkIn(given: Entries): string {
  const link = textIn(given, 'link');
  return link.startsWith('#') ? link : '#';
}

function listIn(given: Entries, key: string): readonly Entries[] {
  const value: unknown = given[key];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A curve of losses in a box of `width` × `height`, as the points of an SVG polyline; empty where it has fewer than two. */
export function curvePoints(card: ModelCard, which: 'train' | 'validation', width: number, height: number): string {
  const { curve } = card;
  const values = curve.flatMap(({ train, validation }) => [train, validation]);
  const [low, high, last] = [Math.min(...values), Math.max(...values), curve.at(-1)?.step ?? 0];
  if (curve.length < 2 || !(high > low) || last <= 0) return '';
  const place = (point: (typeof curve)[number]) =>
    `${((point.step / last) * width).toFixed(1)},${(((high - point[which]) / (high - low)) * height).toFixed(1)}`;
  return curve.map(place).join(' ');
}
