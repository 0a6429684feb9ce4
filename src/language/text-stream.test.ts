/** Streamed text: whole characters only, never changed once shown, and all of it in the end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Encode } from '../shared/utf8.ts';
import { bytePairTokenizer } from '../tasks/tokenizers/byte-pair-tokenizer.ts';
import { symbolTokenizer } from '../tasks/tokenizers/symbols.ts';
import { TextStream } from './text-stream.ts';

const bytes = bytePairTokenizer([]);

/** What each token adds, the last one as last. */
function pieces(tokens: readonly number[], stream: TextStream): string[] {
  return tokens.map((token, i) => stream.add(token, i === tokens.length - 1));
}

describe('TextStream', () => {
  it('holds a character back until its bytes are there', () => {
    const tokens = [...utf8Encode('é🎻a')];
    expect(pieces(tokens, new TextStream(bytes, [...utf8Encode('ü')]))).toEqual(['', 'é', '', '', '', '🎻', 'a']);
  });

  it('shows what is no character as soon as something follows, and at the end', () => {
    expect(pieces([0xe2, 0x82, 97, 0xf0, 0x9f], new TextStream(bytes, []))).toEqual(['', '', '\ufffda', '', '\ufffd']);
  });

  it('adds up to the text of all tokens', () => {
    const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x8e, 0xbb, 97));
    fc.assert(
      fc.property(fc.array(byte, { minLength: 1, maxLength: 40 }), fc.array(byte, { maxLength: 3 }), (tokens, before) => {
        const whole = bytes.decode(before) + pieces(tokens, new TextStream(bytes, before)).join('');
        if (!bytes.decode(before).endsWith('\ufffd')) expect(whole).toBe(bytes.decode([...before, ...tokens]));
      }),
      { numRuns: 1000 },
    );
  });

  it('puts blanks between symbols that need them', () => {
    const symbols = symbolTokenizer(['7', '12', '=']);
    expect(pieces([1, 2, 0], new TextStream(symbols, [0]))).toEqual([' 12', ' =', ' 7']);
  });
});
