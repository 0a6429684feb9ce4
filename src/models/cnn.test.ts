/** The CNN against 20 steps of plain SGD recorded from PyTorch (`scripts/reference/cnn.py`), through the graphs that every run uses. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import { gap } from '../testing/gap.ts';
import { Interpreter } from '../testing/interpreter.ts';
import { recordedCnn } from '../testing/recorded-cnn.ts';
import recorded from '../training/recorded/cnn.json' with { type: 'json' };
import { cnn } from './cnn.ts';

const { float64, float32Gap, problem } = recorded;

describe('the CNN follows PyTorch', () => {
  it('has the recorded parameters in the recorded order', () => {
    expect(recordedCnn().model.parameters.map(({ shape }) => shape)).toEqual(problem.parameters.map(({ shape }) => shape));
  });

  it('in double precision: gradient at step 0, losses, norms and final parameters', async () => {
    const { program, feeds } = recordedCnn();
    const interpreter = new Interpreter();
    await interpreter.load(program);
    const before = Float64Array.from(interpreter.doubles['parameters']?.values ?? []);
    const losses: number[] = [];
    const norms: number[] = [];
    for (const [step, feed] of feeds.entries()) {
      const columns = await interpreter.run([feed]);
      losses.push(columns['loss']?.[0] ?? Number.NaN);
      norms.push(columns['gradNorm']?.[0] ?? Number.NaN);
      // Plain SGD: the first step is the gradient times the rate.
      const after = interpreter.doubles['parameters']?.values ?? [];
      if (step > 0) continue;
      const gradient = before.map((value, i) => (value - (after[i] ?? Number.NaN)) / problem.learningRate);
      expect(gap(gradient, float64.first.gradients.flat())).toBeLessThanOrEqual(1e-10);
    }
    expect(gap(losses, float64.loss)).toBeLessThanOrEqual(1e-10);
    expect(gap(norms, float64.gradNorm)).toBeLessThanOrEqual(1e-10);
    expect(gap(interpreter.doubles['parameters']?.values ?? [], float64.parameters.flat())).toBeLessThanOrEqual(1e-10);
  });

  it('through the float32 executor', async () => {
    const { program, feeds } = recordedCnn();
    const executor = createExecutor(await openCpu());
    await executor.load(program);
    const columns = await executor.run(feeds);
    const state = await executor.readState();
    executor.dispose();
    const bound = (float32: number) => 10 * float32 + 1e-6;
    expect(gap(columns['loss'] ?? [], float64.loss)).toBeLessThanOrEqual(bound(float32Gap.loss));
    expect(gap(columns['gradNorm'] ?? [], float64.gradNorm)).toBeLessThanOrEqual(bound(float32Gap.gradNorm));
    expect(gap(state['parameters']?.values ?? [], float64.parameters.flat())).toBeLessThanOrEqual(bound(float32Gap.parameters));
  });
});

describe('the shape of a CNN', () => {
  it('halves the side at each block, rounding down, and counts its weights', () => {
    const model = cnn({ inputShape: [14, 14, 1], channels: [8, 16, 4], hidden: [10], outputs: 10, activation: 'relu' });
    expect(model.name).toBe('CNN 1‑8‑16‑4 · 4‑10‑10');
    expect(model.parameterCount).toBe(80 + (9 * 8 * 16 + 16) + (9 * 16 * 4 + 4) + 50 + 110);
  });
});
