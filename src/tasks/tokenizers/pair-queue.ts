/**
 * The commonest pair first: a binary heap of (count, pair). Entries are not moved when a count falls; who takes one out compares it with
 * the count of the day and puts it back if that is smaller. Among equal counts the pair with the smaller number comes first.
 */

/** A heap whose first is the pair with the highest count. */
export class PairQueue {
  private readonly counts: number[] = [];
  private readonly pairs: number[] = [];

  get length(): number {
    return this.pairs.length;
  }

  push(pair: number, count: number): void {
    let at = this.pairs.length;
    this.pairs.push(pair);
    this.counts.push(count);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.isBefore(at, above)) return;
      this.swap(at, above);
      at = above;
    }
  }

  /** Takes out the first; undefined when there is none. */
  pop(): { readonly pair: number; readonly count: number } | undefined {
    const last = this.pairs.length - 1;
    if (last < 0) return undefined;
    this.swap(0, last);
    const first = { pair: this.pairs.pop()!, count: this.counts.pop()! };
    let at = 0;
    for (;;) {
      let next = 2 * at + 1;
      if (next >= last) return first;
      if (next + 1 < last && this.isBefore(next + 1, next)) next++;
      if (!this.isBefore(next, at)) return first;
      this.swap(at, next);
      at = next;
    }
  }

  private isBefore(a: number, b: number): boolean {
    return this.counts[a]! > this.counts[b]! || (this.counts[a] === this.counts[b] && this.pairs[a]! < this.pairs[b]!);
  }

  private swap(a: number, b: number): void {
    [this.counts[a], this.counts[b]] = [this.counts[b]!, this.counts[a]!];
    [this.pairs[a], this.pairs[b]] = [this.pairs[b]!, this.pairs[a]!];
  }
}
