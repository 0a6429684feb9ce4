/**
 * Matrix products and convolutions, in square tiles of results: a workgroup brings a strip of either side into its own memory, and each thread
 * makes 16 results of it. Small ones are made one result a thread.
 */
import type { NodeId } from '../../../graph/graph.ts';
import { productOf, tileOf, type Product } from '../products.ts';
import type { Text } from './text.ts';

/** Elements of the depth in a strip. */
const strip = 16;
/** Results of a thread along either side. */
const side = 4;

/** What a kernel of this file is. */
interface Code {
  readonly body: string;
  readonly threads: number;
  readonly workgroups: number;
}

/** `finish(job, i, value)` takes in the results; part p of several begins at p · rows · columns. */
export function productCode(id: NodeId, parts: number, text: Text): Code {
  const product = productOf(text.facts, id);
  const tile = tileOf(product);
  const loads = loadCode(id, product, text);
  const sizes = `let rows = ${text.word(product.rows)};
  let columns = ${text.word(product.columns)};
  let depth = ${text.word(product.depth)};`;
  return tile === 0 ? singly(product, loads, sizes) : inTiles(product, tile, parts, loads, sizes, text);
}

function singly({ rows, columns }: Product, loads: Loads, sizes: string): Code {
  const body = `${loads.code}
fn kernel(job: u32, place: u32, lane: u32) {
  ${sizes}
  let i = place * 64u + lane;
  if (i >= rows * columns) { return; }
  var sum = 0.0;
  for (var k = 0u; k < depth; k++) { sum += leftAt(job, i / columns, k) * rightAt(job, k, i % columns); }
  finish(job, i, sum);
}`;
  return { body, threads: 64, workgroups: Math.ceil((rows * columns) / 64) };
}

function inTiles({ rows, columns, depth }: Product, tile: number, parts: number, loads: Loads, sizes: string, text: Text): Code {
  const across = tile / side;
  const whole = (value: number): string => `${String(value)}u`;
  const [wide, apart, deep] = [whole(tile), whole(across), whole(strip)];
  const share = text.word(Math.ceil(depth / parts / strip) * strip);
  // Neighbouring threads bring in neighbouring elements.
  const placeOf = (name: string, byDepth: boolean): string =>
    byDepth ? `let k = p % ${deep}; let ${name} = p / ${deep};` : `let ${name} = p % ${wide}; let k = p / ${wide};`;
  const own = [0, 1, 2, 3];
  const body = `${loads.code}
var<workgroup> leftTile: array<f32, ${whole(strip * tile)}>;
var<workgroup> rightTile: array<f32, ${whole(strip * tile)}>;
fn bringIn(job: u32, p: u32, firstRow: u32, rows: u32, firstColumn: u32, columns: u32, k0: u32, end: u32) {
  {
    ${placeOf('r', loads.leftByRow)}
    var value = 0.0;
    if (firstRow + r < rows && k0 + k < end) { value = leftAt(job, firstRow + r, k0 + k); }
    leftTile[k * ${wide} + r] = value;
  }
  {
    ${placeOf('c', loads.rightByColumn)}
    var value = 0.0;
    if (firstColumn + c < columns && k0 + k < end) { value = rightAt(job, k0 + k, firstColumn + c); }
    rightTile[k * ${wide} + c] = value;
  }
}
fn kernel(job: u32, place: u32, lane: u32) {
  ${sizes}
  let tilesAcross = (columns + ${whole(tile - 1)}) / ${wide};
  let tiles = tilesAcross * ((rows + ${whole(tile - 1)}) / ${wide});
  let part = place / tiles;
  let firstRow = ((place % tiles) / tilesAcross) * ${wide};
  let firstColumn = ((place % tiles) % tilesAcross) * ${wide};
  let begin = part * ${share};
  let end = min(depth, begin + ${share});
  let r0 = lane / ${apart};
  let c0 = lane % ${apart};
  ${own.map((r) => `var sums${String(r)} = vec4<f32>();`).join(' ')}
  for (var k0 = begin; k0 < end; k0 += ${deep}) {
    for (var p = lane; p < ${whole(strip * tile)}; p += ${whole(across ** 2)}) { bringIn(job, p, firstRow, rows, firstColumn, columns, k0, end); }
    workgroupBarrier();
    for (var k = 0u; k < ${deep}; k++) {
      let right = vec4<f32>(${own.map((c) => `rightTile[k * ${wide} + c0 + ${whole(c * across)}]`).join(', ')});
      ${own.map((r) => `sums${String(r)} += leftTile[k * ${wide} + r0 + ${whole(r * across)}] * right;`).join('\n      ')}
    }
    workgroupBarrier();
  }
  // A loop, so that what finishes a result is compiled once; the sums themselves stay in registers.
  for (var at = 0u; at < 16u; at++) {
    let row = firstRow + r0 + (at / 4u) * ${apart};
    let column = firstColumn + c0 + (at % 4u) * ${apart};
    var sums = sums0;
    ${own
      .slice(1)
      .map((r) => `if (at / 4u == ${whole(r)}) { sums = sums${String(r)}; }`)
      .join(' ')}
    if (row < rows && column < columns) { finish(job, (part * rows + row) * columns + column, sums[at % 4u]); }
  }
}`;
  return { body, threads: across ** 2, workgroups: Math.ceil(rows / tile) * Math.ceil(columns / tile) * parts };
}

interface Loads {
  /** Declares `leftAt(job, row, k)` and `rightAt(job, k, column)`. */
  readonly code: string;
  /** Whether elements along the depth are neighbours in memory. */
  readonly leftByRow: boolean;
  readonly rightByColumn: boolean;
}

function loadCode(id: NodeId, { kind, rows, columns, depth }: Product, text: Text): Loads {
  const [left, right] = [text.input(id, 0), text.input(id, 1)];
  const declare = (leftBody: string, rightBody: string): string => `fn leftAt(job: u32, row: u32, k: u32) -> f32 { ${leftBody} }
fn rightAt(job: u32, k: u32, column: u32) -> f32 { ${rightBody} }`;
  const node = text.facts.nodeOf(id);
  if (kind === 'matMul' && node?.op === 'matMul') {
    const { transposeA, transposeB } = node;
    const [rowStride, columnStride] = [text.word(transposeA ? rows : depth), text.word(transposeB ? depth : columns)];
    const leftIndex = transposeA ? `k * ${rowStride} + row` : `row * ${rowStride} + k`;
    const rightIndex = transposeB ? `column * ${columnStride} + k` : `k * ${columnStride} + column`;
    return {
      code: declare(`return ${left(leftIndex)};`, `return ${right(rightIndex)};`),
      leftByRow: !transposeA,
      rightByColumn: transposeB,
    };
  }
  const [, height = 1, width = 1, channels = 1] = text.inputShape(id, 0);
  const [kernelHeight = 1, kernelWidth = 1] = kind === 'conv2dKernelGradient' ? (node?.shape ?? []) : text.inputShape(id, 1);
  const [h, w, c, kw] = [height, width, channels, kernelWidth].map((size) => `${String(size)}u`) as [string, string, string, string];
  const [padRows, padColumns] = [`${String(kernelHeight >> 1)}u`, `${String(kernelWidth >> 1)}u`];
  /** The element of an image at a place moved by a tap of the kernel; rows above the first are very large numbers. */
  const moved = (position: string, tap: string, back: boolean): string => {
    const [y, x] = [`(${position} / ${w}) % ${h}`, `${position} % ${w}`];
    const [tapRow, tapColumn] = [`${tap} / (${kw} * ${c})`, `(${tap} / ${c}) % ${kw}`];
    const [row, column] = back
      ? [`${y} + ${padRows} - ${tapRow}`, `${x} + ${padColumns} - ${tapColumn}`]
      : [`${y} + ${tapRow} - ${padRows}`, `${x} + ${tapColumn} - ${padColumns}`];
    return `let y = ${row}; let x = ${column}; if (y >= ${h} || x >= ${w}) { return 0.0; } return ${left(`((${position} / (${h} * ${w})) * ${h} + y) * ${w} * ${c} + x * ${c} + ${tap} % ${c}`)};`;
  };
  switch (kind) {
    case 'conv2d':
      return {
        code: declare(moved('row', 'k', false), `return ${right(`k * ${String(columns)}u + column`)};`),
        leftByRow: true,
        rightByColumn: false,
      };
    case 'conv2dInputGradient': {
      const index = `((k / ${c}) * ${String(columns)}u + column) * ${c} + k % ${c}`;
      return { code: declare(moved('row', 'k', true), `return ${right(index)};`), leftByRow: true, rightByColumn: true };
    }
    default:
      return {
        code: declare(moved('k', 'row', false), `return ${right(`k * ${String(columns)}u + column`)};`),
        leftByRow: false,
        rightByColumn: false,
      };
  }
}
