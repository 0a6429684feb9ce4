/**
 * The pairs of neighbouring tokens in the words of a text, with how often each occurs and where it stands, kept up to date while pairs are
 * merged. All words lie in one row; a place that was merged into its left neighbour is skipped by the links and never looked at again.
 */
import { utf8Encode } from '../../shared/utf8.ts';
import { PairQueue } from './pair-queue.ts';

/** Two tokens that become one. */
export type Merge = readonly [left: number, right: number];

/** A pair that occurs once is no pattern. */
const leastCount = 2;
/** A pair as one number; tokens stay below. */
const base = 65_536;
const nowhere = -1;

/** Words as tokens; made of words with their counts, begins as bytes. */
export class WordPairs {
  private readonly tokens: Uint16Array;
  /** Next and previous place of the same word, or nowhere. */
  private readonly after: Int32Array;
  private readonly before: Int32Array;
  /** How often the word of a place occurs. */
  private readonly weights: Uint32Array;
  private readonly counts = new Map<number, number>();
  private readonly places = new Map<number, number[]>();
  private readonly queue = new PairQueue();

  constructor(words: ReadonlyMap<string, number>) {
    const encoded = Array.from(words, ([word, count]) => ({ bytes: utf8Encode(word), count }));
    const length = encoded.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.tokens = new Uint16Array(length);
    this.weights = new Uint32Array(length);
    this.after = Int32Array.from({ length }, (_, i) => i + 1);
    this.before = Int32Array.from({ length }, (_, i) => i - 1);
    let at = 0;
    for (const { bytes, count } of encoded) {
      const end = at + bytes.length;
      this.tokens.set(bytes, at);
      this.weights.fill(count, at, end);
      this.before[at] = nowhere;
      this.after[end - 1] = nowhere;
      at = end;
    }
    for (let place = 0; place < length; place++) this.meet(place);
    for (const [pair, count] of this.counts) this.queue.push(pair, count);
  }

  /** The commonest pair; of several the one with the smaller tokens. Undefined when none occurs twice. */
  commonest(): Merge | undefined {
    for (let first = this.queue.pop(); first; first = this.queue.pop()) {
      const count = this.counts.get(first.pair) ?? 0;
      if (count < leastCount) continue;
      if (count === first.count) return [Math.floor(first.pair / base), first.pair % base];
      this.queue.push(first.pair, count);
    }
    return undefined;
  }

  /** Makes the token `made` of every such pair, from left to right; answers how many places were looked at. */
  merge([left, right]: Merge, made: number): number {
    const pair = left * base + right;
    const places = this.places.get(pair) ?? [];
    const met = new Set<number>();
    for (const place of places) {
      const next = this.after[place]!;
      if (next === nowhere || this.tokens[place] !== left || this.tokens[next] !== right) continue;
      const previous = this.before[place]!;
      if (previous !== nowhere) this.part(previous);
      this.part(place);
      this.part(next);
      this.tokens[place] = made;
      this.link(place, this.after[next]!);
      // No pair is looked for at a place that is gone.
      this.after[next] = nowhere;
      if (previous !== nowhere) met.add(this.meet(previous));
      met.add(this.meet(place));
    }
    this.places.delete(pair);
    this.counts.delete(pair);
    for (const key of met) if (key !== nowhere) this.queue.push(key, this.counts.get(key) ?? 0);
    return places.length;
  }

  private link(place: number, next: number): void {
    this.after[place] = next;
    if (next !== nowhere) this.before[next] = place;
  }

  /** Number of the pair that begins at a place, or nowhere. */
  private pairAt(place: number): number {
    const next = this.after[place]!;
    return next === nowhere ? nowhere : this.tokens[place]! * base + this.tokens[next]!;
  }

  /** Counts the pair that begins at a place, and notes the place. */
  private meet(place: number): number {
    const pair = this.pairAt(place);
    if (pair === nowhere) return nowhere;
    this.counts.set(pair, (this.counts.get(pair) ?? 0) + this.weights[place]!);
    const places = this.places.get(pair);
    if (places) places.push(place);
    else this.places.set(pair, [place]);
    return pair;
  }

  /** Counts the pair that begins at a place no more. */
  private part(place: number): void {
    const pair = this.pairAt(place);
    if (pair !== nowhere) this.counts.set(pair, (this.counts.get(pair) ?? 0) - this.weights[place]!);
  }
}
