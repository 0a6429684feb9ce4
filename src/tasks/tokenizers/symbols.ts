/**
 * A fixed set of named tokens, such as digits and signs, or the numbers 0 to 96. Blanks between them are passed over; where one name begins
 * another the longer one is read. Names of more than one letter are written with blanks between.
 */
import { UnknownSymbols } from './tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

/** A tokenizer of such a set; its names are the tokens themselves. */
export interface SymbolTokenizer extends Tokenizer {
  readonly kind: 'symbols';
}

/** The tokenizer of `names`, in their order; none is empty or holds a blank. */
export function symbolTokenizer(names: readonly string[]): SymbolTokenizer {
  const ids = new Map(names.map((name, id) => [name, id]));
  const longest = Math.max(...names.map((name) => name.length));
  const between = longest > 1 ? ' ' : '';
  const nameAt = (text: string, at: number): string | undefined => {
    for (let length = longest; length > 0; length--) if (ids.has(text.slice(at, at + length))) return text.slice(at, at + length);
    return undefined;
  };
  return {
    kind: 'symbols',
    size: names.length,
    names,
    encode(text) {
      const out: number[] = [];
      const unknown = new Set<string>();
      for (let at = 0; at < text.length;) {
        const name = nameAt(text, at);
        const character = String.fromCodePoint(text.codePointAt(at)!);
        if (name !== undefined) out.push(ids.get(name)!);
        else if (/\S/u.test(character)) unknown.add(character);
        at += (name ?? character).length;
      }
      if (unknown.size > 0) throw new UnknownSymbols(Array.from(unknown));
      return Uint16Array.from(out);
    },
    decode: (tokens) => Array.from(tokens, (id) => names[id] ?? '').join(between),
  };
}
