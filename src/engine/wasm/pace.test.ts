/** When helpers are asked: by what steps took, and again from time to time. */
import { expect, it } from 'vitest';
import { createPace } from './pace.ts';

/** Runs of which one step takes so many milliseconds with help and without; answers how many of the last `count` were helped. */
function helpedOf(runs: readonly { readonly count: number; readonly helped: number; readonly alone: number }[]): readonly number[] {
  const pace = createPace();
  return runs.map(({ count, helped, alone }) => {
    let total = 0;
    for (let run = 0; run < count; run++) {
      const isHelped = pace.isHelped();
      total += Number(isHelped);
      pace.note(isHelped ? helped : alone);
    }
    return total;
  });
}

it('begins with help and keeps to it while it is faster, with rare trials', () => {
  expect(createPace().isHelped()).toBe(true);
  const [total = 0] = helpedOf([{ count: 2000, helped: 1, alone: 2 }]);
  expect(total).toBeLessThan(2000);
  expect(total).toBeGreaterThan(1970);
});

it('goes without help where that is faster, and comes back when it no longer is', () => {
  const [, slow = 0, , fast = 0] = helpedOf([
    { count: 40, helped: 3, alone: 2 },
    { count: 100, helped: 3, alone: 2 },
    { count: 600, helped: 1, alone: 2 },
    { count: 100, helped: 1, alone: 2 },
  ]);
  expect(slow).toBeLessThan(16);
  expect(fast).toBeGreaterThan(84);
});

it('is not misled by single runs that were held up', () => {
  const pace = createPace();
  let helped = 0;
  for (let run = 0; run < 1000; run++) {
    const isHelped = pace.isHelped();
    helped += Number(isHelped);
    // Every fifth run waits for something else.
    pace.note((isHelped ? 1 : 2) + (run % 5 === 0 ? 10 : 0));
  }
  expect(helped).toBeGreaterThan(960);
});
