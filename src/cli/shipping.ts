/** From the checkpoint of a pretraining run to the model that comes with the app: its file, its card, its line in the parameter table. */
import { generate } from '../language/generate.ts';
import type { LanguageModel } from '../language/language-model.ts';
import type { Pilot, Sample, TrainingSummary, Twin } from '../language/model-card.ts';
import { decodeShippedModel, encodeShippedModel, fingerprintOfModel } from '../language/shipped-model.ts';
import type { ShippedModel } from '../language/shipped-model.ts';
import { languageOptions } from '../models/build-language-model.ts';
import type { Config } from '../params/config.ts';
import type { ShippedFacts, ShippedSizes } from '../params/shipped-facts.ts';
import { toHash } from '../params/url.ts';
import { roundedToHalf } from '../shared/half.ts';
import type { Tokenizer } from '../tasks/tokenizers/tokenizer.ts';
import { loadTask } from '../trainer/load-task.ts';
import { worksInWords } from '../trainer/data-in-words.ts';
import type { ReadAsset } from '../trainer/load-task.ts';
import { openEngine } from '../trainer/open-engine.ts';
import { judged } from '../training/average.ts';
import { decodeCheckpoint, outlineOfCheckpoint } from '../training/checkpoint.ts';
import { evaluateSplit } from '../training/evaluate.ts';
import { firstStep } from '../training/first-step.ts';
import { lossScalarValues } from '../training/losses.ts';
import { evaluationGraphs } from '../training/program.ts';
import { checkpointOwner, initialVectors, programOf, setUp } from '../training/setup.ts';
import type { Setup } from '../training/setup.ts';
import { weightsIn } from '../training/weights.ts';
import { curveIn } from './run-lines.ts';

/** Larger files are not shipped: whoever opens the model waits for all of it. */
const mostBytes = 5_000_000;
const prompts = ['It was', 'The captain', '"I do not know," said'];
const sampleTokens = 60;

/** What is shipped from. */
export interface ShippingRequest {
  readonly checkpoint: Uint8Array;
  /** The JSON lines of the run. */
  readonly lines: string;
  readonly pilots: readonly Pilot[];
  /** The same run in PyTorch. */
  readonly twin?: Twin;
  /** What the file’s name begins with. */
  readonly name: string;
  readonly read: ReadAsset;
}

/** All that is written. */
export interface Shipped {
  readonly facts: ShippedFacts;
  readonly bytes: Uint8Array;
  readonly card: TrainingSummary;
  /** `src/params/shipped-model.ts`. */
  readonly source: string;
}

/**
 * The weights of the best evaluation, or the last where none is kept, rounded to half precision, judged once more as they are shipped. Rejects with
 * a reason for a run that is no GPT on a text of the app, for a twin that ended at another step, and for a file above 5 MB.
 */
export async function shipped({ checkpoint, lines, pilots, twin, name, read }: ShippingRequest): Promise<Shipped> {
  const { initial: config } = outlineOfCheckpoint(checkpoint);
  const task = await loadTask(config, read);
  const sizes = sizesOf(config, task.outputs);
  const setup = setUp(config, task);
  if (task.kind !== 'language' || !isOfText(task.tokenizer)) throw new Error('task: only a model of text can be shipped.');
  const { counters, vectors, best } = decodeCheckpoint(checkpoint, checkpointOwner(config, setup));
  const weights = roundedToHalf((best ?? weightsIn(vectors)[judged(config)]).parameters);
  const model = { options: languageOptions({ ...config, model: 'gpt' }, task), weights, tokenizer: task.tokenizer };
  const done = best && counters.stopping.best ? counters.stopping.best.step : counters.cursor.step;
  const share = done / Math.max(1, counters.cursor.step);
  if (twin && twin.steps !== done) throw new Error(`twin: it ended at step ${twin.steps}, the run at ${done}.`);
  const training: TrainingSummary = {
    data: await worksInWords(config.text, read),
    characters: Math.round(task.train.count * config.context * task.charactersPerToken),
    tokens: Math.round(counters.cursor.examples * share) * config.context,
    steps: done,
    seed: config.seed,
    link: toHash({ config, changes: [...counters.changes, ...counters.coming], hide: [], lock: [], run: false }),
    validationLoss: await lossOf(setup, config, weights),
    curve: curveIn(lines),
    samples: prompts.map((prompt) => sampleOf(model, prompt)),
    pilots,
    ...(twin ? { twin } : {}),
  };
  const bytes = encodeShippedModel({ ...model, training });
  if (bytes.length > mostBytes) throw new Error(`The file would have ${bytes.length} bytes; at most ${mostBytes} are shipped.`);
  // As it is read back, so that what the table knows is what the file says.
  const fingerprint = fingerprintOfModel(decodeShippedModel(bytes));
  const file = `${name}-${fingerprint.slice(0, 8)}.safetensors`;
  const { text, split, seed } = config;
  if (text === 'own') throw new Error('text: a model that is shipped is trained on a text of the app.');
  const facts: ShippedFacts = { file, bytes: bytes.length, fingerprint, sizes, text, split, seed };
  return { facts, bytes, card: training, source: sourceOf(facts) };
}

function isOfText(tokenizer: Tokenizer): tokenizer is ShippedModel['tokenizer'] {
  return tokenizer.kind !== 'symbols';
}

/** `tokens`: how many its tokenizer has. Throws for a configuration that “Pretrained GPT” cannot stand for. */
function sizesOf(config: Config, tokens: number): ShippedSizes {
  const { task, model, tokenizer, context, depth, width, heads, normAt, normalization, activation, positions, tiedHead } = config;
  if (task !== 'text') throw new Error('task: only a model of text can be shipped.');
  if (model !== 'gpt' || (normalization !== 'layer' && normalization !== 'rms')) throw new Error('model: only a GPT can be shipped.');
  if (activation !== 'gelu' && activation !== 'relu' && activation !== 'swiglu') throw new Error(`act: a GPT has no ${activation}.`);
  return { tokenizer, vocabulary: tokens, context, depth, width, heads, normAt, normalization, activation, positions, tiedHead };
}

/** Loss of some weights on the validation split. */
async function lossOf(setup: Setup, config: Config, parameters: Float32Array): Promise<number> {
  const { task, sizes, model } = setup;
  const { executor } = await openEngine(config.engine, [], firstStep(config, task));
  try {
    await executor.load(programOf(setup, config, { ...initialVectors(config, model), parameters }));
    const graph = evaluationGraphs.raw.evaluate;
    return (await evaluateSplit(executor, task, 'validation', sizes, { scalars: lossScalarValues(config), graph })).loss;
  } finally {
    executor.dispose();
  }
}

function sampleOf(model: LanguageModel, prompt: string): Sample {
  const temperature = 0.8;
  let text = '';
  for (const event of generate(model, { prompt, count: sampleTokens, temperature, topK: 0, topP: 0.95, seed: 1 }))
    if (event.kind === 'made') text += event.text;
  return { prompt, text, temperature };
}

function sourceOf(facts: ShippedFacts): string {
  return `/** The pretrained model that comes with the app, written by \`npm run ship\`. While there is none, “Pretrained” is no option. */
import type { ShippedFacts } from './shipped-facts.ts';

/** What is known of it beforehand. */
export const shippedModel: ShippedFacts | undefined = ${literal(facts)};
`;
}

/** An object as Prettier writes it. */
function literal(facts: ShippedFacts): string {
  return JSON.stringify(facts, undefined, 2)
    .replace(/"(\w+)":/g, '$1:')
    .replace(/"([^"]*)"/g, "'$1'")
    .replace(/(['\w])\n(\s*)\}/g, '$1,\n$2}')
    .replace(/\}\n\}$/, '},\n}')
    .replace(/: (\d{5,})/g, (_, digits: string) => `: ${digits.replace(/\B(?=(\d{3})+$)/g, '_')}`);
}
