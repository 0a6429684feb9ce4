/** The module that measures the roof: it must be valid, and its loop must do what is counted. */
import { expect, it } from 'vitest';
import { measureRoof, roofModule } from './roof.ts';

it('makes as many multiply-adds as are counted, on every accumulator', async () => {
  const { instance } = await WebAssembly.instantiate(roofModule(false));
  const run = instance.exports['run'] as (rounds: number) => number;
  // a ← a/2 + 1/4 from 1/4, eight times a round, tends to 1/2; the sum is over twelve.
  const after = (steps: number) => 0.5 - 0.25 * 0.5 ** steps;
  expect(run(1)).toBeCloseTo(12 * after(8), 5);
  expect(run(2)).toBeCloseTo(12 * after(16), 5);
});

it('measures a speed that a processor can have', async () => {
  const { simd } = await measureRoof();
  expect(simd).toBeGreaterThan(0.5);
  expect(simd).toBeLessThan(500);
});
