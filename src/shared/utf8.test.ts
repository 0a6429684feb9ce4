/** UTF-8 against the encoder and decoder of the platform, on any text and any bytes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Decode, utf8Encode, utf8Fault, utf8Text } from './utf8.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** Any 16-bit units: halves of pairs are common in it. */
const units = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff })), { maxLength: 40 });
/** Any bytes, those that begin and continue sequences more often. */
const broken = fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xe0, 0xed, 0xf0, 0xf4, 0x80, 0x8f, 0x90, 0xa0, 0xbf)), {
  maxLength: 40,
});

describe('UTF-8', () => {
  it('is written as TextEncoder writes it, halves of pairs included', () => {
    fc.assert(
      fc.property(units, (codes) => {
        const text = String.fromCharCode(...codes);
        expect(utf8Encode(text)).toEqual(encoder.encode(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('is read as TextDecoder reads it, whatever the bytes', () => {
    fc.assert(
      fc.property(broken, (values) => {
        const bytes = Uint8Array.from(values);
        const text = decoder.decode(bytes);
        expect(utf8Text(bytes)).toBe(text);
        const valid = encoder.encode(text).join() === bytes.join();
        expect(utf8Fault(bytes) === -1).toBe(valid);
      }),
      { numRuns: 5000 },
    );
  });

  it('comes back whole, also when longer than a piece', () => {
    const text = `${'Käse 🧀 \ufeff'.repeat(3000)}x`;
    expect(utf8Decode(utf8Encode(text))).toBe(text);
    expect(utf8Decode(new Uint8Array())).toBe('');
  });

  it('is refused with the place of the first fault', () => {
    expect(() => utf8Decode(Uint8Array.of(65, 66, 0xe4, 67))).toThrow(new URIError('byte 2 is not UTF-8'));
  });
});
