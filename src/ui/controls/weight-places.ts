/** Where a weight is: its tensor, its place in it, and its place among all weights. Pure. */
import type { Description } from '../../trainer/trainer.ts';

/** Learned tensors in the order of the vector of all weights. */
export type Tensors = Description['tensors'];

/** One weight: which tensor, and where along each of its axes; all from 0. */
export interface WeightPlace {
  readonly tensor: number;
  readonly at: readonly number[];
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** The place, moved to the nearest that these tensors have. */
export function placeIn(tensors: Tensors, { tensor, at }: WeightPlace): WeightPlace {
  const nearest = Math.max(0, Math.min(tensor, tensors.length - 1));
  const shape = tensors[nearest]?.shape ?? [];
  return { tensor: nearest, at: shape.map((size, axis) => Math.max(0, Math.min(Math.round(at[axis] ?? 0), size - 1))) };
}

/** Place in the vector of all weights, row by row. */
export function indexOf(tensors: Tensors, place: WeightPlace): number {
  const { tensor, at } = placeIn(tensors, place);
  const before = tensors.slice(0, tensor).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const shape = tensors[tensor]?.shape ?? [];
  return before + shape.reduce((index, size, axis) => index * size + (at[axis] ?? 0), 0);
}

/** What a tensor is called on the page: `layer1.weight` is “layer 1 weights”. */
export function tensorName(name: string): string {
  const [layer = '', kind = ''] = name.split('.');
  return `${layer.replace(/(\D)(\d)/g, '$1 $2')} ${kind === 'weight' ? 'weights' : kind === 'bias' ? 'biases' : kind}`.trim();
}

/** What the axes of a tensor count: a bias has one for each unit, a weight one from each input to each unit, a kernel also its cells. */
export function axisNames(shape: readonly number[]): readonly string[] {
  return ['row', 'column', 'from', 'to'].slice(-Math.min(4, shape.length));
}
