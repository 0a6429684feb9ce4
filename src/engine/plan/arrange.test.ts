/** Places of buffers: no two that are needed at once overlap, and those that are not share room. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrange, type Buffer } from './arrange.ts';

const buffer = fc
  .tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 5 }))
  .map(([bytes, from, more]): Buffer => ({ bytes, from, to: from + more }));

describe('places of buffers', () => {
  it('never overlap while both are needed, and lie within what is asked for', () => {
    fc.assert(
      fc.property(fc.array(buffer, { maxLength: 40 }), (buffers) => {
        const { offsets, bytes } = arrange(buffers);
        const spans = buffers.map((one, i) => ({ ...one, begin: offsets[i] ?? Number.NaN, end: (offsets[i] ?? Number.NaN) + one.bytes }));
        for (const [i, a] of spans.entries()) {
          expect(a.end).toBeLessThanOrEqual(bytes);
          for (const b of spans.slice(i + 1)) if (a.from <= b.to && b.from <= a.to) expect(a.end <= b.begin || b.end <= a.begin).toBe(true);
        }
      }),
      { seed: 5 },
    );
  });

  it('are used again as soon as nobody needs them', () => {
    const chain = Array.from({ length: 30 }, (_, at) => ({ bytes: 640, from: at, to: at + 1 }));
    expect(arrange(chain).bytes).toBe(2 * 640);
  });
});
