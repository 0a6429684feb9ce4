/** What turns text into the whole numbers that a language model reads, and back. */

/** A tokenizer. Ids run from 0 to `size` − 1. */
export interface Tokenizer {
  readonly kind: 'characters' | 'bytePairs' | 'symbols';
  /** Number of tokens: the width of the model's output. */
  readonly size: number;
  /** How each token is shown, by id; blanks and line ends are made visible. */
  readonly names: readonly string[];
  /** The ids of a text. Throws `UnknownSymbols` for what it has no token for. */
  encode(text: string): Uint16Array;
  /** The text of ids. Exact for what `encode` made; ids that no text encodes to come out as readable as can be. */
  decode(ids: ArrayLike<number>): string;
}

/** A text holds something that the tokenizer has no token for. */
export class UnknownSymbols extends Error {
  override readonly name = 'UnknownSymbols';
  /** Each unknown symbol once, in order of appearance. */
  readonly symbols: readonly string[];

  constructor(symbols: readonly string[]) {
    const named = symbols.slice(0, 10).map(nameOf).join(', ');
    const more = symbols.length > 10 ? ` and ${symbols.length - 10} more` : '';
    super(`The model's alphabet does not have ${named}${more}.`);
    this.symbols = symbols;
  }
}

const visible: Readonly<Record<string, string>> = { '\n': '⏎', ' ': '␣', '\t': '⇥' };

/** A symbol between quotes, with its number where the eye cannot tell it: `"é"`, `line end`, `U+200B`. */
function nameOf(symbol: string): string {
  if (symbol === '\n') return 'a line end';
  return /^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(symbol)
    ? `"${symbol}"`
    : `U+${symbol.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A piece of text as shown in a list or a chart, where blanks must be seen. */
export function shown(text: string): string {
  return text.replace(/[\n\t ]/g, (character) => visible[character] ?? character);
}
