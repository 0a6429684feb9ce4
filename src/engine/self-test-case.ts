/** What a question of the self-test is, and how one is put together. */
import type { HostTensor } from '../graph/executor.ts';
import { sizeOf, type Op, type Shape } from '../graph/graph.ts';

/** An op, its inputs and what it must answer. Values agree if |a − b| ≤ tolerance · (1 + |b|). */
export interface SelfTestCase {
  readonly op: Op;
  /** What is special about this case. */
  readonly note: string;
  readonly inputs: readonly HostTensor[];
  readonly expected: HostTensor;
  readonly tolerance: number;
}

/** A tensor of these values. */
export const tensor = (shape: Shape, values: readonly number[]): HostTensor => ({ shape, values: Float32Array.from(values) });

/** Values without pattern, in (−2, 2), the same everywhere. */
export function spread(shape: Shape, phase: number): HostTensor {
  return tensor(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, index) => ((((index + phase) * 7919) % 61) - 30) / 16),
  );
}

/** A case; `expected` are the values of a tensor of this shape. */
export function make(
  op: Op,
  note: string,
  inputs: readonly HostTensor[],
  shape: Shape,
  expected: readonly number[],
  tolerance = 1e-6,
): SelfTestCase {
  return { op, note, inputs, expected: tensor(shape, expected), tolerance };
}
