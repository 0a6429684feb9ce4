/**
 * One token for each character (code point). The alphabet is that of the text it is made from, sorted; what is not in it is named and
 * refused rather than mapped to a stand-in, which the model would learn as if it were a letter.
 */
import { shown, UnknownSymbols } from './tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

/** A tokenizer of characters also tells them, by id. */
export interface CharacterTokenizer extends Tokenizer {
  readonly kind: 'characters';
  readonly alphabet: readonly string[];
}

/** More characters than this make an output too wide to train here: byte pairs do better then. */
const alphabetLimit = 4096;

/** The characters of a text, each once, by code point. */
export function alphabetOf(text: string): readonly string[] {
  const seen = new Set<number>();
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i)!;
    if (point > 0xffff) i++;
    seen.add(point);
  }
  return Array.from(seen)
    .sort((a, b) => a - b)
    .map((point) => String.fromCodePoint(point));
}

/** A tokenizer with one token for each of `alphabet`, in its order. Throws `RangeError` if there are none or too many. */
export function characterTokenizer(alphabet: readonly string[]): CharacterTokenizer {
  if (alphabet.length === 0 || alphabet.length > alphabetLimit)
    throw new RangeError(`An alphabet has 1 to ${alphabetLimit} characters; this text has ${alphabet.length}. Use byte pairs instead.`);
  const ids = new Map(alphabet.map((character, id) => [character.codePointAt(0)!, id]));
  return {
    kind: 'characters',
    size: alphabet.length,
    names: alphabet.map(shown),
    alphabet,
    encode(text) {
      const out = new Uint16Array(text.length);
      const unknown = new Set<string>();
      let end = 0;
      for (let i = 0; i < text.length; i++) {
        const point = text.codePointAt(i)!;
        if (point > 0xffff) i++;
        const id = ids.get(point);
        if (id === undefined) unknown.add(String.fromCodePoint(point));
        else out[end++] = id;
      }
      if (unknown.size > 0) throw new UnknownSymbols(Array.from(unknown));
      return out.slice(0, end);
    },
    decode: (tokens) => Array.from(tokens, (id) => alphabet[id] ?? '').join(''),
  };
}
