/**
 * Products `[m, k] · [k, n]` of anything that has an element for a row and a column: matrices, either way round, and images as
 * convolutions see them. Large ones are made tile by tile through workgroup memory; for small ones each result is a sum of its own.
 */
import { whole } from './indexing.ts';
import { lanesFor, threads, tree, type Finish, type Kernel } from './kernel.ts';
import type { Scope } from './scope.ts';

/** A factor: the body of a function of `row` and `column` that returns its element. */
export interface Factor {
  readonly body: (scope: Scope) => string;
  /** Neighbours in memory are neighbours in a row, not in a column. */
  readonly isByRow: boolean;
}

/** A product; long sums are cut into `parts`, part after part. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Factor;
  readonly b: Factor;
  readonly parts: number;
  readonly finish: Finish;
}

/** Multiply-adds from which tiles pay, and the shortest sides that fill them. */
const tiledWork = 1 << 17;
const tiledSide = 12;
/** Workgroups that keep a device busy. */
const enoughWorkgroups = 48;
/** Inner length of a tile. */
const depth = 16;
/** Shortest part of a sum worth a thread, or a workgroup, of its own. */
const perLane = 16;
const shortestPart = 256;

const isTiled = (m: number, n: number, k: number): boolean => m * n * k >= tiledWork && m >= tiledSide && n >= tiledSide;

const tiles = [
  [4, 4],
  [4, 2],
  [2, 4],
  [2, 2],
  [2, 1],
  [1, 2],
] as const;

/** Rows and columns of results for each thread: as many as leave enough workgroups, and no more than half of a tile empty. */
function tileOf(m: number, n: number): readonly [rows: number, columns: number] {
  const fits = (side: number, results: number): boolean => results === 1 || side > 8 * results;
  const found = tiles.find(
    ([rows, columns]) =>
      fits(m, rows) && fits(n, columns) && Math.ceil(m / (16 * rows)) * Math.ceil(n / (16 * columns)) >= enoughWorkgroups,
  );
  return found ?? [1, 1];
}

/** Parts that the sums of a product are cut into: more than 1 where there are few results of long sums. */
export function partsOfProduct(m: number, n: number, k: number): number {
  const workgroups = isTiled(m, n, k) ? Math.ceil(m / 16) * Math.ceil(n / 16) : Math.ceil((m * n) / (threads / lanesFor(k / perLane)));
  return Math.max(1, Math.min(Math.ceil(enoughWorkgroups / workgroups), Math.floor(k / shortestPart)));
}

/** The kernel of a product. */
export function productKernel(product: Product): Kernel {
  return isTiled(product.m, product.n, product.k) ? tiledKernel(product) : sumKernel(product);
}

/** Defines both factors; answers how their elements are asked for. */
function defineFactors({ a, b }: Product, scope: Scope) {
  const signature = '(row: u32, column: u32) -> f32';
  const [nameA, nameB] = [scope.define('Left', signature, a.body(scope)), scope.define('Right', signature, b.body(scope))];
  return {
    left: (row: string, column: string) => `${nameA}(${row}, ${column})`,
    right: (row: string, column: string) => `${nameB}(${row}, ${column})`,
  };
}

function sumKernel(product: Product): Kernel {
  const { m, n, k, parts, finish } = product;
  const share = Math.ceil(k / parts);
  const lanes = lanesFor(share / perLane);
  const perGroup = threads / lanes;
  const results = m * n * parts;
  const workgroups = Math.ceil(results / perGroup);
  return {
    workgroups,
    cost: workgroups * (Math.ceil(share / lanes) + Math.log2(lanes) + 1),
    sharedFloats: lanes > 1 ? threads : 0,
    emit(scope) {
      const { left, right } = defineFactors(product, scope);
      const [result, first] = parts === 1 ? ['place', '0u'] : [`(place % ${whole(m * n)})`, `(place / ${whole(m * n)}) * ${whole(share)}`];
      const loop = `let row = ${result} / ${whole(n)};
let column = ${result} % ${whole(n)};
let first = ${first};
for (var r = first + lane; r < ${parts === 1 ? whole(k) : `min(first + ${whole(share)}, ${whole(k)})`}; r += ${whole(lanes)}) {
total = multiplyAdd(${left('row', 'r')}, ${right('r', 'column')}, total);
}
`;
      const end = finish(scope, 'place', 'total');
      const begin = `let lane = local / ${whole(perGroup)};
let place = workgroup * ${whole(perGroup)} + local % ${whole(perGroup)};
var total = 0.0;
`;
      if (lanes === 1) return `${begin}if (place < ${whole(results)}) {\n${loop}${end}}\n`;
      const sum = tree(lanes, perGroup, (x, y) => `${x} + ${y}`);
      return `${begin}if (place < ${whole(results)}) {\n${loop}}
workgroupBarrier();
board[local] = total;
${sum}if (lane == 0u && place < ${whole(results)}) {\ntotal = board[local];\n${end}}\n`;
    },
  };
}

function tiledKernel(product: Product): Kernel {
  const { m, n, k, parts } = product;
  const [rows, columns] = tileOf(m, n);
  const across = Math.ceil(n / (16 * columns));
  const tiles = Math.ceil(m / (16 * rows)) * across;
  return {
    workgroups: tiles * parts,
    cost: tiles * k * rows * columns,
    sharedFloats: depth * (16 * rows + 1 + 16 * columns + 1),
    emit: (scope) => tiledCode(product, rows, columns, across, tiles, scope),
  };
}

function tiledCode(product: Product, rows: number, columns: number, across: number, tiles: number, scope: Scope): string {
  const { m, n, k, a, b, parts, finish } = product;
  const { left, right } = defineFactors(product, scope);
  const share = Math.ceil(Math.ceil(k / parts) / depth) * depth;
  const [strideA, strideB] = [16 * rows + 1, 16 * columns + 1];
  const startB = depth * strideA;
  const each = (count: number, code: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => code(index)).join('');
  const end = parts === 1 ? whole(k) : `min(first + ${whole(share)}, ${whole(k)})`;
  const load = (name: 'a' | 'b', j: number): string => {
    const [side, isLongDepth] = name === 'a' ? [16 * rows, a.isByRow] : [16 * columns, !b.isByRow];
    const at = `(local + ${whole(threads * j)})`;
    const [inner, outer] = isLongDepth
      ? [`${at} % ${whole(depth)}`, `${at} / ${whole(depth)}`]
      : [`${at} / ${whole(side)}`, `${at} % ${whole(side)}`];
    const target =
      name === 'a' ? `board[inner * ${whole(strideA)} + outer]` : `board[${whole(startB)} + inner * ${whole(strideB)} + outer]`;
    const [limit, origin] = name === 'a' ? [m, 'top'] : [n, 'side'];
    const value = name === 'a' ? left('across', 'along') : right('along', 'across');
    return `{ let inner = ${inner}; let outer = ${outer}; let along = step0 + inner; let across = ${origin} + outer;
var x = 0.0; if (along < ${end} && across < ${whole(limit)}) { x = ${value}; } ${target} = x; }\n`;
  };
  const store = (r: number, c: number): string => `{ let y = top + ty + ${whole(16 * r)}; let x = side + tx + ${whole(16 * c)};
if (y < ${whole(m)} && x < ${whole(n)}) { let place = ${parts === 1 ? '' : `(workgroup / ${whole(tiles)}) * ${whole(m * n)} + `}y * ${whole(n)} + x;
${finish(scope, 'place', `t${String(r)}${String(c)}`)}} }\n`;
  const tile = parts === 1 ? 'workgroup' : `(workgroup % ${whole(tiles)})`;
  return `let top = (${tile} / ${whole(across)}) * ${whole(16 * rows)};
let side = (${tile} % ${whole(across)}) * ${whole(16 * columns)};
let ty = local / 16u;
let tx = local % 16u;
let first = ${parts === 1 ? '0u' : `(workgroup / ${whole(tiles)}) * ${whole(share)}`};
${each(rows, (r) => each(columns, (c) => `var t${String(r)}${String(c)} = 0.0;\n`))}
for (var round = 0u; round < ${whole(Math.ceil((parts === 1 ? k : share) / depth))}; round++) {
let step0 = first + round * ${whole(depth)};
workgroupBarrier();
${each(rows, (j) => load('a', j))}${each(columns, (j) => load('b', j))}workgroupBarrier();
for (var d = 0u; d < ${whole(depth)}; d++) {
${each(rows, (r) => `let a${String(r)} = board[d * ${whole(strideA)} + ty + ${whole(16 * r)}];\n`)}
${each(columns, (c) => `let b${String(c)} = board[${whole(startB)} + d * ${whole(strideB)} + tx + ${whole(16 * c)}];\n`)}
${each(rows, (r) => each(columns, (c) => `t${String(r)}${String(c)} = multiplyAdd(a${String(r)}, b${String(c)}, t${String(r)}${String(c)});\n`))}
}
}
${each(rows, (r) => each(columns, (c) => store(r, c)))}`;
}
