/** Which layer is blamed for a step that went wrong, and in which words. */
import { describe, expect, it } from 'vitest';
import { cnn } from '../models/cnn.ts';
import { mlp } from '../models/mlp.ts';
import { firstBadLayer, layerInWords } from './diagnose.ts';

const model = mlp({ inputShape: [2], hidden: [3, 3], outputs: 1, activation: 'tanh' });

/** What the `diagnose` graph gives, in its order. */
function sizes(activations: readonly number[], gradients: Readonly<Record<string, number>> = {}) {
  const scalar = (value: number) => ({ shape: [], values: Float32Array.of(value) });
  const layers = ['layer1', 'layer2', 'output'];
  return Object.fromEntries([
    ...layers.map((layer, i) => [`activation.${layer}`, scalar(activations[i] ?? 0)] as const),
    ...model.parameters.map(({ name }) => [`gradient.${name}`, scalar(gradients[name] ?? 1)] as const),
  ]);
}

describe('the first layer that went wrong', () => {
  it('is the first from the input whose values are not finite', () => {
    expect(firstBadLayer(sizes([1, Infinity, Number.NaN]), model)).toBe('the values of layer 2');
    expect(firstBadLayer(sizes([1, 1, Infinity]), model)).toBe('the values of the output layer');
  });

  it('else the first from the output whose gradient is not', () => {
    const gradients = { 'layer1.weight': Number.NaN, 'layer2.bias': Infinity };
    expect(firstBadLayer(sizes([1, 1, 1], gradients), model)).toBe('the gradient of layer 2');
  });

  it('values that overflow come before gradients that do', () => {
    expect(firstBadLayer(sizes([1, 1, Number.NaN], { 'layer1.weight': Number.NaN }), model)).toBe('the values of the output layer');
  });

  it('else the layer with the largest values', () => {
    expect(firstBadLayer(sizes([1, 5, 3000]), model)).toBe('the values of the output layer');
    expect(firstBadLayer(sizes([9, 5, 3]), model)).toBe('the values of layer 1');
  });

  it('layers have names in words', () => {
    expect(['layer12', 'conv2', 'output'].map(layerInWords)).toEqual(['layer 12', 'convolution 2', 'the output layer']);
    const network = cnn({ inputShape: [8, 8, 1], channels: [2], hidden: [4], outputs: 10, activation: 'relu' });
    const gradients = Object.fromEntries(
      network.parameters.map(({ name }) => [`gradient.${name}`, { shape: [], values: Float32Array.of(Number.NaN) }]),
    );
    expect(firstBadLayer(gradients, network)).toBe('the gradient of the output layer');
  });
});
