/** Which layer went wrong first when a step diverged. */
import type { TensorMap } from '../graph/executor.ts';
import type { Model } from '../models/model.ts';

/**
 * Names the culprit, in words, from the outputs of the `diagnose` graph on the failing batch: the first layer from the
 * input whose values are not finite; else the first from the output, in the order of the backward pass, whose gradient is
 * not; else the layer with the largest values.
 */
export function firstBadLayer(sizes: TensorMap, model: Model): string {
  const value = (name: string) => sizes[name]?.values[0] ?? 0;
  const activations = Object.keys(sizes).filter((name) => name.startsWith('activation.'));
  const overflowing = activations.find((name) => !Number.isFinite(value(name)));
  if (overflowing) return `the values of ${layerInWords(overflowing.slice('activation.'.length))}`;
  const gradient = model.parameters.findLast(({ name }) => !Number.isFinite(value(`gradient.${name}`)));
  if (gradient) return `the gradient of ${layerInWords(gradient.name.split('.')[0] ?? gradient.name)}`;
  const largest = activations.reduce((a, b) => (value(b) > value(a) ? b : a), activations[0] ?? '');
  return `the values of ${layerInWords(largest.slice('activation.'.length))}`;
}

/** `layer2` → `layer 2`, `conv1` → `convolution 1`, `output` → `the output layer`. */
export function layerInWords(layer: string): string {
  if (layer === 'output') return 'the output layer';
  return layer.replace(/^layer(\d+)$/, 'layer $1').replace(/^conv(\d+)$/, 'convolution $1');
}
