/** Clipping against gradients and norms recorded from PyTorch (`scripts/reference/clipping.py`). */
import { describe, expect, it } from 'vitest';
import { graphOf, inDouble, inSingle } from '../testing/evaluate-graph.ts';
import { gap } from '../testing/gap.ts';
import type { Config } from '../params/config.ts';
import { gpt } from '../models/gpt.ts';
import type { Parameter } from '../models/model.ts';
import { clip } from './clipping.ts';
import { emptyHistory, historyLength } from './norm-history.ts';
import recorded from './recorded/clipping.json' with { type: 'json' };

const names = ['gradient', 'norm', 'clippedNorm'] as const;

/** The tensors of the record, one after the other. */
const layout = recorded.gradients.ordinary.map(({ shape }, i, all): Parameter => {
  const offset = all.slice(0, i).reduce((sum, { values }) => sum + values.length, 0);
  return { name: `layer${String(i)}.weight`, shape, role: 'weight', fanIn: 1, fanOut: 1, offset };
});

function clippingGraph(kind: string, size: number, of: readonly Parameter[] = layout) {
  return graphOf((g) => {
    const { gradient, norm, clippedNorm } = clip(kind as Config['clip'], {
      g,
      gradient: g.feed('gradient', [size]),
      parameters: g.feed('parameters', [size]),
      layout: of,
      scalar: (name) => g.scalar(name),
      history: () => g.feed('history', [historyLength]),
    });
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

describe('adaptive clipping', () => {
  const size = layout.reduce((sum, { shape }) => sum + shape.reduce((product, axis) => product * axis, 1), 0);
  const given = recorded.gradients.ordinary.flatMap(({ values }) => values);

  it('holds each unit to its share of its weights, counts tiny weights as 10⁻³, and leaves the last layer alone', () => {
    const parameters = given.map((_, i) => (i === 0 || i === 5 ? 0 : 0.5));
    const feeds = { gradient: given, parameters };
    const { gradient } = inDouble(clippingGraph('agc', size), names, { scalars: { adaptiveClip: 0.1 }, feeds });
    // The first tensor is [2, 5]: unit 0 has both weights 0, the others √½.
    const unit = (values: readonly number[], u: number) => Math.hypot(values[u] ?? 0, values[5 + u] ?? 0);
    expect(unit(gradient, 0)).toBeCloseTo(0.1 * 1e-3, 6);
    for (const u of [1, 2, 3, 4]) expect(unit(gradient, u)).toBeCloseTo(Math.min(unit(given, u), 0.1 * Math.SQRT1_2), 6);
    expect(gradient.at(-1)).toBe(given.at(-1));
  });
});

describe('adaptive clipping of a GPT', () => {
  it.each([true, false])('leaves the head alone, which is the table of tokens if it is tied: %s', (tiedHead) => {
    const { parameters, parameterCount } = gpt({
      ...{ vocabulary: 3, context: 2, width: 4, depth: 1, heads: 1, tiedHead },
      ...{ normAt: 'after', normalization: 'rms', activation: 'relu', positions: 'learned' },
    });
    const ones = new Array<number>(parameterCount).fill(1);
    const given = { scalars: { adaptiveClip: 0.1 }, feeds: { gradient: ones, parameters: ones } };
    const { gradient } = inDouble(clippingGraph('agc', parameterCount, parameters), names, given);
    const alone = parameters.filter(({ offset }) => gradient[offset] === 1).map(({ name }) => name);
    expect(alone).toEqual([tiedHead ? 'tokens.weight' : 'output.weight']);
  });
});

describe('clipping by recent norms', () => {
  const clippedAt = (known: readonly number[], percentile: number): number => {
    const history = emptyHistory();
    history.set(known, historyLength - known.length);
    const feeds = { gradient: [300, -400], history: [...history] };
    return inDouble(clippingGraph('percentile', 2), names, { scalars: { clipPercentile: percentile }, feeds }).clippedNorm[0] ?? Number.NaN;
  };

  it('takes the nearest-rank percentile of the norms known so far', () => {
    const norms = [5, 1, 9, 3, 7, 2, 10, 4, 8, 6];
    expect(clippedAt(norms, 90)).toBeCloseTo(9, 5);
    expect(clippedAt(norms, 91)).toBeCloseTo(10, 5);
    expect(clippedAt(norms, 1)).toBeCloseTo(1, 5);
    expect(clippedAt([3], 50)).toBeCloseTo(3, 5);
  });

  it('clips nothing before the first step, and ties are one norm', () => {
    expect(clippedAt([], 50)).toBe(500);
    expect(clippedAt([2, 2, 2, 8], 75)).toBeCloseTo(2, 5);
  });
});
