/** Memory of columns: whose it is, and how long it lasts. */
import { expect, test } from 'vitest';
import { freshColumns, keptColumns } from './column-memory.ts';

test('a kept column is the same memory as the one of its name before, of the length that is asked for', () => {
  const memory = keptColumns();
  const loss = memory('loss', 4).fill(7);
  const norm = memory('norm', 4);
  expect(norm).toHaveLength(4);
  expect(norm.buffer).not.toBe(loss.buffer);
  expect(memory('loss', 2)).toEqual(Float64Array.of(7, 7));
  expect(memory('loss', 2).buffer).toBe(loss.buffer);
  expect(memory('loss', 6)).toHaveLength(6);
});

test('a fresh column is shared with nobody', () => {
  const loss = freshColumns('loss', 3).fill(1);
  expect(freshColumns('loss', 3)).toEqual(new Float64Array(3));
  expect(loss).toEqual(Float64Array.of(1, 1, 1));
});
