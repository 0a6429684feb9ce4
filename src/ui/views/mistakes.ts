/** Which examples to show of many, and what was taken for what. */

/** Indices to show, at most `limit`: mistakes first, the surest before the unsure, then the right ones in their order. */
export function mistakesFirst(
  labels: Uint8Array,
  predicted: Uint8Array | undefined,
  probability: Float32Array | undefined,
  limit: number,
): number[] {
  const all = Array.from(labels, (_, i) => i);
  if (predicted === undefined) return all.slice(0, limit);
  const wrong = all.filter((i) => predicted[i] !== labels[i]).sort((a, b) => (probability?.[b] ?? 0) - (probability?.[a] ?? 0) || a - b);
  return [...wrong, ...all.filter((i) => predicted[i] === labels[i])].slice(0, limit);
}

/** Number of examples taken for another class. */
export function countMistakes(labels: Uint8Array, predicted: Uint8Array): number {
  return labels.reduce((count, label, i) => count + (label === predicted[i] ? 0 : 1), 0);
}

/** The most frequent mix-ups of a confusion matrix [true × predicted], in words: `4 taken for 9 (3 times)`. */
export function commonMistakes(confusion: Uint32Array, names: readonly string[], limit = 3): string[] {
  const size = names.length;
  return Array.from(confusion, (count, i) => ({ count, truth: Math.floor(i / size), taken: i % size }))
    .filter(({ count, truth, taken }) => count > 0 && truth !== taken)
    .sort((a, b) => b.count - a.count)
    .slice(0, limit)
    .map(
      ({ count, truth, taken }) =>
        `${names[truth] ?? truth} taken for ${names[taken] ?? taken} (${count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`})`,
    );
}
