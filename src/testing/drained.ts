/** Runs a generator to its end. */

/** What it returns, and what it yielded on the way. */
export function drained<Yield, Result>(
  generator: Generator<Yield, Result>,
): { readonly result: Result; readonly yielded: readonly Yield[] } {
  const yielded: Yield[] = [];
  let next = generator.next();
  while (!next.done) {
    yielded.push(next.value);
    next = generator.next();
  }
  return { result: next.value, yielded };
}
