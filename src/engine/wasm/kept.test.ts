/** Probabilities that attention keeps for its gradient: both against double precision, also where the result is a piece of something larger. */
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../graph/graph.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { gapToLargest } from '../../testing/gap.ts';
import { Interpreter } from '../../testing/interpreter.ts';
import { valuesOf } from '../plan/values.ts';
import { createExecutor } from './executor.ts';
import { keptProbabilities } from './kept.ts';
import { openWasm } from './open.ts';

const [sequences, heads, width] = [3, 2, 10] as const;

/** Attention and its gradient; `join` makes one value of both. */
function attention(context: number, join: boolean): Graph {
  const g = new GraphBuilder();
  const shape = [sequences * context, width] as const;
  const [q, k, v, dy] = ['q', 'k', 'v', 'dy'].map((name) => g.feed(name, shape)) as [number, number, number, number];
  const y = g.causalAttention(q, k, v, heads, context);
  const gradient = g.causalAttentionGradient(dy, q, k, v, heads, context);
  const flat = g.reshape(y, [shape[0] * width]);
  return g.finish(join ? { all: g.concat([flat, gradient]) } : { y, gradient });
}

function keptIn(graph: Graph): number {
  return keptProbabilities(valuesOf(graph, Object.values(graph.outputs))).size;
}

describe('probabilities of attention', () => {
  it.each([1, 3, 4, 5, 8, 13, 64])('are kept for its gradient, context %i', async (context) => {
    const count = sequences * context * width;
    const tensor = (seed: number): Float32Array => Float32Array.from({ length: count }, (_, i) => 2 * Math.sin(i * i + seed));
    const feed = { step: 0, scalars: {}, tensors: { q: tensor(1), k: tensor(2), v: tensor(3), dy: tensor(4) } };
    for (const join of [false, true]) {
      const graph = attention(context, join);
      expect(keptIn(graph)).toBe(join ? 0 : 2);
      const program = { graphs: { step: graph }, data: {}, state: {}, seed: 1 };
      const [executor, interpreter] = [createExecutor(await openWasm(1)), new Interpreter()];
      await Promise.all([executor.load(program), interpreter.load(program)]);
      const [own, expected] = [await executor.evaluate('step', feed), await interpreter.evaluate('step', feed)];
      for (const [name, { values }] of Object.entries(expected)) expect(gapToLargest(own[name]?.values ?? [], values)).toBeLessThan(2e-6);
      executor.dispose();
    }
  });

  it('are made again where they are too many, of other keys, or of other rows', () => {
    expect(keptIn(attention(1024, false))).toBe(0);
    const g = new GraphBuilder();
    const [q, k] = [g.feed('q', [8, width]), g.feed('k', [8, width])];
    const other = g.causalAttentionGradient(q, q, q, k, heads, 8);
    expect(keptIn(g.finish({ y: g.causalAttention(q, k, k, heads, 8), other }))).toBe(0);
    const whole = new GraphBuilder();
    const x = whole.feed('x', [16, width]);
    const part = whole.slice(x, 0, 8);
    const y = whole.causalAttention(part, part, part, heads, 8);
    expect(keptIn(whole.finish({ y, gradient: whole.causalAttentionGradient(x, x, x, x, heads, 8) }))).toBe(0);
  });
});
