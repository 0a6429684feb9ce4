/** Working memory of single instructions, once for each thread: threads do slices of the same instruction at once, or are at different ones. */
import { floatBytes } from './layout.ts';
import type { Residents } from './residents.ts';

/** Memory as `Residents` gives it, so many times over. */
export interface Rooms extends Pick<Residents, 'scratch' | 'frame'> {
  /** Bytes from one thread's room to the next one's, for the room that was given last at this address. */
  readonly roomBytes: (address: number) => number;
  /**
   * Asks for rooms of instructions that threads are at side by side, which must not reach into those of others: each is as large as the largest. `ask`
   * is called twice.
   */
  readonly together: <Result>(ask: () => Result) => Result;
}

/** Rooms for `threads` threads. */
export function createRooms({ scratch, frame }: Pick<Residents, 'scratch' | 'frame'>, threads: number): Rooms {
  const strides = new Map<number, number>();
  // Whole vectors may be read past the end of a room, and whole lines of the cache belong to one thread.
  const padded = (floats: number): number => (threads === 1 ? floats : 16 * Math.ceil((floats + 16) / 16));
  let [least, largest] = [0, 0];
  const noted = (address: number, floats: number): number => {
    strides.set(address, padded(floats) * floatBytes);
    return address;
  };
  return {
    scratch(wanted) {
      largest = Math.max(largest, wanted);
      const floats = Math.max(least, wanted);
      return noted(scratch(padded(floats) * threads), floats);
    },
    frame: (key, floats) => noted(frame(key, padded(floats) * threads), floats),
    roomBytes: (address) => strides.get(address) ?? 0,
    together(ask) {
      largest = 0;
      ask();
      least = largest;
      const result = ask();
      least = 0;
      return result;
    },
  };
}
