/** Normalised networks against PyTorch's own modules (`scripts/reference/normalization.py`): gradients, trajectories, running statistics. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import type { TensorMap } from '../graph/executor.ts';
import { gap } from '../testing/gap.ts';
import { interpret, Interpreter, output } from '../testing/interpreter.ts';
import { normalizationCases, recordedNormalization } from '../testing/recorded-normalization.ts';

const single = (tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: ArrayLike<number> }>>): TensorMap =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, values }]) => [name, { shape, values: Float32Array.from(values) }]));

describe('normalised networks follow PyTorch', () => {
  it.each(normalizationCases)('$name: parameters in the recorded order', (item) => {
    const { model } = recordedNormalization(item);
    expect(model.parameters.map(({ shape }) => shape)).toEqual(item.start.map(({ shape }) => shape));
    expect(model.parameters.filter(({ name }) => /^(layer|conv)\d\.bias$/.test(name)).length > 0).toBe(item.kind !== 'batch');
  });

  it.each(normalizationCases)('$name: 60 steps in double precision, then in evaluation mode', async (item) => {
    const { program, feeds, evaluation, model } = recordedNormalization(item);
    const interpreter = new Interpreter();
    await interpreter.load(program);
    const before = Float64Array.from(interpreter.doubles['parameters']?.values ?? []);
    const losses: number[] = [];
    const norms: number[] = [];
    for (const [step, feed] of feeds.entries()) {
      const columns = await interpreter.run([feed]);
      losses.push(columns['loss']?.[0] ?? Number.NaN);
      norms.push(columns['gradNorm']?.[0] ?? Number.NaN);
      // The first step of SGD is the gradient times the rate.
      const after = interpreter.doubles['parameters']?.values ?? [];
      const gradient = before.map((value, i) => (value - (after[i] ?? Number.NaN)) / item.learningRate);
      if (step === 0 && item.optimizer === 'sgd') expect(gap(gradient, item.float64.first.flat())).toBeLessThanOrEqual(1e-10);
    }
    expect(gap(losses, item.float64.loss)).toBeLessThanOrEqual(1e-10);
    expect(gap(norms, item.float64.gradNorm)).toBeLessThanOrEqual(1e-10);
    expect(gap(interpreter.doubles['parameters']?.values ?? [], item.float64.parameters.flat())).toBeLessThanOrEqual(1e-10);
    if (item.float64.statistics.length > 0)
      expect(gap(interpreter.doubles['statistics']?.values ?? [], item.float64.statistics.flat())).toBeLessThanOrEqual(1e-10);
    expect(model.statisticsCount).toBe(item.float64.statistics.flat().length);
    const { evaluate } = program.graphs;
    if (!evaluate) throw new Error('no evaluation');
    const environment = { ...evaluation, feeds: evaluation.tensors, data: program.data, state: interpreter.doubles, seed: 0 };
    expect(gap(output(evaluate, interpret(evaluate, environment), 'output').values, item.float64.evaluation)).toBeLessThanOrEqual(1e-10);
  });

  it.each(normalizationCases)('$name: through the float32 executor', async (item) => {
    const { program, feeds, evaluation } = recordedNormalization(item);
    const executor = createExecutor(await openCpu());
    await executor.load({ ...program, data: single(program.data), state: single(program.state) });
    const columns = await executor.run(feeds);
    const state = await executor.readState();
    const evaluated = await executor.evaluate('evaluate', evaluation);
    executor.dispose();
    const bound = (float32Gap: number) => 10 * float32Gap + 1e-6;
    expect(gap(columns['loss'] ?? [], item.float64.loss)).toBeLessThanOrEqual(bound(item.float32Gap.loss));
    expect(gap(columns['gradNorm'] ?? [], item.float64.gradNorm)).toBeLessThanOrEqual(bound(item.float32Gap.gradNorm));
    expect(gap(state['parameters']?.values ?? [], item.float64.parameters.flat())).toBeLessThanOrEqual(bound(item.float32Gap.parameters));
    expect(gap(evaluated['output']?.values ?? [], item.float64.evaluation)).toBeLessThanOrEqual(bound(item.float32Gap.evaluation));
  });
});
