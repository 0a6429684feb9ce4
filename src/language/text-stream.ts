/**
 * The text of tokens that arrive one by one. A byte-pair token may end within a character; that character is held back until it is whole, so
 * that what has been shown never changes.
 */
import type { Tokenizer } from '../tasks/tokenizers/tokenizer.ts';

/** Takes tokens, and gives the text that they add. */
export class TextStream {
  private readonly tokenizer: Tokenizer;
  private readonly tokens: number[];
  private shown: number;

  /** `before`: the tokens of a text that is already shown. */
  constructor(tokenizer: Tokenizer, before: ArrayLike<number>) {
    this.tokenizer = tokenizer;
    this.tokens = Array.from(before);
    this.shown = tokenizer.decode(before).length;
  }

  /** What can be shown now that could not before. After the last token nothing is held back. */
  add(token: number, isLast: boolean): string {
    this.tokens.push(token);
    const text = this.tokenizer.decode(this.tokens);
    const end = isLast ? text.length : text.replace(/\ufffd+$/u, '').length;
    const added = text.slice(this.shown, end);
    this.shown = Math.max(this.shown, end);
    return added;
  }
}
