/**
 * What need not be computed: operations whose result is one of their inputs, or a constant.
 *
 * Only what is exact is left out, bit for bit and for every number, NaN and −0 included, so that no executor's results change: x·1, x/1 and
 * x − 0, but not x + 0 or x·0. Constants are folded where float32 holds the result exactly, since other executors count in double precision.
 */
import type { BinaryName, Node, UnaryName } from './graph.ts';

/** The value of a constant that is the same everywhere; undefined for anything else. */
function fixed(node: Node): number | undefined {
  if (node.op !== 'constant') return undefined;
  const [first] = node.values;
  return node.values.every((value) => Object.is(value, first)) ? first : undefined;
}

/** Which of two operands `a op b` is, broadcast aside; undefined where it is neither. */
export function sameAs(op: BinaryName, a: Node, b: Node): 'first' | 'second' | undefined {
  if (op === 'mul' && fixed(a) === 1) return 'second';
  if ((op === 'mul' || op === 'div') && fixed(b) === 1) return 'first';
  return op === 'sub' && Object.is(fixed(b), 0) ? 'first' : undefined;
}

const binaries: Readonly<Partial<Record<BinaryName, (a: number, b: number) => number>>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
};

const unaries: Readonly<Partial<Record<UnaryName, (a: number) => number>>> = {
  neg: (a) => -a,
  square: (a) => a * a,
  sqrt: Math.sqrt,
  abs: Math.abs,
  reciprocal: (a) => 1 / a,
};

/** The result of an operation on single constants, if it is known and exact in float32. */
export function folded(op: BinaryName | UnaryName, inputs: readonly Node[]): number | undefined {
  const [a, b] = inputs.map((node) => (node.shape.length === 0 ? fixed(node) : undefined));
  if (a === undefined || (inputs.length > 1 && b === undefined)) return undefined;
  const result = b === undefined ? unaries[op as UnaryName]?.(a) : binaries[op as BinaryName]?.(a, b);
  return result !== undefined && Math.fround(result) === result && isExact(op, a, b, result) ? result : undefined;
}

/** Whether a result that float32 holds is not itself rounded: going back must lead to where it came from. */
function isExact(op: BinaryName | UnaryName, a: number, b: number | undefined, result: number): boolean {
  switch (op) {
    case 'sqrt':
      return result * result === a;
    case 'reciprocal':
      return result * a === 1;
    case 'div':
      return b !== undefined && result * b === a;
    default:
      // Of two float32 numbers a double holds the product exactly, and a sum unless they lie far apart.
      return op !== 'add' && op !== 'sub' ? true : b !== undefined && (op === 'add' ? result - b === a : result + b === a);
  }
}
