/**
 * Columns that hold one number again and again, without memory of their own.
 *
 * Idea: fresh memory costs a page fault for every few hundred numbers, which is more than a small training step. Columns are only read, so all
 * that hold the same number are views of one.
 */

/** The last numbers asked for, newest first. */
let kept: readonly Float64Array[] = [];
const mostKept = 8;

/** `length` times `value`. To be read only: others see it too. */
export function constantColumn(value: number, length: number): Float64Array {
  if (length === 0) return new Float64Array(0);
  const known = kept.find(([first]) => Object.is(first, value));
  const column = known !== undefined && known.length >= length ? known : new Float64Array(length).fill(value);
  if (kept[0] !== column) kept = [column, ...kept.filter((other) => other !== known)].slice(0, mostKept);
  return column.subarray(0, length);
}
