/** Constant columns: what they hold, and that they share it. */
import { expect, it } from 'vitest';
import { constantColumn } from './constant-column.ts';

it('holds a number as often as asked, in memory that is shared', () => {
  const long = constantColumn(0.25, 5);
  expect(long).toEqual(Float64Array.of(0.25, 0.25, 0.25, 0.25, 0.25));
  expect(constantColumn(0.25, 2)).toEqual(Float64Array.of(0.25, 0.25));
  expect(constantColumn(0.25, 2).buffer).toBe(long.buffer);
  expect(constantColumn(0.25, 7)).toHaveLength(7);
  expect(constantColumn(1, 0)).toHaveLength(0);
});

it('tells 0 from −0, knows NaN, and forgets what was asked for long ago', () => {
  expect(constantColumn(0, 1)).toEqual(Float64Array.of(0));
  expect(constantColumn(-0, 1)).toEqual(Float64Array.of(-0));
  const none = constantColumn(Number.NaN, 1);
  expect(none).toEqual(Float64Array.of(Number.NaN));
  for (let value = 1; value < 20; value++) expect(constantColumn(value, 3)).toEqual(Float64Array.of(value, value, value));
  expect(constantColumn(Number.NaN, 1).buffer).not.toBe(none.buffer);
});
