/**
 * Orders of epochs, drawn ahead by a helper once they have proved to turn over fast. They are the same numbers whoever draws them: what is not there, the
 * calling thread draws at once, so that a helper that is late, or fails to start, changes nothing but speed.
 */
import type { FillOrder } from '../../shared/random.ts';
import type { Kernels } from './instance.ts';
import { openRing, type OrderOf, type OrderRing } from './order-ring.ts';
import type { HelperWorker } from './threads.ts';

/** From what on orders are drawn ahead, and how far. */
export interface AheadLimits {
  /** Epochs in a row, and milliseconds, after which it is asked whether it pays, and again after as many. */
  readonly epochs: number;
  readonly milliseconds: number;
  /** Share of their time that their orders must take at least. */
  readonly share: number;
  /** Shorter orders are drawn almost as fast as they are copied. */
  readonly count: number;
  /** Bytes of the orders in a ring, if there are more than two. */
  readonly bytes: number;
  /** Orders in a ring at most. */
  readonly slots: number;
}

/** Many epochs may be asked for at once, before their steps are taken: of the app's chunks, of 40 milliseconds, one at least must lie between. */
const aheadLimits: AheadLimits = { epochs: 64, milliseconds: 50, share: 0.02, count: 64, bytes: 2 * 1024 * 1024, slots: 1024 };

/** Milliseconds to draw an index, about. */
const perIndex = 4e-6;
/** Places in a ring are whole numbers of 32 bits with a sign; after so many another begins. */
const mostPlaces = 2 ** 30;

/** Orders for one executor. */
export interface OrdersAhead {
  /** As `fillOrder` does, from what lies ready, or else by `own`. */
  readonly fill: (own: FillOrder, ...what: Parameters<FillOrder>) => void;
  dispose(): void;
}

/** Draws nothing ahead yet. */
export function createOrdersAhead(
  { module, startOrderHelper }: Pick<Kernels, 'module' | 'startOrderHelper'>,
  limits: AheadLimits = aheadLimits,
): OrdersAhead {
  let helper: HelperWorker | undefined;
  let hasFailed = false;
  let ring: OrderRing | undefined;
  let whose: OrderOf = { count: 0, seed: 0, of: 0 };
  /** The first and the last of the epochs that were asked for one after another, and when the first was. */
  let [first, last, since] = [0, 0, 0];

  const endRing = (): void => {
    ring?.end();
    ring = undefined;
  };
  const end = (): void => {
    endRing();
    helper?.terminate();
    helper = undefined;
  };
  const fail = (): void => {
    hasFailed = true;
    end();
  };
  const openAfter = (epoch: number): void => {
    try {
      const slots = Math.max(2, Math.min(limits.slots, Math.floor(limits.bytes / (4 * whose.count))));
      const opened = openRing(whose, module, epoch + 1, slots);
      helper ??= startOrderHelper(() => undefined, fail);
      helper.postMessage(opened.message);
      ring = opened;
    } catch {
      fail();
    }
  };
  const beginAt = (epoch: number): void => {
    endRing();
    first = epoch;
    since = performance.now();
  };
  const mayOpen = (): boolean => !hasFailed && whose.count >= limits.count;
  /** Opens a ring if that pays. */
  const consider = (epoch: number): void => {
    const elapsed = performance.now() - since;
    if (elapsed < limits.milliseconds) return;
    const pays = perIndex * whose.count * (epoch - first) >= limits.share * elapsed;
    beginAt(epoch);
    if (pays) openAfter(epoch);
  };
  return {
    fill(own, out, seed, of, epoch) {
      const isSame = out.length === whose.count && seed === whose.seed && of === whose.of;
      if (!isSame) whose = { count: out.length, seed, of };
      const goesOn = isSame && epoch >= last && (ring === undefined ? epoch <= last + 1 : epoch - first < mostPlaces);
      if (!goesOn) beginAt(epoch);
      last = epoch;
      if (ring?.take(out, epoch) === true) return;
      own(out, seed, of, epoch);
      if (ring === undefined && mayOpen() && epoch - first >= limits.epochs) consider(epoch);
    },
    dispose: end,
  };
}
