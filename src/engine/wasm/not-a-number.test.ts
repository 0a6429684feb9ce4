/** A number that is none is not lost on the way: a row that has one comes out as NaN, and no other row does. */
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../graph/graph.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { createExecutor } from './executor.ts';
import { openWasm } from './open.ts';

const [rows, columns] = [7, 6] as const;

/** Rows of the result that hold NaN, and whether they hold nothing else, with one such number at each place of the third row in turn. */
async function rowsLost(build: (g: GraphBuilder) => Graph, width: number): Promise<readonly (readonly string[])[]> {
  const executor = createExecutor(await openWasm(1));
  await executor.load({ graphs: { step: build(new GraphBuilder()), read: build(new GraphBuilder()) }, data: {}, state: {}, seed: 1 });
  const found: (readonly string[])[] = [];
  for (let place = 0; place < columns; place++) {
    const x = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i) + (i % 5 === 0 ? 3 : 0));
    x[2 * columns + place] = Number.NaN;
    const { y } = await executor.evaluate('read', { step: 0, scalars: {}, tensors: { x } });
    found.push(
      Array.from({ length: rows }, (_, row) => {
        const nans = y?.values.slice(row * width, (row + 1) * width).filter((value) => Number.isNaN(value)).length ?? 0;
        return nans === 0 ? '.' : nans === width ? 'N' : 'some';
      }),
    );
  }
  executor.dispose();
  return found;
}

const onlyThird = Array.from({ length: columns }, () => ['.', '.', 'N', '.', '.', '.', '.']);

describe('a NaN in a row', () => {
  it('makes its softmax NaN, wherever it is', async () => {
    expect(await rowsLost((g) => g.finish({ y: g.softmax(g.feed('x', [rows, columns])) }), columns)).toEqual(onlyThird);
  });

  it('makes its loss NaN', async () => {
    const loss = (g: GraphBuilder): Graph => {
      const labels = g.constant(new Float32Array(rows), [rows]);
      return g.finish({ y: g.softmaxCrossEntropy(g.feed('x', [rows, columns]), labels) });
    };
    expect(await rowsLost(loss, 1)).toEqual(onlyThird);
  });

  it('of keys reaches the positions that see it, and no earlier one', async () => {
    const attention = (g: GraphBuilder): Graph => {
      const x = g.feed('x', [rows, columns]);
      const ones = g.constant(new Float32Array(rows * columns).fill(1), [rows, columns]);
      return g.finish({ y: g.causalAttention(ones, x, ones, 1, rows) });
    };
    expect(await rowsLost(attention, columns)).toEqual(Array.from({ length: columns }, () => ['.', '.', 'N', 'N', 'N', 'N', 'N']));
  });
});
