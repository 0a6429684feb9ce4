/**
 * Operations that make their elements one by one but read their inputs at places of their own: each is the body of a WGSL function that
 * returns element `i`. They join groups, so that what is gathered or drawn at random goes on in registers.
 */
import { sizeOf, type Node, type Shape } from '../../../graph/graph.ts';
import type { Axis } from '../../planning/operands.ts';
import { plus, positionOf, whole } from './indexing.ts';

/** What a body may ask for. */
interface Reader {
  /** An element of an input. */
  readonly load: (input: number, index: string) => string;
  readonly shape: (input: number) => Shape;
}

type Body<Name extends Node['op']> = (node: Extract<Node, { op: Name }>, reader: Reader) => string;

type IndexedName = 'gather' | 'oneHot' | 'slice' | 'dropoutMask' | 'normalNoise' | 'maxPool' | 'maxPoolGradient';

/** Bodies by operation. */
const bodies: { readonly [Name in IndexedName]: Body<Name> } = {
  gather(node, { load }) {
    const columns = sizeOf(node.shape.slice(1));
    const row = `u32(${load(1, `i / ${whole(columns)}`)})`;
    return `return ${load(0, columns === 1 ? row : `${row} * ${whole(columns)} + i % ${whole(columns)}`)};\n`;
  },
  oneHot: ({ depth }, { load }) => `return select(0.0, 1.0, u32(${load(0, `i / ${whole(depth)}`)}) == i % ${whole(depth)});\n`,
  slice(node, { load, shape }) {
    const strides = shape(0).map((_, axis) => sizeOf(shape(0).slice(axis + 1)));
    const first = strides.reduce((sum, stride, axis) => sum + stride * (node.begin[axis] ?? 0), 0);
    const axes = node.shape.map((size, axis): Axis => [size, strides[axis] ?? 0]);
    return `return ${load(0, plus(whole(first), positionOf(axes, 'i')))};\n`;
  },
  dropoutMask: ({ site }, { load }) => `return keepMask(i, ${whole(site)}, ${load(0, '0u')});\n`,
  normalNoise: ({ site }) => `return normalNumber(i, ${whole(site)});\n`,
  maxPool({ shape, size }, reader) {
    const { rows, columns, channels, load } = pooling(shape, reader, 0);
    return `
let column = (i / ${whole(channels)}) % ${whole(columns)};
let row = i / ${whole(channels * columns)};
let corner = ${corner(reader.shape(0), rows, size)} + i % ${whole(channels)};
var largest = ${load('corner')};
${window(reader.shape(0), size, `largest = select(largest, ${load('at')}, ${load('at')} > largest);`)}
return largest;
`;
  },
  maxPoolGradient({ shape: [, height = 0, width = 0, channels = 0], size }, reader) {
    const { rows, columns, load } = pooling(reader.shape(0), reader, 1);
    return `
let x = (i / ${whole(channels)}) % ${whole(width)};
let y = (i / ${whole(channels * width)}) % ${whole(height)};
let column = x / ${whole(size)};
if (y / ${whole(size)} >= ${whole(rows)} || column >= ${whole(columns)}) { return 0.0; }
let row = (i / ${whole(channels * width * height)}) * ${whole(rows)} + y / ${whole(size)};
let corner = ${corner(reader.shape(1), rows, size)} + i % ${whole(channels)};
var largest = ${load('corner')};
var best = corner;
${window(reader.shape(1), size, `if (${load('at')} > largest) { largest = ${load('at')}; best = at; }`)}
if (best != i) { return 0.0; }
return ${reader.load(0, `(row * ${whole(columns)} + column) * ${whole(channels)} + i % ${whole(channels)}`)};
`;
  },
};

function pooling([, rows = 0, columns = 0, channels = 0]: Shape, reader: Reader, x: number) {
  return { rows, columns, channels, load: (index: string) => reader.load(x, index) };
}

/** First element of a window, from `row` (counted over all images) and `column` of the pooled image. */
function corner([, height = 0, width = 0, channels = 0]: Shape, rows: number, size: number): string {
  return `(((row / ${whole(rows)}) * ${whole(height)} + (row % ${whole(rows)}) * ${whole(size)}) * ${whole(width)} + column * ${whole(size)}) * ${whole(channels)}`;
}

/** Goes through a window, row by row, with `at` as the position. */
function window([, , width = 0, channels = 0]: Shape, size: number, visit: string): string {
  const at = `corner + ((k / ${whole(size)}) * ${whole(width)} + k % ${whole(size)}) * ${whole(channels)}`;
  return `for (var k = 0u; k < ${whole(size * size)}; k++) {\n  let at = ${at};\n  ${visit}\n}`;
}

/** True for operations that are known here. */
export function isIndexed(node: Node): boolean {
  return node.op in bodies;
}

/** The body of the function that returns element `i` of a node. */
export function indexedBody(node: Node, reader: Reader): string {
  return (bodies[node.op as IndexedName] as Body<Node['op']>)(node, reader);
}
