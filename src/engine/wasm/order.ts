/** Draws the order of an epoch in linear memory: the numbers of `drawOrder` in `shared/random.ts`, several times as fast. */
import type { DrawOrder } from '../../shared/random.ts';
import type { Instance } from './instance.ts';

/** Memory for it is taken when it is first asked for so many. */
export function orderDrawer({ arena, order, orderBytes }: Pick<Instance, 'arena' | 'order' | 'orderBytes'>): DrawOrder {
  let largest = -1;
  let [to, work] = [0, 0];
  return (count, seed, of, epoch) => {
    if (count > largest) {
      [to, work] = [arena.take(4 * count), arena.take(orderBytes(count))];
      largest = count;
    }
    order(to, work, count, seed, of, epoch);
    return arena.floats().slice(to / 4, to / 4 + count);
  };
}
