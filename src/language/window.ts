/**
 * What of a text a model sees before it says what comes next, when the text is longer than its context.
 *
 * Idea: a pure function of how many tokens there are, so that a text goes on in the same way whether it was given or generated, at once or in
 * parts. A model that is full keeps the last half of its context, which it reads again from position 0, and goes on until it is full again: so
 * it sees between half of its context and all of it. Every position is one it was trained at, for learned and rotary positions alike, and the
 * reading again costs about one more token for each.
 */

/** The first token that is seen before token `length`; what is seen ends at `length` and has 1 … `capacity` tokens. */
export function windowStart(length: number, capacity: number): number {
  if (length <= capacity) return 0;
  const step = capacity - Math.floor(capacity / 2);
  return Math.ceil((length - capacity) / step) * step;
}
