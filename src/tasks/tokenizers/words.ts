/**
 * How text is cut before byte pairs are merged: pairs never cross these cuts, so that "dog." and "dog!" share a token. The rule is that of
 * GPT-2 (Radford et al. 2019), which `tokenizer.json` calls `ByteLevel`: a word takes the one blank before it along. Contractions, letters,
 * digits and the rest stay apart; of several blanks the last goes to the next word.
 */

const wordPattern = /'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** The words in order; together they are the whole text. One match at a time: a list of all would take more memory than the text. */
export function* wordsOf(text: string): Generator<string, void> {
  for (const [word] of text.matchAll(wordPattern)) yield word;
}

/**
 * The character that stands for each byte in `tokenizer.json`: itself where it is printable Latin-1, else one from U+0100 on, in order. So
 * every token is a string that can be seen, and a blank is `Ġ`.
 */
export const byteCharacters: readonly string[] = makeByteCharacters();

function makeByteCharacters(): string[] {
  let next = 0x100;
  const isPrintable = (byte: number): boolean => (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}
