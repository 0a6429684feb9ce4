/** Scalars as columns: a number where nothing changes, a column from where something does. */
import { expect, it } from 'vitest';
import { ScalarColumns } from './scalar-columns.ts';

it('keeps what stays as one number, and what changes as one for each step', () => {
  const columns = new ScalarColumns(5);
  columns.from(0, { rate: 1, decay: 7 });
  columns.from(1, { rate: 1 });
  columns.from(2, { rate: 3, decay: 7 });
  columns.from(3, { rate: 4, late: 9 });
  expect(columns.finish()).toEqual({
    rate: Float64Array.of(1, 1, 3, 4, 4),
    decay: 7,
    late: Float64Array.of(Number.NaN, Number.NaN, Number.NaN, 9, 9),
  });
});

it('tells 0 from −0, and takes NaN for itself', () => {
  const columns = new ScalarColumns(2);
  columns.from(0, { zero: 0, none: Number.NaN });
  columns.from(1, { zero: -0, none: Number.NaN });
  expect(columns.finish()).toEqual({ zero: Float64Array.of(0, -0), none: Number.NaN });
});
