/** Handwritten digits: which images of the file take part. Class balance is reached by leaving images out. */
import { permutation, stream } from '../shared/random.ts';
import type { Digits } from './digits-file.ts';
import { apportion, classShares } from './examples.ts';
import type { Examples } from './examples.ts';

/** Names in label order. */
export const digitNames: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/**
 * How many of each class to take: in the wanted shares as far as each class reaches; what a class lacks is made up by the others, in
 * their shares, so that the total is right whenever the pool holds enough.
 */
export function takeCounts(total: number, shares: Float64Array, available: readonly number[]): Uint32Array {
  const taken = new Uint32Array(shares.length);
  let open = Array.from(shares.keys());
  let left = Math.min(
    total,
    available.reduce((sum, count) => sum + count, 0),
  );
  while (left > 0) {
    const sum = open.reduce((part, k) => part + shares[k]!, 0);
    const wanted = apportion(
      left,
      Float64Array.from(open, (k) => shares[k]! / sum),
    );
    open.forEach((k, i) => {
      const more = Math.min(wanted[i]!, available[k]! - taken[k]!);
      taken[k]! += more;
      left -= more;
    });
    open = open.filter((k) => taken[k]! < available[k]!);
  }
  return taken;
}

/** At most `total` images, chosen by `seed`; inputs are grey values 0 … 1. */
export function digitExamples(
  digits: Digits,
  options: { readonly total: number; readonly balance: number; readonly seed: number },
): Examples {
  const available = digitNames.map((_, label) => digits.labels.filter((other) => other === label).length);
  const taken = takeCounts(options.total, classShares(digitNames.length, options.balance), available);
  const left = Array.from(taken);
  // Split stream, second order: the first (epoch 0) deals the examples out to the splits.
  const chosen = permutation(digits.count, options.seed, stream.split, 1).filter((row) => left[digits.labels[row]!]!-- > 0);
  const area = digits.side * digits.side;
  const inputs = new Float32Array(chosen.length * area);
  chosen.forEach((row, i) => {
    for (let pixel = 0; pixel < area; pixel++) inputs[i * area + pixel] = digits.levels[row * area + pixel]! / 15;
  });
  return { count: chosen.length, inputs, targets: Float32Array.from(chosen, (row) => digits.labels[row]!) };
}
