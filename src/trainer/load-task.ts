/** The task of a configuration with all that it is made from: files of the data folder and, where it is asked for, the pretrained model. */
import { decodeShippedModel, fingerprintOfModel } from '../language/shipped-model.ts';
import { UnreadableModel } from '../language/model-card.ts';
import type { Config } from '../params/config.ts';
import type { ShippedFacts } from '../params/shipped-facts.ts';
import { shippedModel } from '../params/shipped-model.ts';
import { loadAssets } from '../tasks/assets.ts';
import type { Assets, Pretrained } from '../tasks/assets.ts';
import { makeTask } from '../tasks/make-task.ts';
import type { Task } from '../tasks/task.ts';

/** Reads a file by its name in the data folder, and tells how many bytes of it have come. */
export type ReadAsset = (name: string, progress?: (loaded: number) => void) => Promise<Uint8Array>;

/** How far a large file has come, in bytes. */
export type LoadProgress = (loaded: number, total: number) => void;

/** What else there may be to it. */
interface LoadOptions {
  readonly progress?: LoadProgress;
  /** A text of the user's own, which takes the place of one of the app. */
  readonly own?: string;
}

/** Rejects with words for a person where a file is missing or damaged, or cannot be learned from as asked. */
export async function loadTask(config: Config, read: ReadAsset, more: LoadOptions = {}): Promise<Task> {
  return makeTask(config, await loadAllAssets(config, { read, ...more }));
}

/** What the task is made from. Rejects as `loadTask` does. */
export async function loadAllAssets(config: Config, { read, progress, own }: { readonly read: ReadAsset } & LoadOptions): Promise<Assets> {
  const [assets, pretrained] = await Promise.all([
    own === undefined ? loadAssets(config, read) : { text: own },
    config.model === 'pretrained' && shippedModel ? loadPretrained(shippedModel, read, progress) : undefined,
  ]);
  return { ...assets, ...(pretrained ? { pretrained } : {}) };
}

/** The shipped model and the text that it was trained on. Rejects with words that name the file. */
async function loadPretrained(facts: ShippedFacts, read: ReadAsset, progress?: LoadProgress): Promise<Pretrained> {
  const { file, bytes: total, text, split: share, seed, fingerprint } = facts;
  const [bytes, old] = await Promise.all([
    readFile(file, read, (loaded) => progress?.(loaded, total)),
    loadAssets({ task: 'text', text, pixels: '14' }, read),
  ]);
  const model = readModel(bytes, file);
  if (fingerprintOfModel(model) !== fingerprint || 'cell' in model.options)
    throw new UnreadableModel(`The model file ${file} is another than this version of the app expects. Load the page again.`);
  return {
    start: { weights: model.weights, tiedHead: model.options.tiedHead, fingerprint },
    tokenizer: model.tokenizer,
    old: { text: old.text ?? '', share, seed },
  };
}

async function readFile(file: string, read: ReadAsset, progress: (loaded: number) => void): Promise<Uint8Array> {
  try {
    return await read(`../models/${file}`, progress);
  } catch (error) {
    throw new Error(`The model file ${file} could not be loaded.`, { cause: error });
  }
}

function readModel(bytes: Uint8Array, file: string) {
  try {
    return decodeShippedModel(bytes);
  } catch (error) {
    if (error instanceof UnreadableModel) throw new UnreadableModel(`The model file ${file} cannot be used: ${error.message}.`);
    throw error;
  }
}
