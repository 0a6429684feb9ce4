/** The wasm executor in Node: every op, agreement with the CPU executor of tfjs, repetition, and memory that does not grow. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Executor } from '../../graph/executor.ts';
import { normalize } from '../../params/config.ts';
import { firstStep } from '../../training/first-step.ts';
import { makeTask } from '../../tasks/make-task.ts';
import { gap, gapToLargest } from '../../testing/gap.ts';
import { findFaults } from '../self-test.ts';
import { lineFeeds, lineProgram, perceptronFeeds, perceptronProgram } from '../testing-programs.ts';
import { openCpu } from '../tfjs/cpu.ts';
import { createExecutor as createTfjsExecutor } from '../tfjs/executor.ts';
import { createExecutor } from './executor.ts';
import type { Kernels } from './instance.ts';
import { openWasm } from './open.ts';

let kernels: Kernels;
let reference: Executor;

beforeAll(async () => {
  kernels = await openWasm();
  reference = createTfjsExecutor(await openCpu());
});

describe('the wasm executor', () => {
  it('answers every op as it must', async () => {
    expect(await findFaults(createExecutor(kernels))).toEqual([]);
  });

  it('trains the spiral as the CPU executor of tfjs does', async () => {
    const { config } = normalize({ task: 'spiral' });
    const { program, feeds } = firstStep(config, makeTask(config, {}));
    const many = Array.from({ length: 50 }, (_, step) => ({ ...feeds[0]!, step }));
    const executor = createExecutor(kernels);
    await Promise.all([executor.load(program), reference.load(program)]);
    const [own, expected] = [await executor.run(many), await reference.run(many)];
    expect(Object.keys(own)).toEqual(Object.keys(expected));
    for (const [name, column] of Object.entries(expected)) expect(gap(own[name] ?? [], column), name).toBeLessThan(1e-5);
    const [state, expectedState] = [await executor.readState(), await reference.readState()];
    for (const [name, { values }] of Object.entries(expectedState))
      expect(gapToLargest(state[name]?.values ?? [], values), name).toBeLessThan(1e-5);
  });

  it('trains a perceptron with dropout as the CPU executor of tfjs does', async () => {
    const executor = createExecutor(kernels);
    await Promise.all([executor.load(perceptronProgram()), reference.load(perceptronProgram())]);
    const [own, expected] = [await executor.run(perceptronFeeds(0, 100)), await reference.run(perceptronFeeds(0, 100))];
    expect(gap(own['loss'] ?? [], expected['loss'] ?? [])).toBeLessThan(1e-5);
  });

  it('repeats bit for bit, in chunks of any size and from a saved state', async () => {
    const executor = createExecutor(kernels);
    await executor.load(lineProgram());
    const whole = await executor.run(lineFeeds(0, 60));
    const end = await executor.readState();
    await executor.load(lineProgram());
    const first = await executor.run(lineFeeds(0, 17));
    const saved = await executor.readState();
    await executor.load(lineProgram());
    await executor.writeState(saved);
    const second = await executor.run(lineFeeds(17, 43));
    expect([...(first['loss'] ?? []), ...(second['loss'] ?? [])]).toEqual([...(whole['loss'] ?? [])]);
    expect(await executor.readState()).toEqual(end);
  });

  it('replaces all states at once', async () => {
    const executor = createExecutor(kernels);
    const step = {
      nodes: [
        { op: 'state', name: 'a', inputs: [], shape: [2] },
        { op: 'state', name: 'b', inputs: [], shape: [2] },
        { op: 'sum', axes: [0], keep: false, inputs: [0], shape: [] },
      ],
      outputs: { a: 2 },
      updates: { a: 1, b: 0 },
    } as const;
    const state = { a: { shape: [2], values: Float32Array.of(1, 0) }, b: { shape: [2], values: Float32Array.of(2, 0) } };
    await executor.load({ graphs: { step }, data: {}, state, seed: 1 });
    const { a } = await executor.run([0, 1, 2].map((index) => ({ step: index, scalars: {}, tensors: {} })));
    expect([...(a ?? [])]).toEqual([1, 2, 1]);
  });

  it('takes no more memory from step 1,000 to step 100,000', async () => {
    const grown = vi.spyOn(WebAssembly.Memory.prototype, 'grow');
    const executor = createExecutor(kernels);
    await executor.load(lineProgram());
    const feeds = lineFeeds(0, 1_000);
    await executor.run(feeds);
    await executor.readState();
    grown.mockClear();
    const before = process.memoryUsage().arrayBuffers;
    for (let step = 1_000; step < 100_000; step += 1_000) await executor.run(feeds);
    expect(grown).not.toHaveBeenCalled();
    // Results of 99 calls, 16 kB each, may still wait for the collector.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
    grown.mockRestore();
  });

  it('rejects with an EngineError when a feed is missing', async () => {
    const executor = createExecutor(kernels);
    await executor.load(lineProgram());
    await expect(executor.run([{ step: 0, scalars: { learningRate: 0.1 }, tensors: {} }])).rejects.toMatchObject({
      name: 'EngineError',
      kind: 'internal',
    });
  });
});
