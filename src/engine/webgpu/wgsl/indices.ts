/** Expressions for places in tensors. */
import { sizeOf } from '../../../graph/graph.ts';
import type { Axis } from '../../plan/operands.ts';

/** The element at position `i` of some axes, each with its stride. */
export function stridedIndex(axes: readonly Axis[]): string {
  const terms = axes.map(([size, stride], axis) => {
    const inner = sizeOf(axes.slice(axis + 1).map(([length]) => length));
    if (stride === 0) return undefined;
    const place = inner === 1 ? 'i' : `i / ${String(inner)}u`;
    const within = axis === 0 ? `(${place})` : `((${place}) % ${String(size)}u)`;
    return stride === 1 ? within : `${within} * ${String(stride)}u`;
  });
  return terms.filter((term) => term !== undefined).join(' + ') || '0u';
}
