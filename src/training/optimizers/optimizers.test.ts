/** Every optimizer against trajectories recorded from `torch.optim` (`scripts/reference/optimizers.py`, `layer_rates.py` by layer) and from NumPy rules (`papers.py`), in double and in float32. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../../engine/tfjs/cpu.ts';
import { createExecutor } from '../../engine/tfjs/executor.ts';
import { gap } from '../../testing/gap.ts';
import { Interpreter } from '../../testing/interpreter.ts';
import { recordedCases, recordedRun } from '../../testing/recorded-problem.ts';

describe('optimizers follow PyTorch, or their papers', () => {
  it.each(recordedCases)('$name, in double precision', async (item) => {
    const { program, feeds } = recordedRun(item);
    const interpreter = new Interpreter();
    await interpreter.load(program);
    const losses: number[] = [];
    const norms: number[] = [];
    for (const [step, feed] of feeds.entries()) {
      const columns = await interpreter.run([feed]);
      losses.push(columns['loss']?.[0] ?? NaN);
      norms.push(columns['gradNorm']?.[0] ?? NaN);
      const expected = (item.float64.snapshots as Partial<Record<string, number[][]>>)[String(step + 1)];
      if (expected) expect(gap(interpreter.doubles['parameters']?.values ?? [], expected.flat())).toBeLessThanOrEqual(1e-10);
    }
    expect(gap(losses, item.float64.loss)).toBeLessThanOrEqual(1e-10);
    expect(gap(norms, item.float64.gradNorm)).toBeLessThanOrEqual(1e-10);
  });

  it.each(recordedCases)('$name, through the float32 executor', async (item) => {
    const { program, feeds } = recordedRun(item);
    const executor = createExecutor(await openCpu());
    await executor.load({ ...program, data: toSingle(program.data), state: toSingle(program.state) });
    const columns = await executor.run(feeds);
    const state = await executor.readState();
    executor.dispose();
    const bound = (float32Gap: number) => 10 * float32Gap + 1e-6;
    expect(gap(columns['loss'] ?? [], item.float64.loss)).toBeLessThanOrEqual(bound(item.float32Gap.loss));
    expect(gap(columns['gradNorm'] ?? [], item.float64.gradNorm)).toBeLessThanOrEqual(bound(item.float32Gap.gradNorm));
    const final = item.float64.snapshots['60'].flat();
    expect(gap(state['parameters']?.values ?? [], final)).toBeLessThanOrEqual(bound(item.float32Gap.parameters));
  });
});

function toSingle(tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: ArrayLike<number> }>>) {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => [name, { shape, values: Float32Array.from(values) }]),
  );
}
