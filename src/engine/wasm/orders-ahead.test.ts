/** Orders that a helper draws ahead, in threads of Node: the same numbers whatever is asked for, and when; no helper where it would not pay. */
import type { Worker } from 'node:worker_threads';
import { afterEach, expect, it, vi } from 'vitest';
import { fillOrder, stream } from '../../shared/random.ts';
import { lineProgram } from '../testing-programs.ts';
import { createExecutor } from './executor.ts';
import { openWasm } from './open.ts';
import type { OrderMessage } from './order-ring.ts';
import { createOrdersAhead, type AheadLimits } from './orders-ahead.ts';
import type { HelperWorker, StartHelper } from './threads.ts';

const kernels = await openWasm(2);
/** However long the epochs are: those of a test are. */
const limits: AheadLimits = { epochs: 20, milliseconds: 0, share: 0, count: 50, bytes: 200_000, slots: 1024 };
const timed = { ...limits, milliseconds: 10, share: 0.02 };

const over: (() => void)[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const end of over.splice(0)) end();
});

const rest = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Orders that check themselves. */
interface Checked {
  /** Draws an order, and is told whether the helper had drawn it. Fails where a number is wrong. */
  readonly ask: (count: number, seed: number, epoch: number) => boolean;
  readonly workers: readonly HelperWorker[];
  readonly dispose: () => void;
}

function checked(start: StartHelper = kernels.startOrderHelper, own: AheadLimits = limits): Checked {
  const workers: HelperWorker[] = [];
  const startOrderHelper: StartHelper = (...listeners) => {
    const worker = start(...listeners);
    workers.push(worker);
    return worker;
  };
  const ahead = createOrdersAhead({ module: kernels.module, startOrderHelper }, own);
  const dispose = (): void => {
    ahead.dispose();
  };
  over.push(dispose);
  return {
    ask(count, seed, epoch) {
      const drawn = vi.fn(fillOrder);
      const [out, expected] = [new Float32Array(count), new Float32Array(count)];
      ahead.fill(drawn, out, seed, stream.order, epoch);
      fillOrder(expected, seed, stream.order, epoch);
      expect(out.findIndex((index, place) => index !== expected[place])).toBe(-1);
      return drawn.mock.calls.length === 0;
    },
    workers,
    dispose,
  };
}

/** Asks for epochs in a row, from one on, until the helper has drawn so many. Answers the epoch after the last. */
async function askUntil({ ask }: Checked, hits: number, count = 100, seed = 1, from = 0): Promise<number> {
  let epoch = from;
  for (let got = 0; got < hits; epoch++) {
    if (ask(count, seed, epoch)) got++;
    // On a busy machine the helper needs a moment to itself.
    else await rest(1);
  }
  return epoch;
}

it.each([
  [2, { ...limits, slots: 2 }],
  [2, { ...limits, bytes: 1 }],
  [500, { ...limits, slots: 600 }],
])('thousands of epochs in a row, from a ring of %i, are those of JavaScript', async (slots, own) => {
  let message: OrderMessage | undefined;
  const start: StartHelper = (...listeners) => {
    const worker = kernels.startOrderHelper(...listeners);
    return {
      postMessage(told) {
        message = told as OrderMessage;
        worker.postMessage(told);
      },
      terminate: () => worker.terminate(),
    };
  };
  await askUntil(checked(start, own), 2500);
  expect(message?.made.length).toBe(slots);
});

it('so are those after jumps, with another seed, and of other counts', async () => {
  const some = checked();
  let epoch = await askUntil(some, 100);
  // On, farther on than the ring is long, the last once more, back a little, farther on than there are places, and back to the beginning.
  for (const jump of [7, 100_000, -1, -5, 2 ** 31, -(2 ** 31) - 100_000]) epoch = await askUntil(some, 100, 100, 1, epoch + jump);
  // What goes on in epochs may be another order nonetheless.
  for (const [count, seed] of [[100, 2], [5000, 2], [60, 2 ** 32 - 1], [100_000, 3], [100, 1]] as const) epoch = await askUntil(some, 30, count, seed, epoch); // prettier-ignore
  // While the helper is in the middle of another ring.
  for (let round = 0; round < 30; round++) for (let next = 0; next < 25 + 3 * round; next++) some.ask(round % 2 ? 100 : 3000, 1, next);
  await askUntil(some, 100);
  expect(some.workers.length).toBe(1);
});

it('one epoch asked for again and again begins no ring, and epochs that are passed over neither', async () => {
  const some = checked();
  for (let times = 0; times < 200; times++) some.ask(100, 1, 3);
  for (let epoch = 0; epoch < 200; epoch += 2) some.ask(100, 1, epoch);
  await rest(1);
  expect(some.workers).toEqual([]);
});

it.each([
  ['for few epochs', limits, 100, 19, 0],
  ['where orders are short', limits, 49, 200, 0],
  ['where epochs are long', timed, 100, 200, 1],
  ['for many epochs at once', timed, 100, 200, 0],
])('there is no helper %s', (_, own, count, epochs, milliseconds) => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const some = checked(undefined, own);
  for (let epoch = 0; epoch < epochs; epoch++) {
    now += milliseconds;
    some.ask(count, 1, epoch);
  }
  // The steps of those that were asked for at once.
  now += 1000;
  some.ask(count, 1, epochs);
  expect(some.workers).toEqual([]);
});

it('it comes once epochs have become short', () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const some = checked(undefined, timed);
  let epoch = 0;
  for (; some.workers.length === 0 && epoch < 2000; epoch++) {
    now += epoch < 25 ? 1 : 0.01;
    some.ask(100, 1, epoch);
  }
  // A row of epochs begins at the twentieth, and ten milliseconds of short ones are a thousand.
  expect(epoch).toBeGreaterThan(600);
  expect(epoch).toBeLessThan(1100);
});

it.each([
  [
    'cannot be started',
    () => {
      throw new Error('No workers here.');
    },
  ],
  [
    'cannot be told anything',
    () => ({
      postMessage() {
        throw new Error('It cannot be cloned.');
      },
      terminate: () => undefined,
    }),
  ],
  [
    'fails to load',
    (_: () => void, onFailure: () => void) => {
      setTimeout(onFailure, 1);
      return { postMessage: () => undefined, terminate: () => undefined };
    },
  ],
] as const)('a helper that %s is not asked again', async (_, start) => {
  const tried = vi.fn<StartHelper>(start);
  const some = checked(tried);
  for (const seed of [1, 2, 3]) {
    for (let epoch = 0; epoch < 100; epoch++) expect(some.ask(100, seed, epoch)).toBe(false);
    await rest(5);
  }
  expect(tried).toHaveBeenCalledOnce();
});

it('one that never comes changes nothing', () => {
  const some = checked(() => ({ postMessage: () => undefined, terminate: () => undefined }));
  for (let epoch = 0; epoch < 300; epoch++) expect(some.ask(100, 1, epoch)).toBe(false);
});

/** Resolves when a helper's thread has ended. */
const exitOf = (worker: HelperWorker | undefined): Promise<unknown> =>
  new Promise((resolve) => (worker as (HelperWorker & Worker) | undefined)?.once('exit', resolve));

it('at rest it costs nothing, and is ended all the same', async () => {
  const some = checked();
  await askUntil(some, 100);
  let idle = 1;
  // A ring is filled at first; a helper that looked for work would use all of the time, every time.
  for (let looks = 0; looks < 50 && idle > 0.05; looks++) {
    const [before, since] = [process.cpuUsage(), performance.now()];
    await rest(100);
    const { user, system } = process.cpuUsage(before);
    idle = (user + system) / 1000 / (performance.now() - since);
  }
  expect(idle).toBeLessThanOrEqual(0.05);
  const exit = exitOf(some.workers[0]);
  some.dispose();
  await exit;
});

it.each([1, 2])('an executor that may have %i threads has the same orders, and a helper for them from two on', async (threads) => {
  const opened = await openWasm(threads);
  const startOrderHelper = vi.fn(opened.startOrderHelper);
  const executor = createExecutor({ ...opened, startOrderHelper });
  await executor.load(lineProgram());
  const early = new Float32Array(4000);
  for (let epoch = 0; epoch < 6400; epoch++) {
    if (epoch === 64) expect(startOrderHelper).not.toHaveBeenCalled();
    executor.fillOrder?.(early, 1, stream.order, epoch);
  }
  const orders = Array.from({ length: 300 }, () => new Float32Array(4000));
  for (const [index, order] of orders.entries()) {
    if (index % 50 === 0) await rest(5);
    executor.fillOrder?.(order, 1, stream.order, 6400 + index);
  }
  const expected = new Float32Array(4000);
  for (const [index, order] of orders.entries()) {
    fillOrder(expected, 1, stream.order, 6400 + index);
    expect(order.findIndex((example, place) => example !== expected[place])).toBe(-1);
  }
  expect(startOrderHelper).toHaveBeenCalledTimes(threads - 1);
  const exits = startOrderHelper.mock.results.map(({ value }) => exitOf(value as HelperWorker));
  executor.dispose();
  await Promise.all(exits);
});
