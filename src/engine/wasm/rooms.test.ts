/** Working memory of threads that are at different instructions at once: nobody's room reaches into another's. */
import { expect, it } from 'vitest';
import { createRooms } from './rooms.ts';

const threads = 3;

/** As `Residents` gives it: one piece of memory for all, from the next free address if it must be larger. */
function memory(): { readonly scratch: (floats: number) => number; readonly frame: (key: string, floats: number) => number } {
  let [free, at, length] = [4096, 0, -1];
  return {
    scratch(floats) {
      if (floats > length) [at, length, free] = [free, floats, free + 4 * floats];
      return at;
    },
    frame: () => 0,
  };
}

it('of instructions side by side are all as large as the largest', () => {
  const sizes = [100, 1000, 7];
  const { scratch, roomBytes, together } = createRooms(memory(), threads);
  const rooms = together(() =>
    sizes.map((floats) => {
      const begin = scratch(floats);
      return Array.from({ length: threads }, (_, thread) => begin + thread * roomBytes(begin)).map(
        (from) => [from, from + 4 * floats] as const,
      );
    }),
  );
  for (const [one, its] of rooms.entries())
    for (const others of rooms.slice(one + 1))
      for (const [thread, [from, to]] of its.entries())
        for (const [other, [begin, end]] of others.entries()) if (other !== thread) expect(to <= begin || end <= from).toBe(true);
  // Alone again, an instruction takes what it needs.
  expect(roomBytes(scratch(7))).toBeLessThan(roomBytes(scratch(1000)));
});
