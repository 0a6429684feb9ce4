/** L1 and L2 penalties on a small vector, by hand. */
import { describe, expect, it } from 'vitest';
import { graphOf, inDouble } from '../testing/evaluate-graph.ts';
import { penalties } from './penalties.ts';

describe('penalties', () => {
  const values = (l1: number, l2: number) => {
    const graph = graphOf((g) => {
      const parts = {
        flat: g.feed('weights', [4]),
        mask: g.constant(Float32Array.of(1, 1, 1, 0), [4]),
        gradient: g.feed('gradient', [4]),
        l1: l1 > 0,
        l2: l2 > 0,
      };
      const { gradient, l1: first, l2: second } = penalties(g, parts);
      return { gradient, l1: first, l2: second };
    });
    const feeds = { weights: [3, -2, 0, 5], gradient: [10, 20, 30, 40] };
    return inDouble(graph, ['gradient', 'l1', 'l2'], { scalars: { l1, l2 }, feeds });
  };

  it('L1 adds l1·sign(w), nothing at 0 and nothing to biases', () => {
    expect(values(0.5, 0)).toEqual({ gradient: [10.5, 19.5, 30, 40], l1: [2.5], l2: [0] });
  });

  it('L2 is ½·l2·Σw² and adds l2·w', () => {
    expect(values(0, 0.5)).toEqual({ gradient: [11.5, 19, 30, 40], l1: [0], l2: [3.25] });
  });

  it('both act at once', () => {
    expect(values(0.5, 0.5)).toEqual({ gradient: [12, 18.5, 30, 40], l1: [2.5], l2: [3.25] });
  });

  it('neither leaves the gradient as it is', () => {
    expect(values(0, 0)).toEqual({ gradient: [10, 20, 30, 40], l1: [0], l2: [0] });
  });
});
