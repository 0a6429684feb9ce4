/** Feeds of single steps out of columns, for executors that take steps one by one. */
import type { Feed, FeedColumns, Feeds } from './executor.ts';

/** True for feeds as columns. */
export function areColumns(feeds: Feeds): feeds is FeedColumns {
  return 'firstStep' in feeds;
}

/** The feed of step `index` of some columns; its tensors are views of theirs. */
export function feedAt({ firstStep, length, scalars, tensors, lasting }: FeedColumns, index: number): Feed {
  const single: Record<string, number> = {};
  for (const [name, column] of Object.entries(scalars)) single[name] = typeof column === 'number' ? column : (column[index] ?? Number.NaN);
  const pieces = Object.entries(tensors).map(([name, values]): [string, Float32Array] => {
    const size = values.length / length;
    return [name, values.subarray(index * size, (index + 1) * size)];
  });
  return { step: firstStep + index, scalars: single, tensors: { ...lasting, ...Object.fromEntries(pieces) } };
}

/** All feeds, one by one. */
export function feedList(feeds: Feeds): readonly Feed[] {
  return areColumns(feeds) ? Array.from({ length: feeds.length }, (_, index) => feedAt(feeds, index)) : feeds;
}
