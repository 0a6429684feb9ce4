/** What is said of tokens: rows spelled out, and what the model made of one of them. Pure. */
import { formatCount, formatNumber, formatPercent } from '../../shared/format.ts';
import type { Learned } from '../../trainer/trainer.ts';
import type { DataPicture } from '../views/learned-input.ts';

/** Rows of tokens, and what the model answers on them. */
export type TokenPicture = Extract<DataPicture, { kind: 'tokens' }>;
/** The answers. */
export type TokenAnswers = Extract<Learned, { kind: 'tokens' }>;

/** Rows of a picture. */
export function rowCount({ tokens, length }: TokenPicture): number {
  return tokens.length / length;
}

/** What stands under passages that no model has judged yet. A pretrained one has learned something, though nothing of this text. */
export function heldOutInWords(count: number, begins: 'pretrained' | 'random'): string {
  const passages = count === 1 ? '1 passage that is' : `${formatCount(count)} passages that are`;
  const yet = begins === 'random' ? 'nothing learned yet' : `the model has not judged ${count === 1 ? 'it' : 'them'} yet`;
  return `${passages} held out from training; ${yet}.`;
}

/** Tokens as text; numbers of several digits are kept apart by blanks. */
export function spelled(ids: ArrayLike<number>, names: readonly string[]): string {
  return Array.from(ids, (id) => names[id] ?? '?').join(names.some((name) => name.length > 1) ? ' ' : '');
}

/** A token and the probability that it was given, 0 … 1. */
export interface Candidate {
  readonly name: string;
  readonly probability: number;
  /** It is the one that stands there. */
  readonly isRight: boolean;
}

/** What the model made of one token. */
export interface TokenJudgement {
  readonly name: string;
  /** Nats, and the probability that it means. */
  readonly loss: number;
  readonly probability: number;
  /** Likeliest first. */
  readonly candidates: readonly Candidate[];
}

/** The judgement of token `at` of the picture, counted through all rows; undefined for the first of a row, which nothing predicts, and before there are answers. */
export function judgementAt(
  { tokens, length, names }: TokenPicture,
  answers: TokenAnswers | undefined,
  at: number,
): TokenJudgement | undefined {
  const place = predictedAt(at, length);
  const token = tokens[at];
  const loss = place === undefined ? undefined : answers?.losses[place];
  if (answers === undefined || place === undefined || token === undefined || loss === undefined) return undefined;
  const candidates = Array.from({ length: answers.count }, (_, rank) => {
    const id = answers.candidates[place * answers.count + rank] ?? 0;
    return { name: names[id] ?? '?', probability: answers.probabilities[place * answers.count + rank] ?? 0, isRight: id === token };
  });
  return { name: names[token] ?? '?', loss, probability: Math.exp(-loss), candidates };
}

/** The place among what is predicted of token `at`; undefined for the first of a row. */
export function predictedAt(at: number, length: number): number | undefined {
  const [row, column] = [Math.floor(at / length), at % length];
  return column === 0 ? undefined : row * (length - 1) + column - 1;
}

/** Whether the loss is about token `at` of the picture. */
export function isCounted({ counted }: TokenPicture, at: number): boolean {
  return counted?.[at] !== 0;
}

/** The judgement in a sentence, for those who hear it. */
export function judgementInWords(name: string, judgement: TokenJudgement | undefined, counts = true): string {
  if (judgement === undefined) return `“${name}”: given, not predicted.`;
  const { loss, probability, candidates } = judgement;
  const likeliest = candidates.map((candidate) => `“${candidate.name}” ${formatPercent(candidate.probability)}`).join(', ');
  return `“${name}”: probability ${formatPercent(probability)}, ${formatNumber(loss)} nats. Likeliest: ${likeliest}.${counts ? '' : ' A prompt: it does not count.'}`;
}

/** What is said of token `at`, of that name. */
export function tokenInWords(name: string, picture: TokenPicture, answers: TokenAnswers | undefined, at: number): string {
  if (answers === undefined) return `“${name}”: not judged yet.`;
  return judgementInWords(name, judgementAt(picture, answers, at), isCounted(picture, at));
}
