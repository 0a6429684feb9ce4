/**
 * Steps of small networks, which are straight code with values handed on in registers: batches and widths that fill no vector, several steps at a
 * time, against the interpreter in double precision. And how true tanh is, on which half of such a step is spent.
 */
import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import type { Program } from '../../graph/executor.ts';
import { normalize } from '../../params/config.ts';
import type { ConfigPatch } from '../../params/config.ts';
import { makeTask } from '../../tasks/make-task.ts';
import { gap, gapToLargest } from '../../testing/gap.ts';
import { Interpreter } from '../../testing/interpreter.ts';
import { firstStep } from '../../training/first-step.ts';
import { createExecutor } from './executor.ts';
import { openWasm } from './open.ts';

const plain = await openWasm();
// Node 20 has relaxed SIMD behind a flag.
setFlagsFromString('--experimental-wasm-relaxed-simd');
const relaxed = await openWasm();
const builds = [plain, relaxed];

const batches = [1, 3, 10, 13, 32];
const networks: readonly ConfigPatch[] = [
  { layers: [], optimizer: 'sgd' },
  { layers: [1], optimizer: 'sgd' },
  { layers: [5], optimizer: 'adam' },
  { layers: [4, 2], optimizer: 'sgd', momentum: 0.9 },
  { layers: [5, 1, 7], optimizer: 'adam', activation: 'relu' },
  { layers: [8, 8], optimizer: 'adam' },
  { layers: [9, 17], optimizer: 'rmsprop' },
];
const tasks = ['surface', 'spiral'] as const;
const steps = 12;

describe.each(builds)('small networks on $device', (kernels) => {
  it.each(networks)('$layers, $optimizer', async (network) => {
    const executor = createExecutor(kernels);
    const interpreter = new Interpreter();
    for (const task of tasks)
      for (const batchSize of batches) {
        const { config } = normalize({ task, trainingSize: 60, learningRate: 0.02, seed: 5, ...network, batchSize });
        const { program, feeds } = firstStep(config, makeTask(config, {}));
        const many = Array.from({ length: steps }, (_, step) => ({
          ...feeds[0]!,
          step,
          tensors: shifted(feeds[0]!.tensors, step, batchSize),
        }));
        await Promise.all([executor.load(program), interpreter.load(program)]);
        const [own, expected] = [await executor.run(many), await interpreter.run(many)];
        for (const [name, column] of Object.entries(expected))
          expect(gap(own[name] ?? [], column), `${name} of ${batchSize}`).toBeLessThan(2e-4);
        const [state, expectedState] = [await executor.readState(), await interpreter.readState()];
        for (const [name, { values }] of Object.entries(expectedState))
          expect(gapToLargest(state[name]?.values ?? [], values), `${name} after batches of ${batchSize}`).toBeLessThan(2e-4);
      }
  });

  it('makes a tanh that is wrong by 2.5 units in the last place at most, by 0.6 on the average, and odd', async () => {
    const count = 60_000;
    const values = Float32Array.from({ length: count }, (_, i) => (i - count / 2) * 3e-4);
    const executor = createExecutor(kernels);
    await executor.load(tanhProgram(values));
    const result = (await executor.evaluate('values', { step: 0, scalars: {}, tensors: {} }))['y']?.values ?? [];
    const errors = Array.from(values, (x, i) => Math.abs((result[i] ?? NaN) - Math.tanh(x)) / unitOf(Math.tanh(x)));
    expect(Math.max(...errors.slice(0, 30_000), ...errors.slice(30_001))).toBeLessThan(2.5);
    expect(Math.max(...errors.filter((_, i) => Math.abs(values[i] ?? 0) < 0.17 && i !== count / 2))).toBeLessThan(0.53);
    expect(errors.reduce((sum, error) => sum + error, 0) / count).toBeLessThan(0.6);
    expect(Array.from(result.slice(count / 2, count / 2 + 1))).toEqual([0]);
    expect(result.slice(1, count / 2)).toEqual(
      result
        .slice(count / 2 + 1)
        .reverse()
        .map((y) => -y),
    );
  });

  it('makes of infinities and NaN what tanh has', async () => {
    const executor = createExecutor(kernels);
    await executor.load(tanhProgram(Float32Array.of(Infinity, -Infinity, NaN, 1e30, -1e30, 1e-30, 20, -20)));
    const result = (await executor.evaluate('values', { step: 0, scalars: {}, tensors: {} }))['y']?.values ?? [];
    expect(Array.from(result)).toEqual([1, -1, NaN, 1, -1, Math.fround(1e-30), 1, -1]);
  });
});

/** Other rows for another step. */
function shifted(tensors: Readonly<Record<string, Float32Array>>, step: number, batchSize: number): Readonly<Record<string, Float32Array>> {
  const rows = Float32Array.from({ length: batchSize }, (_, i) => (i * 7 + step * 11) % 40);
  return { ...tensors, rows };
}

/** The distance to the next float32, for numbers from 2^−126 on. */
function unitOf(value: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 23);
}

function tanhProgram(values: Float32Array): Program {
  const shape = [values.length];
  const nodes = [
    { op: 'data', name: 'x', inputs: [], shape },
    { op: 'tanh', inputs: [0], shape },
  ] as const;
  return {
    graphs: { step: { nodes, outputs: {}, updates: {} }, values: { nodes, outputs: { y: 1 }, updates: {} } },
    data: { x: { shape, values } },
    state: {},
    seed: 0,
  };
}
