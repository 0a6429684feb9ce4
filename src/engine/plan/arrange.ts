/** Places buffers in one stretch of memory so that two share bytes only if they are never needed at the same time. */

/** A buffer by the moments between which it holds something, both included. */
export interface Buffer {
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

/** From one byte to before another. */
interface Stretch {
  begin: number;
  end: number;
}

/** Buffers begin at multiples of this. */
const alignment = 64;

/** Offsets of the buffers, and the length of the stretch: each goes, in order of time, to the lowest gap that is free while it is needed. */
export function arrange(buffers: readonly Buffer[]): { readonly offsets: readonly number[]; readonly bytes: number } {
  const placed = buffers.map((): Stretch => ({ begin: 0, end: 0 }));
  const byMoment = (moment: 'from' | 'to'): number[] =>
    buffers.map((_, index) => index).sort((a, b) => (buffers[a]?.[moment] ?? 0) - (buffers[b]?.[moment] ?? 0) || a - b);
  const ending = byMoment('to');
  const gaps = new Gaps();
  let ended = 0;
  let bytes = 0;
  for (const index of byMoment('from')) {
    const buffer = buffers[index];
    if (buffer === undefined) continue;
    for (let next = ending[ended]; next !== undefined && (buffers[next]?.to ?? 0) < buffer.from; next = ending[++ended])
      gaps.give(placed[next] ?? { begin: 0, end: 0 });
    const stretch = gaps.take(Math.ceil(buffer.bytes / alignment) * alignment);
    placed[index] = stretch;
    bytes = Math.max(bytes, stretch.end);
  }
  return { offsets: placed.map(({ begin }) => begin), bytes };
}

/** What is free, from the lowest gap up; no two touch, and the last has no end. There are few, however many buffers lie between them. */
class Gaps {
  private readonly list: Stretch[] = [{ begin: 0, end: Number.POSITIVE_INFINITY }];

  /** Takes a stretch of so many bytes from the lowest gap that is large enough. */
  take(size: number): Stretch {
    const at = this.list.findIndex(({ begin, end }) => end - begin >= size);
    const gap = this.list[at]!;
    const begin = gap.begin;
    gap.begin += size;
    if (gap.begin === gap.end) this.list.splice(at, 1);
    return { begin, end: begin + size };
  }

  /** Makes a stretch free again. */
  give({ begin, end }: Stretch): void {
    if (begin === end) return;
    const at = this.list.findIndex((gap) => gap.begin >= end);
    const [below, above] = [this.list[at - 1], this.list[at]];
    const lower = below?.end === begin ? below : undefined;
    const upper = above?.begin === end ? above : undefined;
    const joined = { begin: lower?.begin ?? begin, end: upper?.end ?? end };
    this.list.splice(at - Number(lower !== undefined), Number(lower !== undefined) + Number(upper !== undefined), joined);
  }
}
