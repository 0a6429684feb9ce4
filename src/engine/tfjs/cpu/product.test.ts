/** The product by blocks of two rows and four columns, against the definition, at sizes that leave every kind of rest. */
import { describe, expect, it } from 'vitest';
import { addProduct, packedPanels, packedRows, packPanels } from './product.ts';

const value = (index: number): number => ((index * 7919) % 61) / 16 - 2;

function naive(a: Float64Array, b: Float32Array, rows: number, inner: number, columns: number): number[] {
  return Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    let sum = 10;
    for (let k = 0; k < inner; k++) sum += a[row * inner + k]! * b[k * columns + column]!;
    return sum;
  });
}

describe('addProduct', () => {
  it.each([
    [1, 1, 1],
    [2, 3, 4],
    [3, 5, 6],
    [5, 1, 7],
    [4, 9, 9],
  ])('adds %i × %i by %i columns to what is there', (rows, inner, columns) => {
    const a = new Float64Array(packedRows(rows, inner)).fill(Number.NaN);
    for (let i = 0; i < rows * inner; i++) a[i] = value(i);
    const b = Float32Array.from({ length: inner * columns }, (_, index) => value(index + 5));
    const panels = new Float64Array(packedPanels(inner, columns)).fill(Number.NaN);
    packPanels(b, panels, inner, columns, columns, 1);
    const sums = new Float64Array(rows * columns).fill(10);
    addProduct(a, panels, sums, rows, inner, columns);
    expect([...sums]).toEqual(naive(a, b, rows, inner, columns));
  });

  it('lays out a transposed matrix from a later start', () => {
    const b = Float32Array.of(9, 1, 2, 3, 4, 5, 6);
    const panels = new Float64Array(packedPanels(3, 2));
    packPanels(b, panels, 3, 2, 1, 3, 1);
    const sums = new Float64Array(2);
    addProduct(Float64Array.of(1, 10, 100, 0, 0, 0), panels, sums, 1, 3, 2);
    expect([...sums]).toEqual([321, 654]);
  });
});
