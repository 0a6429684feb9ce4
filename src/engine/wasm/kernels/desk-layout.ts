/**
 * Byte offsets on the desk, in three lines of the cache: ticket and slices left, job, session, whether a helper broke; slices not yet done, whether the
 * calling thread sleeps, slices that helpers did; bell and sleepers. Plain numbers, so that tests read them as well.
 */
export const stateAt = 0;
export const jobAt = 8;
export const sessionAt = 12;
export const brokenAt = 16;
export const pendingAt = 64;
export const callerSleepsAt = 68;
export const helpedAt = 72;
export const bellAt = 128;
export const sleepersAt = 132;
/** In a line of its own: seed and step (`random.ts`). */
export const momentAt = 192;

/** Bits of the state that count slices; the others are the ticket. */
export const sliceBits = 8;
