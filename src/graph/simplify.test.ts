/** What the builder leaves out, and that nothing of what is computed changes by it. */
import { describe, expect, it } from 'vitest';
import { inDouble } from '../testing/evaluate-graph.ts';
import { GraphBuilder } from './builder.ts';

describe('the builder', () => {
  it('leaves out what has the result of an operand', () => {
    const g = new GraphBuilder();
    const [x, one] = [g.feed('x', [2, 1]), g.constant(1)];
    expect([g.mul(x, one), g.mul(one, x), g.div(x, one), g.sub(x, g.constant(0)), g.scale(x, 1)]).toEqual([x, x, x, x, x]);
    expect(g.reshape(g.reshape(x, [2]), [2, 1])).toBe(x);
    expect(g.sum(x, [1], true)).toBe(x);
    expect(g.node(g.max(x, [1])).op).toBe('reshape');
  });

  it('keeps what would change the sign of a zero or hide what is no number', () => {
    const g = new GraphBuilder();
    const x = g.feed('x', [2]);
    for (const kept of [g.plus(x, g.constant(0)), g.sub(x, g.constant(-0)), g.mul(x, g.constant(0)), g.div(g.constant(1), x)])
      expect(kept).not.toBe(x);
  });

  it('folds constants where nothing is rounded', () => {
    const g = new GraphBuilder();
    const values = (id: number) => {
      const node = g.node(id);
      return node.op === 'constant' ? Array.from(node.values) : node.op;
    };
    expect(values(g.mul(g.constant(0.5), g.constant(6)))).toEqual([3]);
    expect(values(g.unary('sqrt', g.constant(9)))).toEqual([3]);
    expect(values(g.div(g.constant(1), g.constant(3)))).toBe('div');
    expect(values(g.exactly(0.1))).toBe('add');
  });

  it('makes the same operation on the same operands once', () => {
    const g = new GraphBuilder();
    const [x, w] = [g.feed('x', [2, 3]), g.state('w', [3, 2])];
    expect(g.unary('tanh', g.matMul(x, w))).toBe(g.unary('tanh', g.matMul(g.feed('x', [2, 3]), g.state('w', [3, 2]))));
    expect(g.matMul(x, x, true)).not.toBe(g.matMul(x, x, false, true));
    expect(g.dropoutMask(g.scalar('rate'), [4], 0)).not.toBe(g.dropoutMask(g.scalar('rate'), [4], 1));
    expect(g.constant(0)).not.toBe(g.constant(-0));
  });

  it('leaves out what no output and no update needs', () => {
    const g = new GraphBuilder();
    const x = g.feed('x', [2]);
    const unread = g.unary('exp', g.feed('never', [2]));
    const answer = g.unary('tanh', x);
    g.plus(unread, answer);
    const { nodes, outputs } = g.finish({ answer }, {});
    expect(nodes.map(({ op }) => op)).toEqual(['feed', 'tanh']);
    expect(outputs).toEqual({ answer: 1 });
  });

  it('gives an operand the shape of the result', () => {
    const g = new GraphBuilder();
    const x = g.feed('x', [1, 2]);
    const wide = g.mul(x, g.constant(new Float32Array(6).fill(1), [3, 2]));
    const { answer } = inDouble(g.finish({ answer: wide }), ['answer'], { feeds: { x: [-0, Number.NaN] } });
    expect(g.node(wide).op).toBe('broadcast');
    expect(answer).toEqual([-0, Number.NaN, -0, Number.NaN, -0, Number.NaN]);
  });
});
