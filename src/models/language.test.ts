/** GPT and recurrent networks, and LoRA beside two of them, against PyTorch (`scripts/reference/language.py`, `lora.py`): logits, gradients, 40 steps; and first values. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor as createTfjsExecutor } from '../engine/tfjs/executor.ts';
import { createExecutor as createWasmExecutor } from '../engine/wasm/executor.ts';
import { openWasm } from '../engine/wasm/open.ts';
import type { Executor, TensorMap } from '../graph/executor.ts';
import { gap } from '../testing/gap.ts';
import { interpret, Interpreter, output } from '../testing/interpreter.ts';
import { comparedParameters, languageCases, languageModel, loraCases, recordedLanguage } from '../testing/recorded-language.ts';
import { gpt } from './gpt.ts';
import { initialParameters } from './initialization.ts';
import type { Model } from './model.ts';
import { recurrent } from './recurrent.ts';

const single = (tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: ArrayLike<number> }>>): TensorMap =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, values }]) => [name, { shape, values: Float32Array.from(values) }]));

const executors: readonly Executor[] = [createTfjsExecutor(await openCpu()), createWasmExecutor(await openWasm())];

const cases = [...languageCases, ...loraCases];

describe('language models follow PyTorch', () => {
  it.each(cases)('$name: parameters by name, in the recorded order', (item) => {
    const placed = languageModel(item).parameters.map(({ name, shape }) => ({ name, shape }));
    expect(placed).toEqual(item.start.map(({ name, shape }) => ({ name, shape })));
  });

  it.each(cases)('$name: logits and gradients at step 0, then 40 steps, in double precision', async (item) => {
    const { model, program, feeds } = recordedLanguage(item);
    const { first: graph } = program.graphs;
    const [begin] = feeds;
    if (graph === undefined || begin === undefined) throw new Error('nothing to run');
    const environment = { ...begin, feeds: begin.tensors, data: program.data, state: program.state, seed: 0 };
    const results = interpret(graph, environment);
    expect(gap(output(graph, results, 'logits').values, item.float64.first.logits)).toBeLessThanOrEqual(1e-10);
    const gradient = output(graph, results, 'gradient').values;
    const expected = item.float64.first.gradients.flat();
    expect(gap(comparedParameters(model, gradient), comparedParameters(model, expected))).toBeLessThanOrEqual(1e-10);
    const interpreter = new Interpreter();
    await interpreter.load(program);
    const columns = await interpreter.run(feeds);
    expect(gap(columns['loss'] ?? [], item.float64.loss)).toBeLessThanOrEqual(1e-10);
    expect(gap(columns['gradNorm'] ?? [], item.float64.gradNorm)).toBeLessThanOrEqual(1e-10);
    const after = comparedParameters(model, interpreter.doubles['parameters']?.values ?? []);
    expect(gap(after, comparedParameters(model, item.float64.parameters.flat()))).toBeLessThanOrEqual(1e-10);
  });

  describe.each(executors)('by $engine', (executor) => {
    it.each(cases)('$name', async (item) => {
      const { model, program, feeds } = recordedLanguage(item);
      const bound = (float32Gap: number) => 10 * float32Gap + 1e-6;
      await executor.load({ ...program, data: single(program.data), state: single(program.state) });
      const first = await executor.evaluate('first', feeds[0] ?? { step: 0, scalars: {}, tensors: {} });
      expect(gap(first['logits']?.values ?? [], item.float64.first.logits)).toBeLessThanOrEqual(bound(item.float32Gap.logits));
      const columns = await executor.run(feeds);
      const { parameters } = await executor.readState();
      expect(gap(columns['loss'] ?? [], item.float64.loss)).toBeLessThanOrEqual(bound(item.float32Gap.loss));
      expect(gap(columns['gradNorm'] ?? [], item.float64.gradNorm)).toBeLessThanOrEqual(bound(item.float32Gap.gradNorm));
      const expected = comparedParameters(model, item.float64.parameters.flat());
      expect(gap(comparedParameters(model, parameters?.values ?? []), expected)).toBeLessThanOrEqual(bound(item.float32Gap.parameters));
    });
  });
});

/** First values of a parameter. */
function start(model: Model, name: string): Float32Array {
  const { offset = 0, shape = [] } = model.parameters.find((parameter) => parameter.name === name) ?? {};
  return initialParameters(model, 'glorot', 3).subarray(offset, offset + shape.reduce((product, size) => product * size, 1));
}

const deviation = (values: Float32Array) => Math.hypot(...values) / Math.sqrt(values.length);

describe('first values of language models', () => {
  const width = 16;
  const network = (hiddenStart: 'uniform' | 'orthogonal' | 'identity') =>
    recurrent({ vocabulary: 50, context: 3, cell: 'relu', width, depth: 1, hiddenStart });

  it('are GPT-2’s for a GPT, smaller where a block writes to what goes on', () => {
    const options = { normAt: 'before', normalization: 'layer', activation: 'gelu', positions: 'learned', tiedHead: true } as const;
    const model = gpt({ vocabulary: 50, context: 3, width: 64, depth: 2, heads: 4, ...options });
    expect(deviation(start(model, 'block1.up.weight'))).toBeCloseTo(0.02, 3);
    expect(deviation(start(model, 'block1.down.weight'))).toBeCloseTo(0.01, 3);
    expect([...start(model, 'block2.norm1.weight')]).toEqual(new Array(64).fill(1));
    expect([...start(model, 'block2.up.bias')]).toEqual(new Array(256).fill(0));
    expect(start(model, 'block1.query.weight')).not.toEqual(start(model, 'block1.key.weight'));
  });

  it('are PyTorch’s for recurrent networks: uniform up to 1/√width, biases too', () => {
    for (const name of ['layer1.state.inputWeight', 'layer1.state.hiddenWeight', 'layer1.state.hiddenBias', 'output.bias']) {
      const values = start(network('uniform'), name);
      expect(Math.max(...values.map(Math.abs)), name).toBeLessThanOrEqual(0.25);
      expect(Math.max(...values.map(Math.abs)), name).toBeGreaterThan(0.15);
    }
    expect(deviation(start(network('uniform'), 'tokens.weight'))).toBeCloseTo(1, 1);
  });

  it('keep lengths with an orthogonal or an identical hidden matrix', () => {
    const orthogonal = start(network('orthogonal'), 'layer1.state.hiddenWeight');
    const products = Array.from({ length: width * width }, (_, index) => {
      const [i, j] = [Math.floor(index / width) * width, (index % width) * width];
      return Array.from({ length: width }, (__, c) => (orthogonal[i + c] ?? 0) * (orthogonal[j + c] ?? 0)).reduce((a, b) => a + b, 0);
    });
    const identity = start(network('identity'), 'layer1.state.hiddenWeight');
    products.forEach((value, index) => expect(value).toBeCloseTo(identity[index] ?? Number.NaN, 5));
    expect([...identity]).toEqual(Array.from({ length: width * width }, (_, index) => (index % (width + 1) === 0 ? 1 : 0)));
    expect(deviation(start(network('identity'), 'layer1.state.inputWeight'))).toBeCloseTo(0.001, 4);
  });
});
