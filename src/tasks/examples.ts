/**
 * Examples before they are split and standardised, and the two decisions that all tasks share: how many examples of which class, and
 * which random numbers a generator may use.
 */
import { fillNormal, fillUniform, stream } from '../shared/random.ts';

/** All examples of a task, in original units. The order carries no meaning yet. */
export interface Examples {
  readonly count: number;
  /** `[count × inputs]`, row-major. */
  readonly inputs: Float32Array;
  /** Class indices or values, `[count]`. */
  readonly targets: Float32Array;
}

/** The parts of the data-noise stream, so that noise and positions never share a number and a noise slider moves the same points. */
export const draw = { position: 0, noise: 1, outlier: 2, sequence: 3 } as const;
/** Which of the independent draws of noise. */
export type Draw = (typeof draw)[keyof typeof draw];

/** `rows × columns` uniform numbers in [0, 1); `part` tells apart several tables of the same kind. */
export function uniformTable(seed: number, of: Draw, rows: number, columns: number, part = 0): Float32Array {
  const values = new Float32Array(rows * columns);
  fillUniform(values, seed, stream.dataNoise, of, part);
  return values;
}

/** `rows × columns` standard normal numbers; `part` tells apart two tables of the same kind. */
export function normalTable(seed: number, of: Draw, rows: number, columns: number, part = 1): Float32Array {
  const values = new Float32Array(rows * columns);
  fillNormal(values, seed, stream.dataNoise, of, part);
  return values;
}

/** Share of each class: geometric from class 0, the commonest, to the last, so that rarest / commonest = `balance`. */
export function classShares(classes: number, balance: number): Float64Array {
  const weights = Float64Array.from({ length: classes }, (_, k) => balance ** (k / Math.max(classes - 1, 1)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Whole numbers that add up to `total` in the given shares (largest remainder), at least 1 each as far as `total` reaches. */
export function apportion(total: number, shares: Float64Array): Uint32Array<ArrayBuffer> {
  const counts = Uint32Array.from(shares, (share) => Math.floor(share * total));
  const remainder = (k: number): number => shares[k]! * total - Math.floor(shares[k]! * total);
  const byRemainder = Array.from(shares.keys()).sort((i, j) => remainder(j) - remainder(i) || i - j);
  const given = counts.reduce((sum, count) => sum + count, 0);
  for (let i = 0; i < total - given; i++) counts[byRemainder[i % byRemainder.length]!]!++;
  for (let k = 0; k < counts.length; k++) {
    const richest = counts.indexOf(Math.max(...counts));
    if (counts[k] === 0 && counts[richest]! > 1) {
      counts[k] = 1;
      counts[richest]!--;
    }
  }
  return counts;
}

/** Class index of each of `total` examples, class after class. */
export function labelsFor(total: number, classes: number, balance: number): Float32Array {
  const labels = new Float32Array(total);
  let at = 0;
  apportion(total, classShares(classes, balance)).forEach((count, label) => {
    labels.fill(label, at, at + count);
    at += count;
  });
  return labels;
}
