/**
 * A ring of orders drawn ahead, in memory that two threads share: the helper (`order-helper.js`) fills slots, the calling thread takes copies, and neither
 * waits for the other to finish one.
 *
 * Idea: epochs are counted from the ring's first one; the order of place p has slot p mod n. Two rules keep the threads apart:
 * 1. The helper, having read `wanted` = w, draws a place p only if w ≤ p < w + n. Its places rise, and `made[p mod n]` says p + 1 after the last number.
 * 2. The calling thread copies place p only if `made` says p + 1 while `wanted` ≤ p. `wanted` never falls, and is raised above p after the last number.
 * So no slot is copied while it is written: after p comes p + n at the earliest, for which some w > p must have been read, and what came before p was
 * done before it, by the same thread. Both words go by Atomics, which order the numbers between them: a slot's numbers are there once `made` says so,
 * and have been read once `wanted` has passed them.
 *
 * A ring never goes back. Who jumps back ends it and opens another, in memory of its own: a helper that is late with the old one writes where nobody reads.
 */
import type { Stream } from '../../shared/random.ts';

/** Whose orders: of so many indices, of one seed and stream. */
export interface OrderOf {
  readonly count: number;
  readonly seed: number;
  readonly of: Stream;
}

/** What the helper is told of a ring. */
export interface OrderMessage extends OrderOf {
  /** The kernels, for memory of one thread. */
  readonly module: WebAssembly.Module;
  /** Epoch of place 0. */
  readonly first: number;
  /** The first place that the helper may still draw; below 0 the ring has ended. */
  readonly wanted: Int32Array<SharedArrayBuffer>;
  /** Where `wanted` must get to for a sleeping helper to be woken. */
  readonly wakesAt: Int32Array<SharedArrayBuffer>;
  /** Of each slot, the place in it plus 1. */
  readonly made: Int32Array<SharedArrayBuffer>;
  /** The numbers of all slots, whole ones in floats. */
  readonly orders: Float32Array<SharedArrayBuffer>;
}

/** The calling thread's end of a ring. */
export interface OrderRing {
  readonly message: OrderMessage;
  /** Copies the order of an epoch, which is not before the last one asked for; false if it is not there: the caller draws it. */
  take(out: Float32Array, epoch: number): boolean;
  /** The helper leaves it. */
  end(): void;
}

/** So that what one thread writes all the time does not lie beside what the other does. */
const lineBytes = 64;
const ended = -1;
/**
 * Orders that the calling thread draws itself before it looks again, where one was missing. Both threads draw the same one first: with less between them
 * they would do so again and again.
 */
const apart = 8;

/** A ring of `slots` orders, two at least, from epoch `first` on. Throws where there is no memory for it. */
export function openRing(whose: OrderOf, module: WebAssembly.Module, first: number, slots: number): OrderRing {
  const { count } = whose;
  const at = { made: 2 * lineBytes, orders: 2 * lineBytes + Math.ceil((4 * slots) / lineBytes) * lineBytes };
  const buffer = new SharedArrayBuffer(at.orders + 4 * count * slots);
  const wanted = new Int32Array(buffer, 0, 1);
  const wakesAt = new Int32Array(buffer, lineBytes, 1);
  const made = new Int32Array(buffer, at.made, slots);
  const orders = new Float32Array(buffer, at.orders, count * slots);
  const views = Array.from({ length: slots }, (_, slot) => orders.subarray(slot * count, (slot + 1) * count));
  /** As `wanted` says. */
  let from = 0;
  let woken = 0;
  const want = (place: number): void => {
    from = place;
    Atomics.store(wanted, 0, place);
    const wakes = Atomics.load(wakesAt, 0);
    // Once for each time that it falls asleep; if it is about to, it finds that `wanted` is not what it was.
    if (place < wakes || wakes === woken) return;
    woken = wakes;
    Atomics.notify(wanted, 0);
  };
  return {
    message: { ...whose, module, first, wanted, wakesAt, made, orders },
    take(out, epoch) {
      const place = epoch - first;
      if (place < from) return false;
      const isThere = Atomics.load(made, place % slots) === place + 1;
      if (isThere) out.set(views[place % slots]!);
      want(place + (isThere ? 1 : apart));
      return isThere;
    },
    end() {
      Atomics.store(wanted, 0, ended);
      Atomics.notify(wanted, 0);
    },
  };
}
