/** The order of an epoch from the kernels, against that of JavaScript, number for number. */
import { expect, it } from 'vitest';
import { fillOrder, stream } from '../../shared/random.ts';
import { lineProgram } from '../testing-programs.ts';
import { createExecutor } from './executor.ts';
import { openWasm } from './open.ts';

it('draws the same order, also after another and of any length', async () => {
  const executor = createExecutor(await openWasm());
  await executor.load(lineProgram());
  // Among so many as in the last, some keys begin with the same 32 bits.
  for (const count of [1, 2, 3, 7, 8, 9, 64, 65, 1000, 31, 4999, 300_000])
    for (const [seed, epoch] of [
      [0, 0],
      [7, 3],
      [2 ** 32 - 1, 2 ** 31 + 5],
    ] as const) {
      const [own, expected] = [new Float32Array(count), new Float32Array(count)];
      executor.fillOrder?.(own, seed, stream.order, epoch);
      fillOrder(expected, seed, stream.order, epoch);
      expect(own.findIndex((index, place) => index !== expected[place])).toBe(-1);
    }
});
