/**
 * Which characters of a text are prompt: what is given, and what follows it is the completion. In the plays the heading says who speaks, and what is
 * said follows. A pure function of the text, so that it can be cut, dealt out and read in parts.
 */
import type { PromptedText } from '../../params/task-kind.ts';
import type { SomeTokenizer } from '../tokenizers/tokenizer-json.ts';

/** The prompts of each text, blanks before them included. All of these texts are ASCII: a byte is a character. */
const prompts: Readonly<Record<PromptedText, RegExp>> = {
  // `  Ham.`, `   Old M.`, `  1.Murth.`, and the witches, who are numbers only.
  plays: /^ {2,3}(?:\d\.(?: ?[A-Z][A-Za-z]{0,12}\.)?|[A-Z][A-Za-z'& ]{0,20}\.)/gm,
};

/** 1 for each token of `ids` that counts, 0 for those that lie wholly in a prompt of `text`, which they spell. */
export function countedTokens(name: PromptedText, text: string, ids: Uint16Array, tokenizer: SomeTokenizer): Uint8Array {
  const given = new Uint8Array(text.length);
  for (const { index, 0: prompt } of text.matchAll(prompts[name])) given.fill(1, index, index + prompt.length);
  let end = 0;
  return Uint8Array.from(ids, (id) => {
    const begin = end;
    end += charactersOf(tokenizer, id);
    return Number(given.subarray(begin, end).includes(0));
  });
}

/** Characters of a token of such a text. */
export function charactersOf(tokenizer: SomeTokenizer, id: number): number {
  return tokenizer.kind === 'bytePairs' ? (tokenizer.bytes[id]?.length ?? 0) : 1;
}
