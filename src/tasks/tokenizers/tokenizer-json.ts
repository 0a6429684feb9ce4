/**
 * Tokenizers as `tokenizer.json`, the file that Hugging Face's libraries read, and back. Byte pairs are its `BPE` model behind its
 * `ByteLevel` cut; an alphabet is a `BPE` model without merges, which takes text apart into characters. Symbols of more than one letter are words
 * between blanks, which such a model takes whole if it ignores merges.
 */
import { isRecord } from '../../shared/is-record.ts';
import { bytePairTokenizer } from './byte-pair-tokenizer.ts';
import type { BytePairTokenizer } from './byte-pair-tokenizer.ts';
import { characterTokenizer } from './characters.ts';
import type { CharacterTokenizer } from './characters.ts';
import type { SymbolTokenizer } from './symbols.ts';
import type { Merge } from './word-pairs.ts';
import { byteCharacters } from './words.ts';

/** A `tokenizer.json` that this program cannot use. */
export class UnreadableTokenizer extends Error {
  override readonly name = 'UnreadableTokenizer';
}

const cut = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };

/** Any tokenizer that there is. */
export type SomeTokenizer = BytePairTokenizer | CharacterTokenizer | SymbolTokenizer;

/** Whether the tokens of a text stand with blanks between. */
export function areWords({ kind, names }: SomeTokenizer): boolean {
  return kind === 'symbols' && names.some((name) => name.length > 1);
}

/** The tokens as the file spells them, by id. */
function spelled(tokenizer: SomeTokenizer): readonly string[] {
  if (tokenizer.kind === 'bytePairs') return tokenizer.bytes.map(spelling);
  return tokenizer.kind === 'characters' ? tokenizer.alphabet : tokenizer.names;
}

/** The file as text. */
export function tokenizerJson(tokenizer: SomeTokenizer): string {
  const isPairs = tokenizer.kind === 'bytePairs';
  const isWords = areWords(tokenizer);
  const tokens = spelled(tokenizer);
  const merges = isPairs ? tokenizer.merges.map(([left, right]) => [tokens[left], tokens[right]]) : [];
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: isPairs ? cut : isWords ? { type: 'WhitespaceSplit' } : null,
    post_processor: null,
    decoder: isPairs ? cut : isWords ? null : { type: 'Fuse' },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: isWords,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  });
}

const spelling = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byteCharacters[byte]!).join('');

/** The tokenizer of a file that `tokenizerJson` wrote. Throws `UnreadableTokenizer` for any other. */
export function readTokenizerJson(text: string): BytePairTokenizer | CharacterTokenizer {
  const file = parsed(text);
  const model = file['model'];
  if (!isRecord(model) || model['type'] !== 'BPE' || !isRecord(model['vocab']) || !Array.isArray(model['merges']))
    throw new UnreadableTokenizer('The tokenizer file holds no BPE model.');
  const ids = new Map(Object.entries(model['vocab']).map(([token, id]) => [token, Number(id)]));
  if (file['pre_tokenizer'] === null) return characterTokenizer(alphabetIn(ids));
  if (byteCharacters.some((character, byte) => ids.get(character) !== byte))
    throw new UnreadableTokenizer('The tokenizer file does not begin with the 256 bytes in order.');
  return bytePairTokenizer(model['merges'].map((merge: unknown, i) => mergeOf(merge, ids, byteCharacters.length + i)));
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    file = undefined;
  }
  if (!isRecord(file)) throw new UnreadableTokenizer('The tokenizer file is not readable as JSON.');
  return file;
}

/** The tokens in the order of their ids, which must be 0, 1, 2 … and stand for one character each. */
function alphabetIn(ids: ReadonlyMap<string, number>): readonly string[] {
  const alphabet = Array.from(ids.keys()).sort((a, b) => ids.get(a)! - ids.get(b)!);
  if (alphabet.some((character, id) => ids.get(character) !== id || Array.from(character).length !== 1))
    throw new UnreadableTokenizer('The tokenizer file is not an alphabet of single characters.');
  return alphabet;
}

function mergeOf(merge: unknown, ids: ReadonlyMap<string, number>, made: number): Merge {
  const [left, right] = Array.isArray(merge) ? (merge as readonly unknown[]) : [];
  const isKnown = typeof left === 'string' && typeof right === 'string' && ids.get(left + right) === made;
  const [a, b] = isKnown ? [ids.get(left) ?? made, ids.get(right) ?? made] : [made, made];
  if (a >= made || b >= made) throw new UnreadableTokenizer(`The tokenizer file has a merge that does not make token ${made}.`);
  return [a, b];
}
