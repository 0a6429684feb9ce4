/**
 * Where columns of numbers are put.
 *
 * Idea: memory that comes fresh from the system costs a page fault for every few hundred numbers, more than a small training step. Whoever takes
 * columns in at once may have the same memory written again and again.
 */

/** Memory for the column of this name: `length` numbers, to be written over. */
export type ColumnMemory = (name: string, length: number) => Float64Array;

/** A column of its own each time. */
export const freshColumns: ColumnMemory = (_, length) => new Float64Array(length);

/** One memory for each name: a column lasts until its name is asked for again. */
export function keptColumns(): ColumnMemory {
  const kept = new Map<string, Float64Array>();
  return (name, length) => {
    let column = kept.get(name);
    if (column === undefined || column.length < length) kept.set(name, (column = new Float64Array(length)));
    return column.length === length ? column : column.subarray(0, length);
  };
}
