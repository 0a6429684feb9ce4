/**
 * Sequence tasks: a prompt of tokens, and the one completion that is right. All examples of a task are equally long, so none needs filling.
 * Every example is a whole number, of which its prompt is the digits: different numbers are different prompts.
 */
import type { SequenceName } from '../../params/task-kind.ts';
import { distinctNumbers } from './distinct.ts';

/** What decides the examples besides the seed. */
export interface SequenceOptions {
  /** Letters to copy or reverse (1 … 14), or digits of each number to add (1 … 7). */
  readonly length: number;
  /** Sums are taken modulo this (2 … 512). */
  readonly modulus: number;
}

/** A task in parts: what tokens there are, and the tokens of an example by its number. */
export interface Sequence {
  /** The tokens, by id. */
  readonly names: readonly string[];
  /** How many examples there are in all. */
  readonly space: number;
  readonly promptLength: number;
  /** Of prompt and completion together. */
  readonly length: number;
  /** Token ids of one example, prompt first. */
  readonly example: (number: number) => readonly number[];
}

const letters = Array.from('abcdefghij');
const digits = Array.from('0123456789');

/** The digits of a number in a base, highest first. */
function digitsOf(number: number, base: number, length: number): number[] {
  const out = new Array<number>(length).fill(0);
  for (let i = length - 1, rest = number; i >= 0; i--, rest = Math.floor(rest / base)) out[i] = rest % base;
  return out;
}

/** `abc=abc` or `abc=cba`. */
function lettersSequence(length: number, answer: (prompt: readonly number[]) => readonly number[]): Sequence {
  const equals = letters.length;
  return {
    names: [...letters, '='],
    space: letters.length ** length,
    promptLength: length + 1,
    length: 2 * length + 1,
    example: (number) => {
      const prompt = digitsOf(number, letters.length, length);
      return [...prompt, equals, ...answer(prompt)];
    },
  };
}

/** `12+07=019`: both numbers with all their digits, the sum with one more. */
function additionSequence(length: number): Sequence {
  const [plus, equals] = [digits.length, digits.length + 1];
  return {
    names: [...digits, '+', '='],
    space: 10 ** (2 * length),
    promptLength: 2 * length + 2,
    length: 3 * length + 3,
    example: (number) => {
      const [left, right] = [Math.floor(number / 10 ** length), number % 10 ** length];
      return [...digitsOf(left, 10, length), plus, ...digitsOf(right, 10, length), equals, ...digitsOf(left + right, 10, length + 1)];
    },
  };
}

/** `31 + 70 = 4` modulo 97: every number is one token (Power et al. 2022). */
function modularSequence(modulus: number): Sequence {
  const [plus, equals] = [modulus, modulus + 1];
  return {
    names: [...Array.from({ length: modulus }, (_, value) => String(value)), '+', '='],
    space: modulus ** 2,
    promptLength: 4,
    length: 5,
    example: (number) => {
      const [left, right] = [Math.floor(number / modulus), number % modulus];
      return [left, plus, right, equals, (left + right) % modulus];
    },
  };
}

/** The parts of a task. Throws `RangeError` for options out of range. */
export function sequenceOf(name: SequenceName, { length, modulus }: SequenceOptions): Sequence {
  const [value, least, most] = name === 'modular' ? [modulus, 2, 512] : [length, 1, name === 'addition' ? 7 : 14];
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name} goes from ${least} to ${most}, not ${value}.`);
  switch (name) {
    case 'copy':
      return lettersSequence(length, (prompt) => prompt);
    case 'reverse':
      return lettersSequence(length, (prompt) => prompt.toReversed());
    case 'addition':
      return additionSequence(length);
    case 'modular':
      return modularSequence(modulus);
  }
}

/** Token ids of `count` different examples in an order of chance, `[count × length]`; `count` is at most the space. */
export function sequenceExamples(sequence: Sequence, count: number, seed: number): Uint16Array {
  const tokens = new Uint16Array(count * sequence.length);
  distinctNumbers(count, sequence.space, seed).forEach((number, i) => tokens.set(sequence.example(number), i * sequence.length));
  return tokens;
}
