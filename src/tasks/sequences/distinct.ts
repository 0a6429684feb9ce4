/** Different whole numbers by chance: an example that is a number can then be in one split only. */
import { permutation, stream } from '../../shared/random.ts';
import { draw, uniformTable } from '../examples.ts';

/** Up to this many they are shuffled; beyond, equal draws are rare and drawn again. */
const shuffled = 2 ** 16;

/** `count` different whole numbers from 0 to `space` − 1 in an order of chance; `space` is at most 2^48, and at least `count`. */
export function distinctNumbers(count: number, space: number, seed: number): Float64Array {
  // Split stream, fourth order; blocks of text take the third.
  if (space <= shuffled) return Float64Array.from(permutation(space, seed, stream.split, 3).subarray(0, count));
  const drawn = new Set<number>();
  for (let round = 0; drawn.size < count; round++) {
    const parts = uniformTable(seed, draw.sequence, count, 2, round);
    for (let i = 0; i < count && drawn.size < count; i++) drawn.add(Math.floor((parts[2 * i]! + parts[2 * i + 1]! * 2 ** -24) * space));
  }
  return Float64Array.from(drawn);
}
