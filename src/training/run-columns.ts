/** Columns of per-step quantities: how a chunk of steps is reported. */
import type { StepColumns } from './run-types.ts';

const names = [
  'step',
  'epoch',
  'examples',
  'learningRate',
  'momentum',
  'loss',
  'l1',
  'l2',
  'gradNorm',
  'clippedNorm',
  'gradients',
] as const;

/** Columns of `length` zeros; no diagnostics. */
export function emptyColumns(length = 0): StepColumns {
  return { ...columnsOf(() => new Float64Array(length)), measured: {} };
}

/** The first `length` entries of each column. */
export function firstRows(columns: StepColumns, length: number): StepColumns {
  const measured = Object.fromEntries(Object.entries(columns.measured).map(([name, column]) => [name, column.slice(0, length)]));
  return { ...columnsOf((name) => columns[name].slice(0, length)), measured };
}

function columnsOf(column: (name: (typeof names)[number]) => Float64Array): Omit<StepColumns, 'measured'> {
  return Object.fromEntries(names.map((name) => [name, column(name)])) as Record<(typeof names)[number], Float64Array>;
}
