/**
 * Text as byte pairs. A word begins as its bytes; of the merges that apply, the one learned first is made everywhere from left to right, until
 * none applies. There is a token for every byte, so any text can be written; half a surrogate pair counts as U+FFFD, having no bytes.
 */
import { utf8Encode, utf8Text } from '../../shared/utf8.ts';
import { shown } from './tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';
import type { Merge } from './word-pairs.ts';
import { wordsOf } from './words.ts';

/** A tokenizer of byte pairs also tells its merges, of which it is made. */
export interface BytePairTokenizer extends Tokenizer {
  readonly kind: 'bytePairs';
  readonly merges: readonly Merge[];
  /** The bytes of each token, by id. */
  readonly bytes: readonly Uint8Array[];
}

const byteCount = 256;
const base = 65_536;
/** Words that are remembered with their tokens; text repeats its words, and what does not repeat must not fill the memory. */
const remembered = 200_000;

/** The tokenizer of some merges, merge i making token 256 + i. Throws `RangeError` if a merge names a token that is not there yet. */
export function bytePairTokenizer(merges: readonly Merge[]): BytePairTokenizer {
  const bytes = Array.from({ length: byteCount }, (_, byte) => Uint8Array.of(byte));
  const made = new Map<number, number>();
  merges.forEach(([left, right], i) => {
    const [a, b] = [bytes[left], bytes[right]];
    if (!a || !b) throw new RangeError(`Merge ${i} names a token that is not there.`);
    made.set(left * base + right, byteCount + i);
    bytes.push(Uint8Array.of(...a, ...b));
  });
  const known = new Map<string, Uint16Array>();
  const tokensOf = (word: string): Uint16Array => {
    const before = known.get(word);
    if (before) return before;
    const tokens = mergeBytes(utf8Encode(word), made);
    if (known.size < remembered) known.set(word, tokens);
    return tokens;
  };
  return {
    kind: 'bytePairs',
    size: bytes.length,
    names: bytes.map(nameOf),
    merges,
    bytes,
    encode(text) {
      let out = new Uint16Array(text.length + 16);
      let end = 0;
      for (const word of wordsOf(text)) {
        const tokens = tokensOf(word);
        if (end + tokens.length > out.length) out = grown(out, end + tokens.length);
        out.set(tokens, end);
        end += tokens.length;
      }
      return out.slice(0, end);
    },
    decode: (ids) => utf8Text(joined(Array.from(ids, (id) => bytes[id] ?? new Uint8Array()))),
  };
}

/** Tokens of the bytes of a word. A merge can only bring about later ones, so each round makes all of one. */
function mergeBytes(bytes: Uint8Array, made: ReadonlyMap<number, number>): Uint16Array {
  const tokens = Uint16Array.from(bytes);
  let length = tokens.length;
  for (;;) {
    let first = Infinity;
    for (let i = 1; i < length; i++) first = Math.min(first, made.get(tokens[i - 1]! * base + tokens[i]!) ?? Infinity);
    if (first === Infinity) return tokens.slice(0, length);
    let end = 0;
    for (let i = 0; i < length; i++) {
      const pair = i + 1 < length ? made.get(tokens[i]! * base + tokens[i + 1]!) : undefined;
      if (pair === first) i++;
      tokens[end++] = pair === first ? first : tokens[i]!;
    }
    length = end;
  }
}

function grown(tokens: Uint16Array, least: number): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(Math.max(2 * tokens.length, least));
  larger.set(tokens);
  return larger;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A token as text; bytes that are no whole character are written as `<E2>`. */
function nameOf(bytes: Uint8Array): string {
  const text = utf8Text(bytes);
  return text.includes('\ufffd')
    ? Array.from(bytes, (byte) => `<${byte.toString(16).toUpperCase().padStart(2, '0')}>`).join('')
    : shown(text);
}
