/**
 * Exports whose `--sample` is held against the product: the same weights write the same text, and the tokenizer that a script is written with makes
 * the same tokens; and the model as it is taken away by itself, which must write the same again. Weights are drawn, large enough for the likeliest token to stand out; nothing is trained.
 */
import { readAsset } from '../cli/read-asset.ts';
import { exportFiles } from '../codegen/files.ts';
import { generate } from '../language/generate.ts';
import { decoderOf } from '../language/language-model.ts';
import type { LanguageModel } from '../language/language-model.ts';
import { Reader } from '../language/reader.ts';
import { buildModel } from '../models/build-model.ts';
import { sizeOf } from '../graph/graph.ts';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { isTableModel } from '../params/model-kind.ts';
import { fillNormal, stream } from '../shared/random.ts';
import { utf8Encode } from '../shared/utf8.ts';
import { makeTask } from '../tasks/make-task.ts';
import { exportModel } from '../trainer/export-model.ts';
import { runMaterial } from '../trainer/run-material.ts';
import { weightsForReading } from '../trainer/weights-for-reading.ts';
import { initialVectors } from '../training/setup.ts';
import { languageBase } from './parity-language.ts';
import { testAssets } from './test-assets.ts';

const names = { ...languageBase, task: 'text', text: 'names', context: 12, trainingSize: 50, width: 16 } as const satisfies ConfigPatch;
const tuned = { ...languageBase, task: 'text', text: 'names', trainingSize: 50, model: 'pretrained' } as const satisfies ConfigPatch;
const sequence = { ...languageBase, trainingSize: 60, width: 16, model: 'gpt' } as const satisfies ConfigPatch;

/** What byte pairs are cut at, and what is hard about it: contractions, digits, blanks of many kinds, letters of other scripts, no letters at all. */
const texts: readonly string[] = [
  "It's what they'll say: we've, I'm, he'd, 'twas, don't. ''s 's",
  'In 1984 there were 2½ of them, ², Ⅷ and ٣٤; x2y3 4th.',
  'A  blank,   three\n\n two\tlines \r\n and a\u00a0hard one\u2003wide \u0085 next\u001c sep \ufeff end ',
  'Größe, naïve, Ελληνικά, русский, 中文字, हिन्दी, עברית, ﬁ',
  '“Quotes” — dashes… 🙂🙃 🇪🇺 _under_score_ #tag @me 100% (a+b)=c',
  ' leading',
  ' ',
  'Once upon a time there was a captain who lived at 42 and said so.',
];

/** One export with the questions that it is asked. */
interface SampleRun {
  readonly patch: ConfigPatch;
  readonly prompt: string;
  /** Texts whose tokens are compared. */
  readonly texts: readonly string[];
}

const runs: Readonly<Record<string, SampleRun>> = {
  'GPT of characters': { patch: { ...names, model: 'gpt', heads: '2' }, prompt: 'Ann', texts: ['Annabel\n'] },
  'GPT of byte pairs, rotary': {
    patch: { ...names, text: 'plays', model: 'gpt', heads: '2', tokenizer: 'bpe', vocabulary: 2000, positions: 'rotary' },
    prompt: 'The king',
    texts,
  },
  'LSTM of characters, two layers': { patch: { ...names, model: 'lstm', depth: 2 }, prompt: 'Ann', texts: ['Annabel\n'] },
  'GPT of symbols, copy': { patch: { ...sequence, task: 'copy', length: 3 }, prompt: 'abc=', texts: [] },
  'GPT of words, modular': { patch: { ...sequence, task: 'modular', modulus: 11 }, prompt: '3 + 4 =', texts: ['10 + 9 ='] },
  pretrained: { patch: tuned, prompt: 'Once upon', texts },
  'pretrained, LoRA': { patch: { ...tuned, tune: 'lora', rank: 2 }, prompt: 'Once upon', texts: [] },
  'pretrained, head': { patch: { ...tuned, tune: 'head' }, prompt: 'Once upon', texts: [] },
};

/** What the product answers, and the files that PyTorch is to answer from: those of the export, and `asked.json`. */
export interface SampleExport {
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** At temperature 0, the prompt included. */
  readonly text: string;
  readonly tokens: readonly (readonly number[])[];
  /** Behind the prompt. */
  readonly logits: readonly number[];
  /** The least distance between the two best logits on the way: where it is small, rounding decides. */
  readonly gap: number;
}

/** All of them, in order. */
export async function sampleExports(): Promise<readonly SampleExport[]> {
  const exports: SampleExport[] = [];
  for (const [name, run] of Object.entries(runs)) exports.push(await sampleExport(name, run));
  return exports;
}

async function sampleExport(name: string, { patch, prompt, texts: asked }: SampleRun): Promise<SampleExport> {
  const { config, problems } = normalize(patch);
  const task = makeTask(config, await testAssets(config));
  if (problems.length > 0 || task.kind !== 'language' || isTableModel(config.model)) throw new Error(`${name}: no run of language`);
  const model = buildModel(config, task);
  const flat = (initialVectors(config, model)['parameters'] ?? new Float32Array()).slice();
  const noise = new Float32Array(flat.length);
  fillNormal(noise, config.seed, stream.initialization, 1000, 0);
  flat.forEach((value, i) => (flat[i] = value + 0.5 * noise[i]!));
  const material = runMaterial(config, [], task, { loss: [], learningRate: [], momentum: [], evaluations: [] });
  const parameters = material.parameters.map((tensor, i) => {
    const { offset = 0 } = model.parameters[i] ?? {};
    return { ...tensor, values: flat.slice(offset, offset + sizeOf(tensor.shape)) };
  });
  const read = await weightsForReading({ task, model, weights: () => Promise.resolve(flat) }, config);
  if (!read) throw new Error(`${name}: no language model`);
  const taken = await exportModel({ ...read, step: 0, begun: { config, changes: [] } }, readAsset);
  const question = JSON.stringify({ prompt, texts: asked });
  const [context = 1] = task.inputShape;
  const count = task.promptLength > 0 ? context + 1 - task.tokenizer.encode(prompt).length : 200;
  return {
    name,
    files: { ...taken, ...exportFiles({ ...material, parameters }, 'pytorch'), 'asked.json': utf8Encode(question) },
    ...written(read.model, prompt, count),
    tokens: asked.map((text) => Array.from(task.tokenizer.encode(text))),
  };
}

/** A text at temperature 0, and how narrowly its tokens were chosen. */
function written(model: LanguageModel, prompt: string, count: number): Pick<SampleExport, 'text' | 'logits' | 'gap'> {
  const tokens = Array.from(model.tokenizer.encode(prompt));
  const reader = new Reader(decoderOf(model));
  let logits: readonly number[] = [];
  let gap = Infinity;
  for (const made of generate(model, { prompt, count, temperature: 0, topK: 0, topP: 1, seed: 1 })) {
    if (made.kind !== 'made') continue;
    const reading = reader.logitsAfter(tokens, tokens.length);
    let next = reading.next();
    while (!next.done) next = reading.next();
    if (logits.length === 0) logits = Array.from(next.value);
    const [best = 0, second = 0] = Array.from(next.value).sort((a, b) => b - a);
    gap = Math.min(gap, best - second);
    tokens.push(made.token);
  }
  return { text: model.tokenizer.decode(tokens), logits, gap };
}
