/**
 * Whole steps through the wasm executor: every optimizer and the CNN against the values recorded from PyTorch and the papers, at the tolerances that the
 * other executors are held to.
 */
import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import recordedCnnRun from '../../training/recorded/cnn.json' with { type: 'json' };
import { gap } from '../../testing/gap.ts';
import { recordedCnn } from '../../testing/recorded-cnn.ts';
import { recordedCases, recordedRun } from '../../testing/recorded-problem.ts';
import { createExecutor } from './executor.ts';
import { openWasm } from './open.ts';

const plain = await openWasm();
// Node 20 has relaxed SIMD behind a flag.
setFlagsFromString('--experimental-wasm-relaxed-simd');
const relaxed = await openWasm();
const builds = [plain, relaxed];
const bound = (float32Gap: number): number => 10 * float32Gap + 1e-6;

function toSingle(tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: ArrayLike<number> }>>) {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => [name, { shape, values: Float32Array.from(values) }]),
  );
}

it('comes in two builds', () => {
  expect(builds.map(({ device }) => device)).toEqual(['CPU, SIMD, one thread', 'CPU, relaxed SIMD, one thread']);
});

describe.each(builds)('training on $device', (kernels) => {
  it.each(recordedCases)('$name follows its record', async (item) => {
    const { program, feeds } = recordedRun(item);
    const executor = createExecutor(kernels);
    await executor.load({ ...program, data: toSingle(program.data), state: toSingle(program.state) });
    const columns = await executor.run(feeds);
    const { parameters } = await executor.readState();
    executor.dispose();
    expect(gap(columns['loss'] ?? [], item.float64.loss)).toBeLessThanOrEqual(bound(item.float32Gap.loss));
    expect(gap(columns['gradNorm'] ?? [], item.float64.gradNorm)).toBeLessThanOrEqual(bound(item.float32Gap.gradNorm));
    expect(gap(parameters?.values ?? [], item.float64.snapshots['60'].flat())).toBeLessThanOrEqual(bound(item.float32Gap.parameters));
  });

  it('the CNN follows its record', async () => {
    const { float64, float32Gap } = recordedCnnRun;
    const { program, feeds } = recordedCnn();
    const executor = createExecutor(kernels);
    await executor.load(program);
    const columns = await executor.run(feeds);
    const { parameters } = await executor.readState();
    executor.dispose();
    expect(gap(columns['loss'] ?? [], float64.loss)).toBeLessThanOrEqual(bound(float32Gap.loss));
    expect(gap(columns['gradNorm'] ?? [], float64.gradNorm)).toBeLessThanOrEqual(bound(float32Gap.gradNorm));
    expect(gap(parameters?.values ?? [], float64.parameters.flat())).toBeLessThanOrEqual(bound(float32Gap.parameters));
  });
});
