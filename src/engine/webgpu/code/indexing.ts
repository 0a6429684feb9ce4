/** Positions in tensors as WGSL expressions of an element's number. */
import type { Axis, Operand } from '../../planning/operands.ts';

/** A whole number as WGSL. */
export function whole(value: number): string {
  return `${String(value)}u`;
}

/** A sum without its zeros. */
export function plus(...terms: readonly string[]): string {
  const left = terms.filter((term) => term !== '0u');
  return left.length === 0 ? '0u' : left.join(' + ');
}

/** A product with a fixed factor. */
function times(term: string, factor: number): string {
  if (factor === 0 || term === '0u') return '0u';
  return factor === 1 ? term : `${term} * ${whole(factor)}`;
}

/** The position, along axes with these sizes and strides, of the element whose number over these axes is `index`. */
export function positionOf(axes: readonly Axis[], index: string): string {
  let within = axes.reduce((product, [size]) => product * size, 1);
  const terms = axes.map(([size, stride], axis) => {
    within /= size;
    if (size === 1 || stride === 0) return '0u';
    const divided = within === 1 ? index : `${index} / ${whole(within)}`;
    return times(axis === 0 ? `(${divided})` : `(${divided} % ${whole(size)})`, stride);
  });
  return plus(...terms);
}

/** Where an operand of a group is read for element `index`. */
export function operandPosition(operand: Operand, index: string): string {
  switch (operand.kind) {
    case 'full':
      return index;
    case 'row':
      return `${index} % ${whole(operand.columns)}`;
    case 'column':
      return `${index} / ${whole(operand.columns)}`;
    case 'written':
      return positionOf(operand.axes, index);
    case 'cell':
    case 'any':
      return '0u';
  }
}
