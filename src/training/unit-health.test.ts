/** Dead and saturated units on networks whose weights are set by hand, through whole evaluations with a padded last piece. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { makeTask } from '../tasks/make-task.ts';
import { readFileSync } from 'node:fs';
import { evaluateSplit } from './evaluate.ts';
import { lossScalarValues } from './losses.ts';
import { initialVectors, programOf, setUp } from './setup.ts';

const digits = new Uint8Array(readFileSync(new URL('../../public/data/digits-14.bin', import.meta.url)));

/** The shares of a network of which `layer`'s biases are set (one for each unit) and its weights scaled. */
async function sharesOf(patch: ConfigPatch, layer: string, biases: readonly number[], scale = 0) {
  const { config, problems } = normalize({ task: 'moons', trainingSize: 700, seed: 5, engine: 'tfjs-cpu', ...patch });
  expect(problems).toEqual([]);
  const setup = setUp(config, makeTask(config, { digits }));
  // 300 examples: a piece of 256 and one of 44 that is filled up.
  const vectors = initialVectors(config, setup.model);
  const flat = vectors['parameters'] ?? new Float32Array();
  for (const { name, offset, shape } of setup.model.parameters) {
    const size = shape.reduce((product, axis) => product * axis, 1);
    if (name === `${layer}.weight`) for (let i = offset; i < offset + size; i++) flat[i] = (flat[i] ?? 0) * scale;
    if (name === `${layer}.bias`) flat.set(biases, offset);
  }
  const executor = createExecutor(await openCpu());
  await executor.load(programOf(setup, config, vectors));
  const options = { scalars: lossScalarValues(config), graph: 'evaluate' };
  const { units } = await evaluateSplit(executor, setup.task, 'validation', setup.sizes, options);
  executor.dispose();
  return units;
}

describe('units that do no work', () => {
  it('ReLU: dead where never above 0', async () => {
    const units = await sharesOf({ activation: 'relu', layers: [4, 3] }, 'layer1', [-1, 0, 0.1, 2]);
    expect(units['layer1']).toEqual({ dead: 0.5 });
    expect(units['layer2']?.dead).toBeLessThan(1);
    expect(Object.keys(units)).toEqual(['layer1', 'layer2']);
  });

  it('ReLU: one example above 0 is enough to be alive', async () => {
    const { layer1 } = await sharesOf({ activation: 'relu', layers: [4] }, 'layer1', [-0.9, -0.9, -0.9, -0.9], 1);
    expect(layer1?.dead).toBeLessThan(1);
  });

  it.each([
    // tanh(2.2976) = 0.98, σ(4.5951) = 0.99: 1 % of the range from the bound.
    ['tanh', [-2.29, 2.31, -2.31, 0]],
    ['sigmoid', [-4.59, 4.6, -4.6, 0]],
  ] as const)('%s: saturated where next to a bound on nearly all examples', async (activation, biases) => {
    expect(await sharesOf({ activation, layers: [4] }, 'layer1', biases)).toEqual({ layer1: { saturated: 0.5 } });
  });

  it('tanh: not where many examples lie between', async () => {
    expect(await sharesOf({ activation: 'tanh', layers: [4] }, 'layer1', [0, 0, 0, 0], 1)).toEqual({ layer1: { saturated: 0 } });
  });

  it('GELU and linear units know neither', async () => {
    expect(await sharesOf({ activation: 'gelu', layers: [4] }, 'layer1', [0, 0, 0, 0])).toEqual({});
    expect(await sharesOf({ activation: 'linear', layers: [4] }, 'layer1', [0, 0, 0, 0])).toEqual({});
  });

  it.each(['relu', 'tanh'] as const)('in a convolution a unit is a channel: %s', async (activation) => {
    const cnn = { task: 'digits', pixels: '14', model: 'cnn', channels: [2], layers: [3], trainingSize: 40, activation } as const;
    const units = await sharesOf(cnn, 'conv1', [-5, 0.5]);
    expect(units['conv1']).toEqual(activation === 'relu' ? { dead: 0.5 } : { saturated: 0.5 });
  });
});
