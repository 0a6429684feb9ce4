/**
 * From examples to the three splits: dealt out by a seeded permutation, then all standardised by the statistics of the training split
 * alone, so that nothing about validation or test examples reaches training.
 */
import { permutation, stream } from '../shared/random.ts';
import { columnMoments } from '../shared/statistics.ts';
import type { Examples } from './examples.ts';
import type { Split, Standardization } from './task.ts';

/** Examples of each split. */
export interface SplitSizes {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/**
 * `train` is the training size asked for; validation and test take half of the rest each, one example at least. When `available` does not
 * reach, the training split shrinks with the total.
 */
export function splitSizes(trainingSize: number, share: number, available = Infinity): SplitSizes {
  const wanted = Math.max(Math.round(trainingSize / share), trainingSize + 2);
  const total = Math.min(wanted, available);
  const train = total === wanted ? trainingSize : Math.min(trainingSize, Math.round(total * share), total - 2);
  const validation = Math.ceil((total - train) / 2);
  return { train, validation, test: total - train - validation };
}

/** `allColumns`: one mean and scale for all columns together, as is usual for images. */
export type StandardizationKind = 'perColumn' | 'allColumns';

/** Mean and standard deviation of the given values; a column that never changes keeps scale 1. */
function standardizationOf(values: Float32Array, columns: number, kind: StandardizationKind): Standardization {
  const { mean, deviation } = columnMoments(values, kind === 'perColumn' ? columns : 1);
  const column = (i: number): number => (kind === 'perColumn' ? i : 0);
  return {
    mean: Float64Array.from({ length: columns }, (_, i) => mean[column(i)]!),
    scale: Float64Array.from({ length: columns }, (_, i) => deviation[column(i)]! || 1),
  };
}

/** The standardisation that changes nothing. */
function identityStandardization(columns: number): Standardization {
  return { mean: new Float64Array(columns), scale: new Float64Array(columns).fill(1) };
}

/** `(x − mean) / scale`, column by column. */
export function standardize(values: Float32Array, by: Standardization): Float32Array {
  const columns = by.mean.length;
  return values.map((value, i) => (value - by.mean[i % columns]!) / by.scale[i % columns]!);
}

/** Back to original units. */
export function unstandardize(values: Float32Array, by: Standardization): Float32Array {
  const columns = by.mean.length;
  return values.map((value, i) => value * by.scale[i % columns]! + by.mean[i % columns]!);
}

function rowsOf(values: Float32Array, rows: Uint32Array, columns: number): Float32Array {
  const out = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => out.set(values.subarray(row * columns, (row + 1) * columns), i * columns));
  return out;
}

/** The three splits, standardised; `standardizeTargets` for regression. */
export function splitExamples(
  examples: Examples,
  options: {
    readonly sizes: SplitSizes;
    readonly seed: number;
    readonly inputs: StandardizationKind;
    readonly standardizeTargets: boolean;
  },
): {
  readonly splits: readonly [train: Split, validation: Split, test: Split];
  readonly inputStandardization: Standardization;
  readonly targetStandardization: Standardization;
} {
  const { sizes } = options;
  const columns = examples.inputs.length / examples.count;
  const order = permutation(examples.count, options.seed, stream.split, 0);
  const trainRows = order.subarray(0, sizes.train);
  const trainTargets = rowsOf(examples.targets, trainRows, 1);
  const inputStandardization = standardizationOf(rowsOf(examples.inputs, trainRows, columns), columns, options.inputs);
  const targetStandardization = options.standardizeTargets ? standardizationOf(trainTargets, 1, 'perColumn') : identityStandardization(1);
  const part = (begin: number, count: number): Split => {
    const rows = order.subarray(begin, begin + count);
    return {
      count,
      inputs: standardize(rowsOf(examples.inputs, rows, columns), inputStandardization),
      targets: standardize(rowsOf(examples.targets, rows, 1), targetStandardization),
    };
  };
  const splits = [part(0, sizes.train), part(sizes.train, sizes.validation), part(sizes.train + sizes.validation, sizes.test)] as const;
  return { splits, inputStandardization, targetStandardization };
}
