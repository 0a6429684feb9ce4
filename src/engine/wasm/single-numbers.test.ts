/** Single numbers that kernels make: what is computed from one and spread over many has the same number everywhere. A batch of one example is full of them. */
import { expect, it } from 'vitest';
import type { Graph } from '../../graph/graph.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { gapToLargest } from '../../testing/gap.ts';
import { Interpreter } from '../../testing/interpreter.ts';
import { createExecutor } from './executor.ts';
import { openWasm } from './open.ts';

const columns = 10;

/** A number from a kernel, through an elementwise operation, over a row. */
const graphs: Readonly<Record<string, (g: GraphBuilder) => Graph>> = {
  'the loss of one example'(g) {
    const logits = g.feed('x', [1, columns]);
    const loss = g.softmaxCrossEntropy(logits, g.feed('label', [1]));
    return g.finish({ y: g.mul(logits, g.unary('square', loss)) });
  },
  'one number by its index'(g) {
    const x = g.feed('x', [columns]);
    return g.finish({ y: g.mul(x, g.unary('square', g.gather(x, g.feed('label', [1])))) });
  },
  'one number out of several'(g) {
    const x = g.feed('x', [columns]);
    return g.finish({ y: g.mul(x, g.unary('square', g.slice(x, 3, 1))) });
  },
};

it.each(Object.entries(graphs))('%s', async (_, build) => {
  const step = build(new GraphBuilder());
  const x = Float32Array.from({ length: columns }, (_value, i) => 1 + Math.sin(i * i));
  const feed = { step: 0, scalars: {}, tensors: { x, label: Float32Array.of(4) } };
  const program = { graphs: { step }, data: {}, state: {}, seed: 1 };
  const [executor, interpreter] = [createExecutor(await openWasm(1)), new Interpreter()];
  await Promise.all([executor.load(program), interpreter.load(program)]);
  const [own, expected] = [await executor.evaluate('step', feed), await interpreter.evaluate('step', feed)];
  expect(gapToLargest(own['y']?.values ?? [], expected['y']?.values ?? [])).toBeLessThan(1e-6);
});
