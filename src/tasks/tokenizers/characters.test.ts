/** Characters: any text comes back, and what the alphabet lacks is named. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alphabetOf, characterTokenizer } from './characters.ts';
import { UnknownSymbols } from './tokenizer.ts';

describe('characterTokenizer', () => {
  it('brings back any text that it was made from, one token for each character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (text) => {
        const tokenizer = characterTokenizer(alphabetOf(text));
        const ids = tokenizer.encode(text);
        expect(ids).toHaveLength(Array.from(text).length);
        expect(tokenizer.decode(ids)).toBe(text);
      }),
    );
  });

  it('numbers characters by code point and shows blanks', () => {
    const tokenizer = characterTokenizer(alphabetOf('ba\n b🧀a'));
    expect(tokenizer.alphabet).toEqual(['\n', ' ', 'a', 'b', '🧀']);
    expect(tokenizer.names).toEqual(['⏎', '␣', 'a', 'b', '🧀']);
    expect(Array.from(tokenizer.encode('b🧀'))).toEqual([3, 4]);
  });

  it('names what it does not have, each once', () => {
    const tokenizer = characterTokenizer(alphabetOf('abc'));
    expect(() => tokenizer.encode('a1é\n1\u200b')).toThrow(UnknownSymbols);
    expect(() => tokenizer.encode('a1é\n1\u200b')).toThrow('does not have "1", "é", a line end, U+200B.');
    expect(() => tokenizer.encode('0123456789def')).toThrow('"8", "9" and 3 more.');
  });

  it('refuses an alphabet that is empty or too wide', () => {
    expect(() => characterTokenizer([])).toThrow('has 0');
    const wide = Array.from({ length: 4097 }, (_, i) => String.fromCodePoint(0x4e00 + i));
    expect(() => characterTokenizer(wide)).toThrow('Use byte pairs instead');
    expect(characterTokenizer(wide.slice(1)).size).toBe(4096);
  });
});
