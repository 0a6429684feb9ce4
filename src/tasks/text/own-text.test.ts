/** What is taken as a text of your own, what is refused, and with which words. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownTextLimit } from '../../params/language-sizes.ts';
import { checkOwnText } from './own-text.ts';
import type { OwnText } from './own-text.ts';

const encoder = new TextEncoder();
const check = (text: string): OwnText => checkOwnText(encoder.encode(text));
const long = 'Es war einmal ein König.\n'.repeat(60);
const withBytes = (...bytes: number[]): Uint8Array => Uint8Array.of(...encoder.encode(long), ...bytes);

describe('checkOwnText', () => {
  it('takes UTF-8, with line ends and byte order mark put right', () => {
    expect(check(long)).toEqual({ ok: true, text: long });
    expect(check(`\ufeff${long.replaceAll('\n', '\r\n')}a\rb`)).toEqual({ ok: true, text: `${long}a\nb` });
    expect(check(`${long}tab\tpage\f🧀`)).toEqual({ ok: true, text: `${long}tab\tpage\f🧀` });
  });

  it('leaves out a stray control character', () => {
    expect(check(`a\u001bb\u0085${long}`)).toEqual({ ok: true, text: `ab${long}` });
  });

  it.each<[string, Uint8Array, string, string]>([
    ['a short one', encoder.encode('Too short.'), 'tooShort', '10 characters; at least 1,000'],
    ['blanks', encoder.encode(' \n'.repeat(1000)), 'tooShort', '0 characters'],
    ['nothing', new Uint8Array(), 'tooShort', '0 characters'],
    ['more than the limit', new Uint8Array(ownTextLimit + 1).fill(97), 'tooLong', '10,000,001 bytes; at most 10,000,000'],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13), 'binary', 'not a text'],
    ['a text with a zero', withBytes(0), 'binary', 'not a text'],
    ['many control characters', encoder.encode(`${long}${'\u0001'.repeat(30)}`), 'binary', 'not a text'],
    ['Latin-1', withBytes(0x4b, 0xf6, 0x6e, 0x69, 0x67), 'encoding', 'line 61 holds'],
    ['UTF-16, one way', Uint8Array.of(0xff, 0xfe, 97, 0), 'encoding', 'UTF-16'],
    ['UTF-16, the other', Uint8Array.of(0xfe, 0xff, 0, 97), 'encoding', 'UTF-16'],
    ['UTF-32', Uint8Array.of(0xff, 0xfe, 0, 0, 97, 0, 0, 0), 'encoding', 'UTF-32'],
    ['half a surrogate pair', withBytes(0xed, 0xa0, 0x80), 'encoding', 'not UTF-8'],
  ])('refuses %s', (_, bytes, reason, message) => {
    expect(checkOwnText(bytes)).toMatchObject({ ok: false, reason });
    expect(checkOwnText(bytes)).toHaveProperty('message', expect.stringContaining(message));
  });

  it('takes the limit itself', () => {
    expect(checkOwnText(new Uint8Array(ownTextLimit).fill(97)).ok).toBe(true);
  });

  it('always answers, and what it takes is clean', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const answer = checkOwnText(Uint8Array.of(...bytes, ...encoder.encode(long)));
        if (answer.ok) expect(answer.text).not.toMatch(/\r|\0|^\ufeff/);
        else expect(answer.message).toMatch(/\.$/);
      }),
    );
  });
});
