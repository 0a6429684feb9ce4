/** What language models add, in double precision: sums by row number, standardised rows, turned pairs, causal attention. Written for reading. */
import type { Node, Shape } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';

interface Tensor {
  readonly shape: Shape;
  readonly values: Float64Array;
}

const at = (values: Float64Array, index: number): number => values[index] ?? Number.NaN;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Values of a node with one of these ops. Throws for any other. */
export function sequenceOp(node: Node, inputs: readonly Tensor[]): Float64Array {
  const [a = nothing, b = nothing, c = nothing, d = nothing] = inputs;
  switch (node.op) {
    case 'gatherGradient':
      return sumByRow(a, b, node.shape);
    case 'standardize':
      return byRow(a, a, (_, x) => standardized(x, node).y);
    case 'standardizeGradient':
      return byRow(a, b, (dy, x) => {
        const { y, deviation } = standardized(x, node);
        const along = mean(dy.map((value, i) => value * (y[i] ?? 0)));
        const level = node.centered ? mean(dy) : 0;
        return dy.map((value, i) => (value - level - (y[i] ?? 0) * along) / deviation);
      });
    case 'rotate':
      return rotate(a, b, c);
    case 'causalAttention':
      return attention(a, b, c, node).y;
    case 'causalAttentionGradient':
      return attentionGradient(a, b, c, d, node);
    default:
      throw new Error(`the interpreter does not know ${node.op}`);
  }
}

const nothing: Tensor = { shape: [], values: new Float64Array() };

function sumByRow(dy: Tensor, rows: Tensor, shape: Shape): Float64Array {
  const width = sizeOf(shape.slice(1));
  const result = new Float64Array(sizeOf(shape));
  dy.values.forEach((value, i) => {
    const to = at(rows.values, Math.floor(i / width)) * width + (i % width);
    result[to] = at(result, to) + value;
  });
  return result;
}

/** Applies `work` to each pair of rows of the last axis. */
function byRow(a: Tensor, b: Tensor, work: (a: number[], b: number[]) => readonly number[]): Float64Array {
  const columns = a.shape.at(-1) ?? 1;
  const result: number[] = [];
  for (let i = 0; i < a.values.length; i += columns)
    result.push(...work([...a.values.subarray(i, i + columns)], [...b.values.subarray(i, i + columns)]));
  return Float64Array.from(result);
}

function standardized(x: readonly number[], { centered, epsilon }: { readonly centered: boolean; readonly epsilon: number }) {
  const middle = centered ? mean(x) : 0;
  const deviation = Math.sqrt(mean(x.map((value) => (value - middle) ** 2)) + epsilon);
  return { y: x.map((value) => (value - middle) / deviation), deviation };
}

function rotate(x: Tensor, cosines: Tensor, sines: Tensor): Float64Array {
  const [context = 1, half = 1] = cosines.shape;
  const columns = x.shape[1] ?? 1;
  return x.values.map((value, i) => {
    const position = Math.floor(i / columns) % context;
    const within = (i % columns) % (2 * half);
    const angle = position * half + (within % half);
    const [partner, sign] = within < half ? [i + half, -1] : [i - half, 1];
    return value * at(cosines.values, angle) + sign * at(x.values, partner) * at(sines.values, angle);
  });
}

type Heads = Readonly<Record<'heads' | 'context', number>>;

/** Visits every pair of positions j ≤ i of every sequence and head, with the rows that they stand in. */
function forEachPair(rows: number, { heads, context }: Heads, visit: (i: number, j: number, head: number) => void): void {
  for (let i = 0; i < rows; i++) for (let head = 0; head < heads; head++) for (let j = i - (i % context); j <= i; j++) visit(i, j, head);
}

/** Outputs and probabilities; those of rows i and j for a head stand at `(i·heads + head)·rows + j`. */
function attention(q: Tensor, k: Tensor, v: Tensor, node: Heads) {
  const [rows = 0, keyColumns = 0] = q.shape;
  const [keyWidth, valueWidth] = [keyColumns / node.heads, (v.shape[1] ?? 0) / node.heads];
  const p = new Float64Array(rows * node.heads * rows);
  forEachPair(rows, node, (i, j, head) => {
    p[(i * node.heads + head) * rows + j] = dot(q, i, k, j, head, keyWidth) / Math.sqrt(keyWidth);
  });
  for (let i = 0; i < rows * node.heads; i++) {
    const row = Math.floor(i / node.heads);
    const scores = p.subarray(i * rows + row - (row % node.context), i * rows + row + 1);
    const largest = Math.max(...scores);
    const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
    scores.forEach((score, j) => (scores[j] = Math.exp(score - largest) / total));
  }
  const y = new Float64Array(v.values.length);
  forEachPair(rows, node, (i, j, head) => {
    addRow(y, i, v, j, head, valueWidth, at(p, (i * node.heads + head) * rows + j));
  });
  return { y, p, rows, keyWidth, valueWidth };
}

function dot(a: Tensor, i: number, b: Tensor, j: number, head: number, width: number): number {
  const columns = a.shape[1] ?? 1;
  let sum = 0;
  for (let c = head * width; c < (head + 1) * width; c++) sum += at(a.values, i * columns + c) * at(b.values, j * columns + c);
  return sum;
}

/** Adds `factor` times row j of `from` to row i of `to`, in the columns of a head. */
function addRow(to: Float64Array, i: number, from: Tensor, j: number, head: number, width: number, factor: number): void {
  const columns = from.shape[1] ?? 1;
  for (let c = head * width; c < (head + 1) * width; c++)
    to[i * columns + c] = at(to, i * columns + c) + factor * at(from.values, j * columns + c);
}

function attentionGradient(dy: Tensor, q: Tensor, k: Tensor, v: Tensor, node: Heads): Float64Array {
  const { p, rows, keyWidth, valueWidth } = attention(q, k, v, node);
  const [dq, dk, dv] = [new Float64Array(q.values.length), new Float64Array(k.values.length), new Float64Array(v.values.length)];
  const place = (i: number, j: number, head: number): number => (i * node.heads + head) * rows + j;
  const along = new Float64Array(rows * node.heads);
  forEachPair(rows, node, (i, j, head) => {
    const own = i * node.heads + head;
    along[own] = at(along, own) + at(p, place(i, j, head)) * dot(dy, i, v, j, head, valueWidth);
  });
  forEachPair(rows, node, (i, j, head) => {
    const share = at(p, place(i, j, head));
    const slope = (share * (dot(dy, i, v, j, head, valueWidth) - at(along, i * node.heads + head))) / Math.sqrt(keyWidth);
    addRow(dv, j, dy, i, head, valueWidth, share);
    addRow(dq, i, k, j, head, keyWidth, slope);
    addRow(dk, j, q, i, head, keyWidth, slope);
  });
  return Float64Array.from([...dq, ...dk, ...dv]);
}
