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

  it('are the lowest that are free, in order of time', () => {
    fc.assert(
      fc.property(fc.array(buffer, { maxLength: 60 }), (buffers) => {
        const { offsets } = arrange(buffers);
        const earlier: { begin: number; end: number; to: number }[] = [];
        for (const [i, { bytes, from, to }] of [...buffers.entries()].sort(([, a], [, b]) => a.from - b.from)) {
          const size = 64 * Math.ceil(bytes / 64);
          const taken = earlier.filter((other) => other.to >= from);
          const isFree = (begin: number): boolean => taken.every((other) => begin + size <= other.begin || other.end <= begin);
          const begin = Math.min(...[0, ...taken.map(({ end }) => end)].filter(isFree));
          expect(offsets[i]).toBe(begin);
          earlier.push({ begin, end: begin + size, to });
        }
      }),
      { seed: 6 },
    );
  });

  it('are used again as soon as nobody needs them', () => {
    const chain = Array.from({ length: 30 }, (_, at) => ({ bytes: 640, from: at, to: at + 1 }));
    expect(arrange(chain).bytes).toBe(2 * 640);
  });
});
