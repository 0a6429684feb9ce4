/** Plans without a device: what shares a kernel, what shares a dispatch, and what is refused. What kernels compute is asked in a browser. */
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Program } from '../../graph/executor.ts';
import type { NodeId } from '../../graph/graph.ts';
import { Memory } from './memory.ts';
import { createPlan, type Plan } from './plan.ts';

type Build = (g: GraphBuilder) => Readonly<Record<string, NodeId>>;

/** The plan of a graph whose updates `build` makes. A plan is laid out without its device, which is needed to run it. */
function planOf(build: Build, state: Readonly<Record<string, readonly number[]>> = {}): Plan {
  const g = new GraphBuilder();
  const step = g.finish({}, build(g));
  const states = Object.entries(state).map(([name, shape]) => {
    return [name, { shape, values: new Float32Array(shape.reduce((size, side) => size * side, 1)) }] as const;
  });
  const program: Program = { graphs: { step }, data: {}, state: Object.fromEntries(states), seed: 1 };
  return createPlan(step, program, new Memory({} as GPUDevice, program), true);
}

/** Counts the room that is taken beside the states. */
class CountedMemory extends Memory {
  floats = 0;

  override take(floats: number): number {
    this.floats += floats;
    return super.take(floats);
  }
}

describe('a plan for the graphics card', () => {
  it('makes one kernel of an update with two moments, in place', () => {
    const vector = [1000] as const;
    const { dispatches } = planOf(
      (g) => {
        const [parameters, gradient, decay] = [g.state('parameters', vector), g.feed('gradient', vector), g.scalar('decay')];
        const first = g.plus(g.mul(g.state('first', vector), decay), gradient);
        const second = g.plus(g.mul(g.state('second', vector), decay), g.unary('square', gradient));
        return { first, second, parameters: g.sub(parameters, g.div(first, g.unary('sqrt', second))) };
      },
      { parameters: vector, first: vector, second: vector },
    );
    expect(dispatches).toHaveLength(1);
  });

  it('takes bias, activation and dropout along with a product', () => {
    const { dispatches } = planOf(
      (g) => {
        const sum = g.linear(g.feed('x', [100, 90]), g.state('weight', [90, 80]), g.feed('bias', [80]));
        return { y: g.mul(g.unary('tanh', sum), g.dropoutMask(g.scalar('rate'), [100, 80], 0)) };
      },
      { weight: [90, 80], y: [100, 80] },
    );
    expect(dispatches).toHaveLength(1);
  });

  it('runs products that do not wait for each other as jobs of one dispatch', () => {
    const { dispatches } = planOf(
      (g) => {
        const product = (name: string, side: number): NodeId => g.matMul(g.feed('x', [100, 50]), g.feed(name, [50, side]));
        const [q, k, v] = [product('q', 40), product('k', 40), product('v', 70)];
        return { s: g.plus(g.sum(g.matMul(q, k, false, true)), g.sum(v)) };
      },
      { s: [] },
    );
    // Jobs of a dispatch stand first in its table.
    expect(dispatches[0]?.table[0]).toBe(3);
    expect(dispatches.some(({ table }) => table[0] === 1)).toBe(true);
  });

  it('runs products that are added up side by side, and adds in a kernel behind them', () => {
    const { dispatches } = planOf(
      (g) => {
        const product = (name: string): NodeId => g.matMul(g.feed(name, [100, 50]), g.state('weight', [50, 40]));
        return { y: g.unary('tanh', g.plus(g.plus(product('a'), product('b')), product('c'))) };
      },
      { weight: [50, 40], y: [100, 40] },
    );
    expect(dispatches.map(({ table }) => table[0])).toEqual([3, 1]);
  });

  it('takes along what is added to a product and was there before it', () => {
    const { dispatches } = planOf(
      (g) => {
        const x = g.unary('exp', g.feed('x', [100, 50]));
        return { y: g.plus(x, g.matMul(x, g.state('weight', [50, 50]))) };
      },
      { weight: [50, 50], y: [100, 50] },
    );
    expect(dispatches).toHaveLength(2);
  });

  it('runs products that end in different ways as jobs of one dispatch, each with its own end', () => {
    const { dispatches } = planOf(
      (g) => {
        const product = (name: string): NodeId => g.matMul(g.feed('x', [100, 50]), g.state(name, [50, 40]));
        return { a: g.unary('tanh', product('v')), b: g.unary('sigmoid', product('w')), c: g.unary('tanh', product('w')) };
      },
      { v: [50, 40], w: [50, 40], a: [100, 40], b: [100, 40], c: [100, 40] },
    );
    const [{ code, table } = { code: '', table: new Uint32Array() }] = dispatches;
    expect(dispatches).toHaveLength(1);
    expect(table[0]).toBe(2);
    expect(code.match(/fn finish\d\(/g)).toHaveLength(2);
  });

  it('writes the same text for the same work on other operands', () => {
    const texts = (name: string): readonly string[] =>
      planOf((g) => ({ y: g.unary('exp', g.matMul(g.feed(`a ${name}`, [64, 64]), g.feed('b', [64, 64]))) }), {
        y: [64, 64],
      }).dispatches.map(({ code }) => code);
    expect(texts('one')).toEqual(texts('other'));
  });

  it('lets values share room that are not needed at once', () => {
    const side = 64;
    const g = new GraphBuilder();
    let x = g.state('x', [side, side]);
    // No product can take the next one along.
    for (let layer = 0; layer < 12; layer++) x = g.matMul(x, x);
    const step = g.finish({}, { y: x });
    const zeros = { shape: [side, side], values: new Float32Array(side * side) };
    const program: Program = { graphs: { step }, data: {}, state: { x: zeros, y: zeros }, seed: 1 };
    const memory = new CountedMemory({} as GPUDevice, program);
    createPlan(step, program, memory, true);
    // Two products that take turns.
    expect(memory.floats).toBe(2 * side * side);
  });

  it('refuses by name what it has no kernel for', () => {
    const rows = [1025, 4] as const;
    const attention: Build = (g) => ({ y: g.causalAttention(g.feed('q', rows), g.feed('k', rows), g.feed('v', rows), 1, 1025) });
    expect(() => planOf(attention, { y: rows })).toThrow(
      expect.objectContaining({ kind: 'unsupported', message: 'webgpu has no attention over more than 1024 positions.' }),
    );
  });
});
