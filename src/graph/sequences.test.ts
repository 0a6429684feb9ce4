/** What language models add, values and gradients, against PyTorch (`scripts/reference/sequences.py`): in double precision, on the CPU, in wasm. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor as createTfjsExecutor } from '../engine/tfjs/executor.ts';
import { createExecutor as createWasmExecutor } from '../engine/wasm/executor.ts';
import { openWasm } from '../engine/wasm/open.ts';
import { rotaryTables } from '../models/rotary.ts';
import { gap } from '../testing/gap.ts';
import { interpret, output } from '../testing/interpreter.ts';
import recorded from '../training/recorded/sequences.json' with { type: 'json' };
import { GraphBuilder } from './builder.ts';
import type { Executor } from './executor.ts';
import { gradients } from './gradients.ts';
import type { NodeId } from './graph.ts';

/** One recorded operation: how it is built from its inputs. */
interface Question {
  readonly name: string;
  readonly item: (typeof recorded)[keyof Omit<typeof recorded, 'header'>][number];
  readonly build: (g: GraphBuilder, inputs: readonly NodeId[]) => NodeId;
}

const questions: readonly Question[] = [
  ...recorded.embedding.map((item) => ({
    name: `embedding, ${item.name}`,
    item,
    build: (g: GraphBuilder, [table = 0]: readonly NodeId[]) => g.gather(table, g.constant(Float32Array.from(item.ids), [item.ids.length])),
  })),
  ...recorded.standardize.map((item) => ({
    name: `standardize, ${item.name}`,
    item,
    build: (g: GraphBuilder, [x = 0]: readonly NodeId[]) => g.standardize(x, item.centered, item.epsilon),
  })),
  ...recorded.rotate.map((item) => ({
    name: `rotate, ${item.name}`,
    item,
    build: (g: GraphBuilder, [x = 0]: readonly NodeId[]) => {
      const { cosines, sines } = rotaryTables(g, item.context, item.half);
      return g.rotate(x, cosines, sines);
    },
  })),
  ...recorded.attention.map((item) => ({
    name: `attention, ${item.name}`,
    item,
    build: (g: GraphBuilder, [q = 0, k = 0, v = 0]: readonly NodeId[]) => g.causalAttention(q, k, v, item.heads, item.context),
  })),
];

/** The graph of a question: `y`, and the gradients of Σ dy·y by the names of the inputs, with a d before them. */
function graphOf({ item, build }: Question) {
  const g = new GraphBuilder();
  const { dy, ...given } = item.inputs;
  const inputs = Object.entries(given).map(([name, { shape }]) => [name, g.feed(name, shape)] as const);
  const leaves = inputs.map(([, id]) => id);
  const y = build(g, leaves);
  const found = gradients(g, g.sum(g.mul(y, g.feed('dy', dy.shape))), leaves);
  return g.finish({ y, ...Object.fromEntries(inputs.map(([name], index) => [`d${name}`, found[index] ?? y] as const)) });
}

function feedsOf({ inputs }: Question['item']) {
  return Object.fromEntries(Object.entries(inputs).map(([name, { values }]) => [name, Float32Array.from(values)] as const));
}

/** What was recorded, and how far PyTorch's float32 is from it, by the names of the graph's outputs. */
function answersOf({ float64, float32Gap }: Question['item']) {
  const gaps: Readonly<Record<string, number>> = float32Gap;
  return Object.entries<readonly number[]>(float64).map(([name, values]) => ({ name, values, bound: 10 * (gaps[name] ?? 0) + 1e-6 }));
}

const executors: readonly Executor[] = [createTfjsExecutor(await openCpu()), createWasmExecutor(await openWasm())];

describe('operations of language models follow PyTorch', () => {
  it.each(questions)('$name, in double precision', (question) => {
    const graph = graphOf(question);
    const results = interpret(graph, { scalars: {}, feeds: feedsOf(question.item), data: {}, state: {}, seed: 0, step: 0 });
    for (const { name, values } of answersOf(question.item))
      expect(gap(output(graph, results, name).values, values), name).toBeLessThanOrEqual(1e-10);
  });

  describe.each(executors)('by $engine', (executor) => {
    it.each(questions)('$name', async (question) => {
      await executor.load({ graphs: { step: graphOf(question) }, data: {}, state: {}, seed: 0 });
      const results = await executor.evaluate('step', { step: 0, scalars: {}, tensors: feedsOf(question.item) });
      for (const { name, values, bound } of answersOf(question.item))
        expect(gap(results[name]?.values ?? [], values), name).toBeLessThanOrEqual(bound);
    });
  });
});
