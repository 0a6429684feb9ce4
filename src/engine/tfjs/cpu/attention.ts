/** Causal attention on the CPU: one query after another, sums in double precision, nothing above the diagonal. */
import { sizeOf } from '../../../graph/graph.ts';
import type { NodeOf, OpTable, Run, Tools } from '../ops/op.ts';
import { fillFromAll } from './fill.ts';

/** Where a head of a matrix of rows stands. */
interface Head {
  readonly values: Float32Array;
  /** Of the first row of the sequence. */
  readonly start: number;
  readonly step: number;
  readonly width: number;
}

/** Scores Σ a_i·b_j for j ≤ i, the dot products of two heads. */
function scores(a: Head, i: number, b: Head, into: Float64Array): void {
  const query = a.start + i * a.step;
  for (let j = 0; j <= i; j++) {
    const key = b.start + j * b.step;
    let sum = 0;
    for (let c = 0; c < a.width; c++) sum += a.values[query + c]! * b.values[key + c]!;
    into[j] = sum;
  }
}

/** Turns the first i + 1 scores into probabilities. */
function softmax(p: Float64Array, i: number, scale: number): void {
  let [largest, total] = [Number.NEGATIVE_INFINITY, 0];
  for (let j = 0; j <= i; j++) largest = Math.max(largest, p[j]! * scale);
  for (let j = 0; j <= i; j++) total += p[j] = Math.exp(p[j]! * scale - largest);
  for (let j = 0; j <= i; j++) p[j]! /= total;
}

/** Adds `factor` times row j of `from` to row i of the same head of `to`. */
function addRow(to: Float64Array, i: number, from: Head, j: number, factor: number): void {
  const [target, source] = [from.start + i * from.step, from.start + j * from.step];
  for (let c = 0; c < from.width; c++) to[target + c]! += factor * from.values[source + c]!;
}

/** Calls `work` with a way to take the present head of a matrix of `columns` columns. */
function forEachHead(rows: number, { heads, context }: Heads, work: (head: (values: Float32Array, columns: number) => Head) => void): void {
  for (let first = 0; first < rows; first += context)
    for (let head = 0; head < heads; head++)
      work((values, columns) => ({
        values,
        start: first * columns + (head * columns) / heads,
        step: columns,
        width: columns / heads,
      }));
}

type Heads = Readonly<Record<'heads' | 'context', number>>;

function causalAttention(node: NodeOf<'causalAttention'>, tools: Tools): Run {
  const [rows = 0, columns = 0] = tools.inputShape(node, 0);
  const [, valueColumns = 0] = node.shape;
  const scale = 1 / Math.sqrt(columns / node.heads);
  const p = new Float64Array(node.context);
  const y = new Float64Array(rows * valueColumns);
  return fillFromAll(node, tools, ([q, k, v], result) => {
    if (q === undefined || k === undefined || v === undefined) return;
    y.fill(0);
    forEachHead(rows, node, (head) => {
      const [queries, keys, values] = [head(q, columns), head(k, columns), head(v, valueColumns)];
      for (let i = 0; i < node.context; i++) {
        scores(queries, i, keys, p);
        softmax(p, i, scale);
        for (let j = 0; j <= i; j++) addRow(y, i, values, j, p[j]!);
      }
    });
    result.set(y);
  });
}

function causalAttentionGradient(node: NodeOf<'causalAttentionGradient'>, tools: Tools): Run {
  const [rows = 0, columns = 0] = tools.inputShape(node, 1);
  const [, valueColumns = 0] = tools.inputShape(node, 3);
  const scale = 1 / Math.sqrt(columns / node.heads);
  const [p, dp] = [new Float64Array(node.context), new Float64Array(node.context)];
  const all = new Float64Array(sizeOf(node.shape));
  const size = rows * columns;
  const [dq, dk, dv] = [all.subarray(0, size), all.subarray(size, 2 * size), all.subarray(2 * size)];
  return fillFromAll(node, tools, ([dy, q, k, v], result) => {
    if (dy === undefined || q === undefined || k === undefined || v === undefined) return;
    all.fill(0);
    forEachHead(rows, node, (head) => {
      const [queries, keys] = [head(q, columns), head(k, columns)];
      const [slopes, values] = [head(dy, valueColumns), head(v, valueColumns)];
      for (let i = 0; i < node.context; i++) {
        scores(queries, i, keys, p);
        softmax(p, i, scale);
        scores(slopes, i, values, dp);
        let along = 0;
        for (let j = 0; j <= i; j++) along += p[j]! * dp[j]!;
        for (let j = 0; j <= i; j++) {
          const s = p[j]! * (dp[j]! - along) * scale;
          addRow(dv, j, slopes, i, p[j]!);
          addRow(dq, i, keys, j, s);
          addRow(dk, j, queries, i, s);
        }
      }
    });
    result.set(all);
  });
}

/** See `OpTable`. */
export const cpuAttention = { causalAttention, causalAttentionGradient } satisfies Partial<OpTable>;
