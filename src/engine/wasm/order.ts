/** Writes the order of an epoch in linear memory: the numbers of `fillOrder` in `shared/random.ts`, several times as fast. */
import type { FillOrder } from '../../shared/random.ts';
import type { Instance } from './instance.ts';

/** Memory for it is taken when it is first asked for so many. */
export function orderFiller({ arena, order, orderBytes }: Pick<Instance, 'arena' | 'order' | 'orderBytes'>): FillOrder {
  let largest = -1;
  let [to, work] = [0, 0];
  return (out, seed, of, epoch) => {
    const count = out.length;
    if (count > largest) {
      [to, work] = [arena.take(4 * count), arena.take(orderBytes(count))];
      largest = count;
    }
    order(to, work, count, seed, of, epoch);
    out.set(arena.floats().subarray(to / 4, to / 4 + count));
  };
}
