/**
 * Matrix products `[m, k] · [k, n]`, either side transposed, plus a bias row. Small ones read their operands where they lie; large ones pack
 * both sides into panels first, so that the inner loop reads straight ahead.
 */
import { fourRowTile, sixRowTile } from './packed-tiles';
import { columnTile, rowTile } from './tiles';
import { transposeFour, transposeTwo } from './transpose';

/** Places of the inner dimension, and columns, packed at a time, at most: 320 kB. */
const innerBlock: usize = 320;
const columnBlock: usize = 256;

/** A panel of six rows, and what is written past its end and then written over. */
const panelBytes: usize = innerBlock * 24 + 64;

/** Scratch of `product`: the packed right side, a panel of the left one, 32 bytes of zeros. */
let packedB: usize = 0;
let packedA: usize = 0;
let zeros: usize = 0;

/** Bytes that products need for themselves. */
export function productScratchBytes(): usize {
  return innerBlock * columnBlock * 4 + panelBytes + 64;
}

/** Says where that is; it must hold zeros. */
export function setProductScratch(at: usize): void {
  zeros = at;
  packedA = at + 64;
  packedB = packedA + panelBytes;
}

/** `bias` may be 0: none. A transposed right side was turned beforehand. */
export function smallProduct(to: usize, a: usize, transposedA: usize, b: usize, m: usize, n: usize, k: usize, bias: usize): void {
  const toStep = n << 2;
  for (let j: usize = 0; j < n; j += 8) {
    const columns = min(n - j, 8);
    const base = bias ? bias + (j << 2) : zeros;
    for (let i: usize = 0; i < m; i += 4) {
      const rows = min(m - i, 4);
      const at = to + i * toStep + (j << 2);
      if (transposedA) {
        columnTile(a + (i << 2), m << 2, k, 1, 0, b + (j << 2), toStep, at, toStep, rows, columns, base, 0);
      } else {
        const aStep = k << 2;
        const a0 = a + i * aStep;
        const a1 = rows > 1 ? a0 + aStep : a0;
        const a2 = rows > 2 ? a1 + aStep : a0;
        const a3 = rows > 3 ? a2 + aStep : a0;
        rowTile(a0, a1, a2, a3, k, 1, aStep, b + (j << 2), toStep, at, toStep, rows, columns, base, 0);
      }
    }
  }
}

/**
 * The block of `rows` rows and `columns` columns of a product that begins at `(firstRow, firstColumn)`; `bias` may be 0: none. If `share` is not 0,
 * the block of the product over the first `sharePlaces` (at least one) of the `k` places goes there; the whole stays what it is to the bit.
 */
export function product(
  to: usize,
  a: usize,
  transposedA: usize,
  b: usize,
  transposedB: usize,
  m: usize,
  n: usize,
  k: usize,
  bias: usize,
  share: usize,
  sharePlaces: usize,
  firstRow: usize,
  rows: usize,
  firstColumn: usize,
  columns: usize,
): void {
  const toStep = n << 2;
  const endRow = firstRow + rows;
  const endColumn = firstColumn + columns;
  // Blocks of one length: a short one would add to the whole result for little.
  const blocks = (k + innerBlock - 1) / innerBlock;
  const length = ((k + blocks - 1) / blocks + 3) & ~3;
  for (let k0: usize = 0; k0 < k; k0 += length) {
    const inner = min(k - k0, length);
    // Past the last place of the share this is huge.
    const before = sharePlaces - k0 - 1;
    const isCut = share != 0 && before < inner;
    const count = isCut ? before + 1 : inner;
    const first = isCut ? share : to;
    for (let j0 = firstColumn; j0 < endColumn; j0 += columnBlock) {
      const width = min(endColumn - j0, columnBlock);
      if (transposedB) packTransposedRight(b + ((j0 * k + k0) << 2), k << 2, inner, width);
      else packRight(b + ((k0 * n + j0) << 2), n << 2, inner, width);
      let height: usize = 0;
      for (let i = firstRow; i < endRow; i += height) {
        height = heightOf(endRow - i);
        const tall = height > 4;
        if (transposedA) packTransposedLeft(a + ((k0 * m + i) << 2), m << 2, inner, tall);
        else packLeft(a + ((i * k + k0) << 2), k << 2, inner, height);
        for (let j: usize = 0; j < width; j += 8) {
          const place = i * toStep + ((j0 + j) << 2);
          const at = to + place;
          const next = isCut ? at : 0;
          const base = k0 ? at : bias ? bias + ((j0 + j) << 2) : zeros;
          const panel = packedB + ((j * inner) << 2);
          const wide = min(width - j, 8);
          if (tall) sixRowTile(packedA, panel, count, first + place, toStep, height, wide, base, k0 ? toStep : 0, inner - count, next);
          else fourRowTile(packedA, panel, count, first + place, toStep, height, wide, base, k0 ? toStep : 0, inner - count, next);
        }
      }
    }
  }
}

/** Rows of the next tile: six, or four where sixes would leave one or two over, for which a tile of four would be computed. @inline */
function heightOf(left: usize): usize {
  const over = left % 6;
  return (over == 1 || over == 2) && left > 6 ? 4 : min<usize>(left, 6);
}

/** Panels of eight columns of a right side with contiguous rows. */
function packRight(from: usize, step: usize, inner: usize, width: usize): void {
  let to = packedB;
  for (let j: usize = 0; j < width; j += 8) {
    let at = from + (j << 2);
    for (let i: usize = 0; i < inner; i++) {
      v128.store(to, v128.load(at));
      v128.store(to, v128.load(at, 16), 16);
      at += step;
      to += 32;
    }
  }
}

/** Panels of eight columns of a right side that is stored column by column; columns that are missing repeat the last. */
function packTransposedRight(from: usize, step: usize, inner: usize, width: usize): void {
  for (let j: usize = 0; j < width; j += 8) {
    const to = packedB + ((j * inner) << 2);
    transposeFour(to, 32, from + j * step, step, inner, width - j);
    if (width - j > 4) transposeFour(to + 16, 32, from + (j + 4) * step, step, inner, width - j - 4);
  }
}

/** Up to six rows of a left side with contiguous rows. */
function packLeft(from: usize, step: usize, inner: usize, rows: usize): void {
  if (rows <= 4) {
    transposeFour(packedA, 16, from, step, inner, rows);
    return;
  }
  transposeFour(packedA, 24, from, step, inner, 4);
  transposeTwo(packedA + 16, 24, from + 4 * step, rows > 5 ? step : 0, inner);
}

/** Four rows, or with `tall` six, of a left side that is stored column by column: they lie side by side. */
function packTransposedLeft(from: usize, step: usize, inner: usize, tall: bool): void {
  let to = packedA;
  if (tall) {
    for (let i: usize = 0; i < inner; i++) {
      v128.store(to, v128.load(from));
      v128.store64_lane(to, v128.load(from, 16), 0, 16);
      to += 24;
      from += step;
    }
    return;
  }
  for (let i: usize = 0; i < inner; i++) {
    v128.store(to, v128.load(from));
    to += 16;
    from += step;
  }
}
