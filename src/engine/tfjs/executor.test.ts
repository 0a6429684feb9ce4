/** The executor in Node, on the CPU backend: ops, leaks, repetition, and a small training that plain JavaScript repeats in double. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openCpu } from './cpu.ts';
import { cpuAttention } from './cpu/attention.ts';
import { cpuSequences } from './cpu/sequences.ts';
import { createExecutor } from './executor.ts';
import { lineFeeds, lineProgram, perceptronFeeds, perceptronProgram, trainLineInDouble } from '../testing-programs.ts';
import { findFaults } from '../self-test.ts';

const device = await openCpu();

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('the tfjs executor on the CPU', () => {
  it('answers every op as it must', async () => {
    const executor = createExecutor(device);
    expect(await findFaults(executor)).toEqual([]);
    executor.dispose();
    expect(device.backend.numDataIds()).toBe(0);
  });

  it('answers what language models add as it must by tfjs kernels too, as the GPU backends compute it', async () => {
    const own: readonly string[] = [...Object.keys(cpuSequences), ...Object.keys(cpuAttention)];
    const overrides = Object.fromEntries(Object.entries(device.overrides).filter(([name]) => !own.includes(name)));
    const executor = createExecutor({ ...device, overrides });
    expect(await findFaults(executor)).toEqual([]);
    executor.dispose();
    expect(device.backend.numDataIds()).toBe(0);
  });

  it('fits a line as plain JavaScript does in double precision', async () => {
    const executor = createExecutor(device);
    await executor.load(lineProgram());
    const { loss } = await executor.run(lineFeeds(0, 300));
    const state = await executor.readState();
    const reference = trainLineInDouble(300);
    expect(state['slope']?.values[0]).toBeCloseTo(reference.slope, 5);
    expect(state['intercept']?.values[0]).toBeCloseTo(reference.intercept, 5);
    loss?.forEach((value, step) => {
      expect(Math.abs(value - (reference.losses[step] ?? Number.NaN))).toBeLessThan(1e-5);
    });
    executor.dispose();
  });

  it('repeats bit for bit, in chunks of any size and from a saved state', async () => {
    const executor = createExecutor(device);
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
    executor.dispose();
  });

  it('holds as many tensors after 10,000 steps as before', async () => {
    const { numTensors, numBytes } = memory();
    const executor = createExecutor(device);
    await executor.load(lineProgram());
    await executor.run(lineFeeds(0, 1));
    const held = device.backend.numDataIds();
    for (let step = 1; step < 10_000; step += 1_000) await executor.run(lineFeeds(step, 1_000));
    expect(device.backend.numDataIds()).toBe(held);
    executor.dispose();
    expect(device.backend.numDataIds()).toBe(0);
    expect(memory()).toMatchObject({ numTensors, numBytes });
  });

  it('leaves no arrays behind, however often it is asked', async () => {
    const executor = createExecutor(device);
    await executor.load(perceptronProgram());
    const [feed] = perceptronFeeds(0, 1);
    if (feed === undefined) throw new Error('no feed');
    const held = (): number => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    for (let call = 0; call < 200; call++) await executor.run([feed]);
    const before = held();
    for (let call = 0; call < 5000; call++) await executor.run([feed]);
    // A pool that takes in what it never gave out grows by the feeds, here by 7 MB; V8 itself leaves some 70 kB, and gives memory back from a thread
    // of its own, which a busy machine lets wait.
    await expect.poll(held).toBeLessThan(before + 500_000);
    executor.dispose();
  });

  it('trains a perceptron with dropout, the same twice, and lowers its loss', async () => {
    const executor = createExecutor(device);
    const runs: (readonly number[])[] = [];
    for (let repeat = 0; repeat < 2; repeat++) {
      await executor.load(perceptronProgram());
      const { loss } = await executor.run(perceptronFeeds(0, 200));
      runs.push([...(loss ?? [])]);
    }
    executor.dispose();
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[0]?.[199]).toBeLessThan(0.7 * (runs[0]?.[0] ?? 0));
    expect(device.backend.numDataIds()).toBe(0);
  });

  it('replaces all states at once', async () => {
    const executor = createExecutor(device);
    await executor.load({
      graphs: {
        step: {
          nodes: [
            { op: 'state', name: 'a', inputs: [], shape: [] },
            { op: 'state', name: 'b', inputs: [], shape: [] },
          ],
          outputs: { a: 0 },
          updates: { a: 1, b: 0 },
        },
      },
      data: {},
      state: { a: { shape: [], values: Float32Array.of(1) }, b: { shape: [], values: Float32Array.of(2) } },
      seed: 1,
    });
    const { a } = await executor.run([0, 1, 2].map((step) => ({ step, scalars: {}, tensors: {} })));
    expect([...(a ?? [])]).toEqual([1, 2, 1]);
    executor.dispose();
    expect(device.backend.numDataIds()).toBe(0);
  });

  it('does not give the memory of a tensor away while a piece of it is in use', async () => {
    const executor = createExecutor(device);
    const shape = [3];
    await executor.load({
      graphs: {
        step: { nodes: [], outputs: {}, updates: {} },
        pieces: {
          nodes: [
            { op: 'feed', name: 'x', inputs: [], shape: [6] },
            { op: 'square', inputs: [0], shape: [6] },
            { op: 'slice', begin: [3], inputs: [1], shape },
            { op: 'neg', inputs: [0], shape: [6] },
            { op: 'exp', inputs: [2], shape },
            { op: 'reshape', inputs: [3], shape: [2, 3] },
            { op: 'slice', begin: [1, 1], inputs: [5], shape: [1, 2] },
          ],
          outputs: { late: 2, corner: 6, exp: 4 },
          updates: {},
        },
      },
      data: {},
      state: {},
      seed: 1,
    });
    for (let repeat = 0; repeat < 3; repeat++) {
      const feed = { step: 0, scalars: {}, tensors: { x: Float32Array.of(1, 2, 3, 4, 5, 6) } };
      const { late, corner } = await executor.evaluate('pieces', feed);
      expect([...(late?.values ?? [])]).toEqual([16, 25, 36]);
      expect([...(corner?.values ?? [])]).toEqual([-5, -6]);
    }
    executor.dispose();
    expect(device.backend.numDataIds()).toBe(0);
  });

  it('rejects with an EngineError and keeps nothing when a feed is missing', async () => {
    const executor = createExecutor(device);
    await executor.load(lineProgram());
    await expect(executor.run([{ step: 0, scalars: { learningRate: 0.1 }, tensors: {} }])).rejects.toMatchObject({
      name: 'EngineError',
      kind: 'internal',
    });
    executor.dispose();
    expect(device.backend.numDataIds()).toBe(0);
  });
});
