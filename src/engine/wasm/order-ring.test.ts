/**
 * The protocol of a ring, with both threads in one: the helper's script runs in a context whose Atomics let the calling thread act between any two of
 * its operations, and in the middle of what it writes.
 */
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { afterEach, expect, it, vi } from 'vitest';
import { fillOrder, fillUniform, stream } from '../../shared/random.ts';
import { openWasm } from './open.ts';
import { openRing, type OrderMessage } from './order-ring.ts';

const { module } = await openWasm();
const whose = { count: 37, seed: 5, of: stream.order } as const;
const script = readFileSync(new URL('./order-helper.js', import.meta.url), 'utf8');

afterEach(() => {
  vi.restoreAllMocks();
});

/** What the calling thread does, an operation of the helper's at a time. */
interface Between {
  readonly act: () => void;
  readonly wasNotified: () => boolean;
}

/** Runs the helper until its ring ends. Throws if it sleeps on while a whole ring is wanted. */
function runHelper(message: OrderMessage, { act, wasNotified }: Between): void {
  const { orders, made } = message;
  const scope = createContext({
    Atomics: {
      load(words: Int32Array, at: number) {
        act();
        return Atomics.load(words, at);
      },
      store(words: Int32Array, at: number, value: number) {
        act();
        return Atomics.store(words, at, value);
      },
      wait(words: Int32Array, at: number, value: number) {
        act();
        if (Atomics.load(words, at) !== value) return;
        wasNotified();
        for (let acts = 0; !wasNotified(); acts++) {
          if (acts > 20 * made.length) throw new Error('The helper was not woken.');
          act();
        }
      },
    },
  });
  runInContext(script, scope);
  const inHalves = {
    set(drawn: Float32Array, at: number) {
      const half = drawn.length >> 1;
      orders.set(drawn.subarray(0, half), at);
      act();
      orders.set(drawn.subarray(half), at + half);
    },
  };
  (scope['onmessage'] as (event: { readonly data: unknown }) => void)({ data: { ...message, orders: inHalves } });
}

it.each([
  [2, 1],
  [3, 2],
  [8, 3],
  [64, 4],
])('of %i slots: every order that is taken is whole and the right one', (slots, draw) => {
  const notify = vi.spyOn(Atomics, 'notify');
  const first = 2 ** 32 - 2000;
  const ring = openRing(whose, module, first, slots);
  const chances = new Float32Array(20_000);
  fillUniform(chances, draw, stream.sampling, 0, 0);
  const [out, expected] = [new Float32Array(whose.count), new Float32Array(whose.count)];
  let [asked, epoch, hits] = [0, first, 0];
  out.set = (source) => {
    Float32Array.prototype.set.call(out, source);
    // Not given up before it has been read.
    expect(ring.message.wanted[0]).toBeLessThanOrEqual(epoch - first);
  };
  const ask = (): void => {
    if (!ring.take(out, epoch)) return;
    hits++;
    fillOrder(expected, whose.seed, whose.of, epoch);
    expect(Array.from(out)).toEqual(Array.from(expected));
  };
  const act = (): void => {
    const chance = chances[asked++] ?? 0;
    if (epoch > 2 ** 32 - 100) ring.end();
    else if (chance > 0.5) {
      // Mostly the next epoch; now and then some are passed over, or the last is asked for again.
      if (chance > 0.9) ask();
      epoch += chance > 0.88 && chance < 0.9 ? 3 * slots : 1;
      ask();
    }
  };
  runHelper(ring.message, {
    act,
    wasNotified: () => {
      const { length } = notify.mock.calls;
      notify.mockClear();
      return length > 0;
    },
  });
  expect(hits).toBeGreaterThan(slots);
});
