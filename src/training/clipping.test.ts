/** Clipping against gradients and norms recorded from PyTorch (`scripts/reference/clipping.py`). */
import { describe, expect, it } from 'vitest';
import { graphOf, inDouble, inSingle } from '../testing/evaluate-graph.ts';
import { gap } from '../testing/gap.ts';
import type { Config } from '../params/config.ts';
import { clip } from './clipping.ts';
import recorded from './recorded/clipping.json' with { type: 'json' };

const names = ['gradient', 'norm', 'clippedNorm'] as const;

function clippingGraph(kind: string, size: number) {
  return graphOf((g) => {
    const { gradient, norm, clippedNorm } = clip(g, kind as Config['clip'], g.feed('gradient', [size]), () => g.scalar('clipAt'));
    return { gradient, norm, clippedNorm };
  });
}

describe('clipping follows PyTorch', () => {
  const gradientOf = (set: string) => recorded.gradients[set as keyof typeof recorded.gradients].flatMap(({ values }) => values);

  it.each(recorded.cases)('by $clip at $clipAt, $gradients gradients', async (item) => {
    const gradient = gradientOf(item.gradients);
    const given = { scalars: { clipAt: item.clipAt }, feeds: { gradient } };
    const graph = clippingGraph(item.clip, gradient.length);
    const expected = item.clipped;
    for (const [outputs, bound] of [
      [inDouble(graph, names, given), 1e-10],
      [await inSingle(graph, names, given), 2e-6],
    ] as const) {
      expect(gap(outputs.gradient, expected.gradients.flat())).toBeLessThanOrEqual(bound);
      expect(gap(outputs.norm, [expected.gradNorm])).toBeLessThanOrEqual(bound);
      expect(gap(outputs.clippedNorm, [expected.clippedNorm])).toBeLessThanOrEqual(bound);
    }
  });

  it('none leaves the gradient and asks for no threshold', () => {
    const outputs = inDouble(clippingGraph('none', 2), names, { feeds: { gradient: [300, -400] } });
    expect(outputs).toEqual({ gradient: [300, -400], norm: [500], clippedNorm: [500] });
  });
});
