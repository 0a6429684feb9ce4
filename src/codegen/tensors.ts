/**
 * From the product's layouts to PyTorch's: linear weights `[out, in]`, kernels `[out, in, height, width]`, images `[channels, height, width]`.
 * The first dense layer after convolutions sees its inputs in another order, since flattening goes by channel there.
 */
import type { NumpyArray } from '../shared/npz.ts';
import { stacked } from './language/names.ts';
import { torchName } from './layers.ts';
import type { MaterialTensor, RunMaterial } from './material.ts';

const size = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** The array with its axes in another order. */
function transposed(values: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => size(shape.slice(axis + 1)));
  const target = axes.map((axis) => shape[axis] ?? 1);
  const steps = axes.map((axis) => strides[axis] ?? 0);
  const out = new Float32Array(values.length);
  const position = target.map(() => 0);
  let from = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = values[from]!;
    for (let axis = target.length - 1; axis >= 0; axis--) {
      position[axis]!++;
      from += steps[axis]!;
      if (position[axis]! < target[axis]!) break;
      from -= steps[axis]! * target[axis]!;
      position[axis] = 0;
    }
  }
  return out;
}

/** Images `[count, height, width, channels]` as `[count, channels, height, width]`; anything else as it is. */
export function torchInputs(values: Float32Array, count: number, inputShape: readonly number[]): NumpyArray {
  const [height, width, channels] = inputShape;
  if (height === undefined || width === undefined || channels === undefined) return { shape: [count, ...inputShape], values };
  return { shape: [count, channels, height, width], values: transposed(values, [count, height, width, channels], [0, 3, 1, 2]) };
}

/** Height, width and channels of what the first dense layer flattens, or undefined if it flattens no feature maps. */
function flattened({ phases, parameters, inputShape }: Pick<RunMaterial, 'phases' | 'parameters' | 'inputShape'>) {
  const channels = phases[0]?.config.channels ?? [];
  if (phases[0]?.config.model !== 'cnn') return undefined;
  const shrink = (side: number) => channels.reduce((length) => Math.floor(length / 2), side);
  const first = parameters.find(({ shape }) => shape.length === 2)?.name;
  return { first, axes: [shrink(inputShape[0] ?? 1), shrink(inputShape[1] ?? 1), channels.at(-1) ?? 1] };
}

/** A learned tensor, or anything of its shape such as noise on its gradient, as PyTorch holds it. */
export function torchTensor(tensor: MaterialTensor, material: Pick<RunMaterial, 'phases' | 'parameters' | 'inputShape'>): NumpyArray {
  const { shape, values } = tensor;
  if (shape.length === 4) {
    const [height = 1, width = 1, inputs = 1, outputs = 1] = shape;
    return { shape: [outputs, inputs, height, width], values: transposed(values, shape, [3, 2, 0, 1]) };
  }
  // A table has its rows where PyTorch has them.
  if (shape.length !== 2 || tensor.role === 'embedding') return { shape, values };
  const [inputs = 1, outputs = 1] = shape;
  const maps = flattened(material);
  if (maps?.first === tensor.name) return { shape: [outputs, inputs], values: transposed(values, [...maps.axes, outputs], [3, 2, 0, 1]) };
  return { shape: [outputs, inputs], values: transposed(values, shape, [1, 0]) };
}

/** All learned tensors by their names in `state_dict`; `valuesOf`: what stands for one, such as noise on its gradient. */
export function torchState(
  material: RunMaterial,
  valuesOf = ({ values }: MaterialTensor): Float32Array => values,
): Readonly<Record<string, NumpyArray>> {
  const pieces = new Map<string, NumpyArray[]>();
  for (const tensor of material.parameters) {
    const name = torchName(tensor.name, material);
    pieces.set(name, [...(pieces.get(name) ?? []), torchTensor({ ...tensor, values: valuesOf(tensor) }, material)]);
  }
  return Object.fromEntries([...pieces].map(([name, all]) => [name, stacked(all)]));
}
