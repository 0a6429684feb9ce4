/** Which files of `public/data/` a task needs, and how to get them through whatever reads files here: fetch in a worker, fs in Node. */
import { utf8Text } from '../shared/utf8.ts';
import type { DataConfig } from './data-config.ts';
import type { LanguageConfig } from './language-config.ts';
import { decodeTextFile } from './text/text-file.ts';
import { filesOf } from './text/text-sets.ts';
import type { SomeTokenizer } from './tokenizers/tokenizer-json.ts';
import type { StartingWeights } from './task.ts';

/** Contents of the files, as far as the task needs them, and what was made of them beforehand. */
export interface Assets {
  readonly digits?: Uint8Array;
  /** JSON text. */
  readonly penguins?: string;
  /** What a language model reads: a text of the app, or your own, which whoever has it puts here. */
  readonly text?: string;
  /** The tokenizer to read it by, of a model that has one or learned beforehand; without it the task learns its own. */
  readonly tokenizer?: SomeTokenizer;
  /** The model that comes with the app, where the configuration asks for it. */
  readonly pretrained?: Pretrained;
}

/** A pretrained model as a task needs it. */
export interface Pretrained {
  readonly start: StartingWeights;
  readonly tokenizer: SomeTokenizer;
  /** What it was trained on, and how that text was cut. */
  readonly old: { readonly text: string; readonly share: number; readonly seed: number };
}

/** What decides which files are needed. */
export type AssetChoice = Pick<DataConfig, 'task' | 'pixels'> & Pick<LanguageConfig, 'text'>;

/** Names of the needed files inside the data folder. */
export function assetsFor(config: AssetChoice): readonly string[] {
  if (config.task === 'text') return filesOf(config.text);
  if (config.task === 'digits') return [`digits-${config.pixels}.bin`];
  return config.task === 'penguins' ? ['penguins.json'] : [];
}

/** Reads what the task needs; `read` takes a file name and rejects if it cannot be had. */
export async function loadAssets(config: AssetChoice, read: (name: string) => Promise<Uint8Array>): Promise<Assets> {
  const files = await Promise.all(assetsFor(config).map((name) => read(name)));
  const [bytes] = files;
  if (bytes === undefined) return {};
  // Every text ends with a line end, so that an empty line comes between two.
  if (config.task === 'text') return { text: files.map(decodeTextFile).join('\n') };
  return config.task === 'digits' ? { digits: bytes } : { penguins: utf8Text(bytes) };
}
