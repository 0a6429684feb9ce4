/**
 * Which parts of a text are trained on, and which are kept for judging. The text is cut into blocks of equal length, at ends of lines or words
 * where they are near, and whole blocks are dealt out by the seed: held-out text was then never seen, not even with its words in another
 * window, and it comes from all over the text. How it is cut depends on the text, the share and the seed alone, never on tokenizer or
 * context, so that what one model was not shown can judge another.
 */
import { permutation, stream } from '../../shared/random.ts';

/** The parts of each split, in the order of the text; neighbouring blocks of one split are one part. */
export interface TextParts {
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
}

/** A text that cannot be learned from as asked, and why. */
export class UnusableText extends Error {
  override readonly name = 'UnusableText';
}

const mostBlocks = 64;
/** Three blocks at least: one for each split. */
const fewestBlocks = 3;
const leastCharacters = 500;
/** Furthest that a cut moves to find the end of a line or a word. */
const reach = 1000;

/** Parts of `text`: a share of its blocks to train on, half of the rest each for validation and test, one block at least. */
export function splitText(text: string, options: { readonly share: number; readonly seed: number }): TextParts {
  const count = Math.min(Math.max(Math.floor(text.length / leastCharacters), fewestBlocks), mostBlocks);
  const cuts = cutsOf(text, count);
  const heldOut = Math.max(Math.round((count * (1 - options.share)) / 2), 1);
  // Split stream, third order: the first two deal out and choose examples of other tasks.
  const order = permutation(count, options.seed, stream.split, 2);
  const validation = new Set(order.subarray(0, heldOut));
  const test = new Set(order.subarray(heldOut, 2 * heldOut));
  const partsWhere = (isOurs: (block: number) => boolean): readonly string[] => {
    const parts: string[] = [];
    for (let block = 0; block < count; block++) {
      if (!isOurs(block)) continue;
      const begin = cuts[block]!;
      while (block + 1 < count && isOurs(block + 1)) block++;
      parts.push(text.slice(begin, cuts[block + 1]));
    }
    return parts.filter((part) => part !== '');
  };
  return {
    train: partsWhere((block) => !validation.has(block) && !test.has(block)),
    validation: partsWhere((block) => validation.has(block)),
    test: partsWhere((block) => test.has(block)),
  };
}

/** Where the blocks begin, and the end of the last. */
function cutsOf(text: string, count: number): readonly number[] {
  const furthest = Math.min(reach, Math.floor(text.length / count / 2));
  return Array.from({ length: count + 1 }, (_, i) => {
    const at = Math.floor((i * text.length) / count);
    return i === 0 || i === count ? at : cutNear(text, at, furthest);
  });
}

/** After the next line end; else before the next blank, which belongs to the word that follows it; else here, but not within a pair. */
function cutNear(text: string, at: number, furthest: number): number {
  const near = text.slice(at, at + furthest);
  const line = near.indexOf('\n');
  if (line >= 0) return at + line + 1;
  const blank = near.indexOf(' ');
  if (blank >= 0) return at + blank;
  const isWithinPair = (text.codePointAt(at - 1) ?? 0) > 0xffff;
  return isWithinPair ? at + 1 : at;
}
