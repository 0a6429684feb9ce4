/** `tokenizer.json`: Hugging Face's own reader gives the same ids as we do on every text of the app and on any other; we read it back. */
import { readFileSync } from 'node:fs';
import { Tokenizer as Oracle } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { drained } from '../../testing/drained.ts';
import { decodeTextFile } from '../text/text-file.ts';
import { filesOf, textSets } from '../text/text-sets.ts';
import { bytePairTokenizer } from './byte-pair-tokenizer.ts';
import type { BytePairTokenizer } from './byte-pair-tokenizer.ts';
import { learnBytePairs } from './byte-pairs.ts';
import { alphabetOf, characterTokenizer } from './characters.ts';
import { symbolTokenizer } from './symbols.ts';
import { readTokenizerJson, tokenizerJson, UnreadableTokenizer } from './tokenizer-json.ts';

const dataFolder = new URL('../../../public/data/', import.meta.url);
const single = Object.entries(textSets)
  .filter(([, files]) => files.length === 1)
  .map(([name]) => name as keyof typeof textSets);
const textOf = (name: keyof typeof textSets): string =>
  filesOf(name)
    .map((file) => decodeTextFile(new Uint8Array(readFileSync(new URL(file, dataFolder)))))
    .join('\n');

const oracleOf = (json: string): Oracle => new Oracle(JSON.parse(json) as object, {});
/** Ids and the text they decode to, both by the oracle. */
function asked(oracle: Oracle, text: string): { readonly ids: readonly number[]; readonly back: string } {
  const { ids } = oracle.encode(text);
  return { ids, back: ids.length === 0 ? '' : oracle.decode(ids, { clean_up_tokenization_spaces: false }) };
}

const texts = new Map<string, string>();
let pairs: BytePairTokenizer;
let oracle: Oracle;

beforeAll(() => {
  for (const name of single) texts.set(name, textOf(name));
  pairs = bytePairTokenizer(drained(learnBytePairs(texts.get('stories') ?? '', 1024)).result);
  oracle = oracleOf(tokenizerJson(pairs));
}, 60_000);

describe('byte pairs', () => {
  it.each(single)('give the oracle’s ids on the %s, and the text comes back', (name) => {
    const text = texts.get(name) ?? '';
    const ids = pairs.encode(text);
    expect(pairs.decode(ids) === text).toBe(true);
    // The oracle takes seconds for a million characters: it reads a part from the middle.
    const part = text.slice(text.length >> 1, (text.length >> 1) + 100_000);
    expect(Array.from(pairs.encode(part))).toEqual(asked(oracle, part).ids);
  });

  it('give the oracle’s ids for each text’s own vocabulary', () => {
    for (const [name, text] of texts) {
      const own = bytePairTokenizer(drained(learnBytePairs(text, 2048)).result);
      const part = text.slice(0, 20_000);
      expect([name, ...own.encode(part)]).toEqual([name, ...asked(oracleOf(tokenizerJson(own)), part).ids]);
    }
  });

  it('give the oracle’s ids for any text', () => {
    const words = fc.array(
      fc.oneof(fc.constantFrom(' the', "'s", '\n\n', '  ', '\t', '—', '12'), fc.string({ unit: 'binary', maxLength: 6 })),
    );
    fc.assert(
      fc.property(words, (parts) => {
        const text = parts.join('');
        expect({ ids: Array.from(pairs.encode(text)), back: text }).toEqual(asked(oracle, text));
      }),
      { numRuns: 500 },
    );
  });

  it('come back from their file', () => {
    const read = readTokenizerJson(tokenizerJson(pairs));
    expect(read.kind === 'bytePairs' && read.merges).toEqual(pairs.merges);
  });
});

describe('characters', () => {
  it('give the oracle’s ids and come back from their file', () => {
    const text = `${(texts.get('verse') ?? '').slice(0, 5000)}é🧀__proto__0`;
    const characters = characterTokenizer(alphabetOf(text));
    const json = tokenizerJson(characters);
    expect({ ids: Array.from(characters.encode(text)), back: text }).toEqual(asked(oracleOf(json), text));
    const read = readTokenizerJson(json);
    expect(read.kind === 'characters' && read.alphabet).toEqual(characters.alphabet);
  });
});

describe('symbols', () => {
  it.each([
    ['single letters', Array.from('0123456789+='), '12+07=019'],
    ['numbers', [...Array.from({ length: 101 }, (_, value) => String(value)), '+', '='], '31 + 100 = 4'],
  ])('give the oracle’s ids and come back: %s', (_, names, text) => {
    const symbols = symbolTokenizer(names);
    expect({ ids: Array.from(symbols.encode(text)), back: text }).toEqual(asked(oracleOf(tokenizerJson(symbols)), text));
  });
});

describe('readTokenizerJson', () => {
  const json = tokenizerJson(
    bytePairTokenizer([
      [97, 98],
      [256, 99],
    ]),
  );
  it.each([
    ['no JSON', '{', 'not readable'],
    ['a list', '[]', 'not readable'],
    ['another model', json.replace('"BPE"', '"Unigram"'), 'no BPE model'],
    ['another order of bytes', json.replace('"a":97,"b":98', '"a":98,"b":97'), '256 bytes in order'],
    ['a merge of an unknown token', json.replace('["ab","c"]', '["ab","cc"]'), 'does not make token 257'],
    ['merges as words', json.replace('["ab","c"]', '"ab c"'), 'does not make token 257'],
    ['an alphabet with a word', tokenizerJson(characterTokenizer(['a', 'b'])).replace('"b"', '"bb"'), 'single characters'],
  ])('refuses %s', (_, text, message) => {
    expect(() => readTokenizerJson(text)).toThrow(UnreadableTokenizer);
    expect(() => readTokenizerJson(text)).toThrow(message);
  });
});
