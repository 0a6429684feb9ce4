/** From a configuration to a task of language: finds or learns the tokenizer, cuts, deals out. Stands beside `make-task.ts`, whose other tasks are tables. */
import { fingerprint } from '../shared/hash.ts';
import { permutation, stream } from '../shared/random.ts';
import { taskOptions, textOptions } from '../params/options.ts';
import { isPrompted } from '../params/task-kind.ts';
import type { PromptedText } from '../params/task-kind.ts';
import type { Assets, Pretrained } from './assets.ts';
import type { LanguageConfig, SequenceConfig, TextConfig } from './language-config.ts';
import { sequenceExamples, sequenceOf } from './sequences/sequences.ts';
import { splitSizes } from './splits.ts';
import type { LanguageTask, TokenSplit } from './task.ts';
import { splitText, UnusableText } from './text/blocks.ts';
import { charactersOf, countedTokens } from './text/prompts.ts';
import { countWindows, evenly, windowsOf } from './text/windows.ts';
import { bytePairTokenizer } from './tokenizers/byte-pair-tokenizer.ts';
import { learnBytePairs } from './tokenizers/byte-pairs.ts';
import type { BytePairProgress } from './tokenizers/byte-pairs.ts';
import { alphabetOf, characterTokenizer } from './tokenizers/characters.ts';
import { symbolTokenizer } from './tokenizers/symbols.ts';
import { tokenizerJson } from './tokenizers/tokenizer-json.ts';
import type { SomeTokenizer } from './tokenizers/tokenizer-json.ts';

/** What a task of language is made from. */
type LanguageAssets = Pick<Assets, 'text' | 'tokenizer' | 'pretrained'>;

/**
 * Builds the task of a configuration. Pure: same arguments, same task. Throws `UnusableText` for a text too short for the context,
 * `UnknownSymbols` for one that a given tokenizer cannot write, and an `Error` for a missing asset.
 */
export function languageTask(config: LanguageConfig, assets: LanguageAssets): LanguageTask {
  return config.task === 'text' ? textTask(config, assets) : sequenceTask({ ...config, task: config.task });
}

/**
 * The tokenizer of a text, step by step, so that a worker can show progress and let messages in between. Byte pairs are learned from the
 * part of the text that is trained on; an alphabet is that of all of it, since a character without a token could not be judged.
 */
export function* tokenizerFor(config: TextConfig, text: string): Generator<BytePairProgress, SomeTokenizer> {
  if (config.tokenizer === 'characters') return characterTokenizer(alphabetOf(text));
  const { train } = splitText(text, { share: config.split, seed: config.seed });
  return bytePairTokenizer(yield* learnBytePairs(train.join(''), config.vocabulary));
}

function textTask(config: TextConfig, assets: LanguageAssets): LanguageTask {
  const { text } = assets;
  if (text === undefined)
    throw new Error(config.text === 'own' ? 'Your own text is not here: choose it first.' : 'The text has not been loaded.');
  const pretrained = pretrainedFor(config, assets);
  const tokenizer = pretrained?.tokenizer ?? assets.tokenizer ?? atOnce(tokenizerFor(config, text));
  const { context, trainingSize, heldOutSize, seed } = config;
  const parts = splitText(text, { share: config.split, seed });
  const masked = config.maskPrompts && isPrompted(config.text) ? config.text : undefined;
  const windows = (texts: readonly string[], choose: (count: number) => Uint32Array, prompted?: PromptedText): TokenSplit => {
    const tokens = texts.map((part) => tokenizer.encode(part));
    const count = countWindows(tokens, context);
    if (count === 0)
      throw new UnusableText(`The text is too short for a context of ${context} tokens: a part of it is not even that long.`);
    const chosen = choose(count);
    const split = windowsOf(tokens, context, chosen);
    if (prompted === undefined) return split;
    const counted = tokens.map((ids, part) => Uint16Array.from(countedTokens(prompted, texts[part] ?? '', ids, tokenizer)));
    return { ...split, weights: windowsOf(counted, context, chosen).targets };
  };
  const heldOut = (count: number): Uint32Array => evenly(count, heldOutSize);
  // Split stream, fifth order.
  let available = 0;
  const chosen = (count: number): Uint32Array => {
    available = count;
    return permutation(count, seed, stream.split, 4).subarray(0, trainingSize).sort();
  };
  const train = windows(parts.train, chosen, masked);
  const oldParts = pretrained && splitText(pretrained.old.text, pretrained.old);
  const replayed = replayedCount(train.count, config.replay);
  // Sixth order. Which windows are replayed is settled once: each is seen as often as a new one.
  const choose = (count: number): Uint32Array => permutation(count, seed, stream.split, 5).subarray(0, replayed).sort();
  const all = oldParts && replayed > 0 ? joined(train, windows(oldParts.train, choose)) : train;
  return {
    ...described(textOptions.find(({ value }) => value === config.text)?.label ?? config.text, tokenizer, context),
    promptLength: 0,
    windows: { available, replayed: all.count - train.count },
    trainsOnPrompt: true,
    masksPrompts: masked !== undefined,
    charactersPerToken:
      masked === undefined ? charactersPerToken(tokenizer, parts.validation) : countedPerToken(masked, tokenizer, parts.validation),
    ...(pretrained ? { start: pretrained.start } : {}),
    ...hashed(tokenizer, {
      train: all,
      validation: windows(parts.validation, heldOut, masked),
      test: windows(parts.test, heldOut, masked),
      ...(oldParts ? { old: windows(oldParts.validation, heldOut) } : {}),
    }),
  };
}

function pretrainedFor({ model }: TextConfig, { pretrained }: LanguageAssets): Pretrained | undefined {
  if (model !== 'pretrained') return undefined;
  if (pretrained === undefined) throw new Error('The pretrained model has not been loaded.');
  return pretrained;
}

/** Old windows beside `count` new ones, so that they are a share of all. */
function replayedCount(count: number, share: number): number {
  return Math.round((count * share) / (1 - share));
}

function joined(first: TokenSplit, second: TokenSplit): TokenSplit {
  const after = (a: Float32Array, b: Float32Array): Float32Array => {
    const both = new Float32Array(a.length + b.length);
    both.set(a);
    both.set(b, a.length);
    return both;
  };
  return {
    count: first.count + second.count,
    inputs: after(first.inputs, second.inputs),
    targets: after(first.targets, second.targets),
    // Of the old text everything counts.
    ...(first.weights ? { weights: after(first.weights, new Float32Array(second.targets.length).fill(1)) } : {}),
  };
}

function sequenceTask(config: SequenceConfig): LanguageTask {
  const sequence = sequenceOf(config.task, config);
  const sizes = splitSizes(config.trainingSize, config.split, sequence.space);
  const tokenizer = symbolTokenizer(sequence.names);
  const tokens = sequenceExamples(sequence, sizes.train + sizes.validation + sizes.test, config.seed);
  const context = sequence.length - 1;
  const rows = (begin: number, count: number): TokenSplit => {
    const ours = Array.from({ length: count }, (_, i) => tokens.subarray((begin + i) * sequence.length, (begin + i + 1) * sequence.length));
    const all = windowsOf(ours, context, Uint32Array.from(ours.keys()));
    // The first token that counts is predicted at the last token of the prompt.
    return { ...all, weights: all.targets.map((_, place) => Number((place % context) + 1 >= sequence.promptLength)) };
  };
  const [first, second] = [sizes.train, sizes.train + sizes.validation];
  return {
    ...described(taskOptions.find(({ value }) => value === config.task)?.label ?? config.task, tokenizer, context),
    promptLength: sequence.promptLength,
    masksPrompts: false,
    trainsOnPrompt: !config.completionOnly,
    charactersPerToken: 1,
    ...hashed(tokenizer, {
      train: rows(0, sizes.train),
      validation: rows(first, Math.min(sizes.validation, config.heldOutSize)),
      test: rows(second, Math.min(sizes.test, config.heldOutSize)),
    }),
  };
}

type Splits = Pick<LanguageTask, 'train' | 'validation' | 'test' | 'old'>;

function described(
  name: string,
  tokenizer: SomeTokenizer,
  context: number,
): Omit<LanguageTask, keyof Splits | 'hash' | 'promptLength' | 'masksPrompts' | 'trainsOnPrompt' | 'charactersPerToken' | 'start'> {
  const identity = { mean: new Float64Array(1), scale: new Float64Array(1).fill(1) };
  return {
    name,
    kind: 'language',
    tokenizer,
    inputShape: [context],
    outputs: tokenizer.size,
    classNames: tokenizer.names,
    inputNames: ['token'],
    targetName: 'next token',
    inputStandardization: identity,
    targetStandardization: identity,
    droppedRows: 0,
  };
}

/** Adds the hash: of the ids, and, behind a point, of what they stand for. Two texts that differ by their letters only have equal ids. */
function hashed(tokenizer: SomeTokenizer, splits: Splits): Splits & Pick<LanguageTask, 'hash'> {
  const arrays = [splits.train, splits.validation, splits.test, splits.old ?? []]
    .flat()
    .flatMap(({ inputs, targets, weights }) => [inputs, targets, ...(weights ? [weights] : [])]);
  const vocabulary = tokenizerJson(tokenizer);
  const letters = Uint32Array.from({ length: vocabulary.length }, (_, i) => vocabulary.charCodeAt(i));
  return { ...splits, hash: `${fingerprint(arrays)}.${fingerprint([letters])}` };
}

function charactersPerToken(tokenizer: SomeTokenizer, parts: readonly string[]): number {
  const sum = (lengths: readonly number[]): number => lengths.reduce((total, length) => total + length, 0);
  return sum(parts.map((part) => part.length)) / sum(parts.map((part) => tokenizer.encode(part).length));
}

/** The same of the tokens that count. */
function countedPerToken(name: PromptedText, tokenizer: SomeTokenizer, parts: readonly string[]): number {
  let [characters, tokens] = [0, 0];
  for (const part of parts) {
    const ids = tokenizer.encode(part);
    countedTokens(name, part, ids, tokenizer).forEach((counts, i) => {
      characters += counts * charactersOf(tokenizer, ids[i]!);
      tokens += counts;
    });
  }
  return characters / tokens;
}

/** Drives a generator to its end without a pause. */
function atOnce<Result>(generator: Generator<unknown, Result>): Result {
  let next = generator.next();
  while (!next.done) next = generator.next();
  return next.value;
}
