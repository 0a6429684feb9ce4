/** Places buffers in one stretch of memory so that two share bytes only if they are never needed at the same time. */

/** A buffer by the moments between which it holds something, both included. */
export interface Buffer {
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

/** Buffers begin at multiples of this. */
const alignment = 64;

/** Offsets of the buffers, and the length of the stretch: each goes, in order of time, to the lowest gap that is free while it is needed. */
export function arrange(buffers: readonly Buffer[]): { readonly offsets: readonly number[]; readonly bytes: number } {
  const offsets = new Array<number>(buffers.length).fill(0);
  const order = buffers.map((_, index) => index).sort((a, b) => (buffers[a]?.from ?? 0) - (buffers[b]?.from ?? 0) || a - b);
  let active: { index: number; begin: number; end: number }[] = [];
  let bytes = 0;
  for (const index of order) {
    const buffer = buffers[index];
    if (buffer === undefined) continue;
    active = active.filter((other) => (buffers[other.index]?.to ?? 0) >= buffer.from);
    const size = Math.ceil(buffer.bytes / alignment) * alignment;
    let begin = 0;
    let at = 0;
    for (; at < active.length; at++) {
      const other = active[at];
      if (other === undefined || begin + size <= other.begin) break;
      begin = other.end;
    }
    active.splice(at, 0, { index, begin, end: begin + size });
    offsets[index] = begin;
    bytes = Math.max(bytes, begin + size);
  }
  return { offsets, bytes };
}
