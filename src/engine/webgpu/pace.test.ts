/** The pace of submissions: it grows to what takes about 10 ms, by leaps of four at most, and falls at once. */
import { expect, it } from 'vitest';
import { createPace } from './pace.ts';

it('grows in leaps until a submission takes about 10 ms, and falls at once', () => {
  const pace = createPace();
  const found: number[] = [];
  for (let i = 0; i < 6; i++) {
    pace.learn(pace.steps, pace.steps * 0.1);
    found.push(pace.steps);
  }
  expect(found).toEqual([4, 16, 64, 100, 100, 100]);
  pace.learn(100, 1000);
  expect(pace.steps).toBe(1);
});

it('never submits less than a step, however long one takes', () => {
  const pace = createPace();
  pace.learn(1, 5_000);
  expect(pace.steps).toBe(1);
});
