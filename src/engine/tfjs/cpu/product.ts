/**
 * Matrix product on the CPU, in double precision. Two rows of A meet four columns of B at a time: eight sums stay in registers,
 * and each number read is used several times. B is laid out in panels of four columns, so that it is read in order.
 */
import { matrix } from '../ops/matrix.ts';
import type { NodeOf, OpTable, Run, Tools } from '../ops/op.ts';
import { fillFromTwo } from './fill.ts';

const rowsAtOnce = 2;
const panelWidth = 4;

/** Elements that `packRows` needs. */
export function packedRows(rows: number, inner: number): number {
  return Math.ceil(rows / rowsAtOnce) * rowsAtOnce * inner;
}

/** Elements that `packPanels` needs. */
export function packedPanels(inner: number, columns: number): number {
  return Math.ceil(columns / panelWidth) * panelWidth * inner;
}

/** Copies A, whose element (row, k) stands at `row · stepRow + k · stepInner`, row by row. */
function packRows(a: Float32Array, packed: Float64Array, rows: number, inner: number, stepRow: number, stepInner: number): void {
  for (let row = 0, at = 0; row < rows; row++) {
    for (let k = 0, from = row * stepRow; k < inner; k++, at++, from += stepInner) packed[at] = a[from]!;
  }
}

/** Copies B, whose element (k, column) stands at `start + k · stepInner + column · stepColumn`, panel by panel. */
export function packPanels(
  b: Float32Array,
  packed: Float64Array,
  inner: number,
  columns: number,
  stepInner: number,
  stepColumn: number,
  start = 0,
): void {
  for (let column = 0; column < columns; column++) {
    let at = (column - (column % panelWidth)) * inner + (column % panelWidth);
    for (let k = 0, from = start + column * stepColumn; k < inner; k++, at += panelWidth, from += stepInner) packed[at] = b[from]!;
  }
}

/** Adds A · B to `sums`, `[rows, columns]`. A: packed rows; B: packed panels. What pads them is never added. */
export function addProduct(a: Float64Array, b: Float64Array, sums: Float64Array, rows: number, inner: number, columns: number): void {
  for (let column = 0; column < columns; column += panelWidth) {
    const wide = Math.min(panelWidth, columns - column);
    for (let row = 0; row < rows; row += rowsAtOnce) {
      let s0 = 0, s1 = 0, s2 = 0, s3 = 0, t0 = 0, t1 = 0, t2 = 0, t3 = 0; // prettier-ignore
      let at = column * inner;
      const [from, to] = [row * inner, (row + 1) * inner];
      for (let k = from; k < to; k++, at += panelWidth) {
        const x = a[k]!;
        const y = a[k + inner]!;
        const b0 = b[at]!;
        const b1 = b[at + 1]!;
        const b2 = b[at + 2]!;
        const b3 = b[at + 3]!;
        s0 += x * b0;
        s1 += x * b1;
        s2 += x * b2;
        s3 += x * b3;
        t0 += y * b0;
        t1 += y * b1;
        t2 += y * b2;
        t3 += y * b3;
      }
      addUpTo4(sums, row * columns + column, wide, s0, s1, s2, s3);
      if (row + 1 < rows) addUpTo4(sums, (row + 1) * columns + column, wide, t0, t1, t2, t3);
    }
  }
}

function addUpTo4(sums: Float64Array, at: number, count: number, s0: number, s1: number, s2: number, s3: number): void {
  sums[at]! += s0;
  if (count > 1) sums[at + 1]! += s1;
  if (count > 2) sums[at + 2]! += s2;
  if (count > 3) sums[at + 3]! += s3;
}

function matMul(node: NodeOf<'matMul'>, tools: Tools): Run {
  if (node.transposeA && node.transposeB) return matrix.matMul(node, tools);
  const [rows = 0, columns = 0] = node.shape;
  const inner = tools.inputShape(node, 0)[node.transposeA ? 0 : 1] ?? 0;
  const packedA = new Float64Array(packedRows(rows, inner));
  const packedB = new Float64Array(packedPanels(inner, columns));
  const sums = new Float64Array(rows * columns);
  return fillFromTwo(node, tools, (a, b, result) => {
    packRows(a, packedA, rows, inner, node.transposeA ? 1 : inner, node.transposeA ? rows : 1);
    packPanels(b, packedB, inner, columns, node.transposeB ? 1 : columns, node.transposeB ? inner : 1);
    sums.fill(0);
    addProduct(packedA, packedB, sums, rows, inner, columns);
    for (let i = 0; i < result.length; i++) result[i] = sums[i]!;
  });
}

/** See `OpTable`. */
export const cpuProduct = { matMul } satisfies Partial<OpTable>;
