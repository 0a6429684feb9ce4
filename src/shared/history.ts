/**
 * Curves of any length at bounded memory: minimum, maximum and mean per bucket, and the most recent entries exactly.
 *
 * Idea: buckets of equal width in entries. When they are used up, neighbours are joined in pairs and the width doubles;
 * so memory is fixed, no extreme is lost, and what is kept depends on the entries alone, never on how they were handed over.
 * Non-finite values are left out: they cannot poison a mean.
 */

/** Where an entry lies on each of the axes that a chart may use. */
export interface HistoryPositions {
  readonly step: Float64Array;
  readonly epoch: Float64Array;
  readonly examples: Float64Array;
  readonly seconds: Float64Array;
}

/** One stream, reduced. A bucket without any finite entry is NaN in all three. */
export interface HistoryBand {
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

/** All streams reduced to the same buckets; `at` is the position of the last entry of each bucket. */
export interface HistoryCurves<Stream extends string> {
  readonly at: HistoryPositions;
  readonly streams: Readonly<Record<Stream, HistoryBand>>;
}

/** Columns of equal length, one value per entry. */
export type HistoryColumns<Stream extends string> = HistoryPositions & Readonly<Record<Stream, Float64Array>>;

/** Plain data that survives a structured clone. */
export interface SerializedHistory {
  readonly format: string;
  readonly streams: readonly string[];
  readonly capacity: number;
  readonly width: number;
  readonly length: number;
  readonly positions: Readonly<Record<string, Float64Array>>;
  readonly buckets: Readonly<Record<string, Buckets>>;
  readonly recentCapacity: number;
  readonly recent: Readonly<Record<string, Float64Array>>;
}

interface Buckets {
  readonly sum: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly finite: Float64Array;
}

/** More buckets, or recent entries, than any history keeps. */
const largestCapacity = 65_536;

const axes = ['step', 'epoch', 'examples', 'seconds'] as const;

function emptyBuckets(capacity: number): Buckets {
  return {
    sum: new Float64Array(capacity),
    min: new Float64Array(capacity).fill(Infinity),
    max: new Float64Array(capacity).fill(-Infinity),
    finite: new Float64Array(capacity),
  };
}

function need<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new TypeError(`history has no column "${name}"`);
  return value;
}

/** Adds entries `from` to `to` of a column; entry `from` is number `index` of the whole history. */
function accumulate(buckets: Buckets, column: Float64Array, from: number, to: number, index: number, width: number): void {
  const { sum, min, max, finite } = buckets;
  let bucket = Math.floor(index / width);
  let room = width - (index - bucket * width);
  for (let row = from; row < to; bucket++, room = width) {
    const end = Math.min(to, row + room);
    // Numbers of one bucket in variables: by way of memory each would wait for the one before.
    let total = sum[bucket]!;
    let count = finite[bucket]!;
    let low = min[bucket]!;
    let high = max[bucket]!;
    for (; row < end; row++) {
      const value = column[row]!;
      // True for finite numbers only: Infinity − Infinity and NaN − NaN are NaN.
      if (value - value === 0) {
        total += value;
        count++;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    sum[bucket] = total;
    finite[bucket] = count;
    min[bucket] = low;
    max[bucket] = high;
  }
}

/** Joins neighbouring buckets in pairs, in place; the freed half is made empty. */
function halve({ sum, min, max, finite }: Buckets): void {
  const half = sum.length / 2;
  for (let bucket = 0; bucket < half; bucket++) {
    const [left, right] = [2 * bucket, 2 * bucket + 1];
    sum[bucket] = sum[left]! + sum[right]!;
    finite[bucket] = finite[left]! + finite[right]!;
    min[bucket] = Math.min(min[left]!, min[right]!);
    max[bucket] = Math.max(max[left]!, max[right]!);
  }
  sum.fill(0, half);
  finite.fill(0, half);
  min.fill(Infinity, half);
  max.fill(-Infinity, half);
}

/** Reduces `used` buckets to groups of `group`. */
function reduceBuckets({ sum, min, max, finite }: Buckets, used: number, group: number): HistoryBand {
  const points = Math.ceil(used / group);
  const band = { mean: new Float64Array(points), min: new Float64Array(points), max: new Float64Array(points) };
  for (let point = 0; point < points; point++) {
    let [total, count, low, high] = [0, 0, Infinity, -Infinity];
    for (let bucket = point * group; bucket < Math.min(used, (point + 1) * group); bucket++) {
      total += sum[bucket]!;
      count += finite[bucket]!;
      low = Math.min(low, min[bucket]!);
      high = Math.max(high, max[bucket]!);
    }
    band.mean[point] = count > 0 ? total / count : NaN;
    band.min[point] = count > 0 ? low : NaN;
    band.max[point] = count > 0 ? high : NaN;
  }
  return band;
}

/** Whether plain data, from a file perhaps, is what `serialize` gives for these streams. */
function isSerialized(data: SerializedHistory, streams: readonly string[]): boolean {
  const { format, capacity, width, length, recentCapacity } = data;
  const isSize = (value: unknown, most: number) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most;
  const sizes = isSize(capacity, largestCapacity) && isSize(recentCapacity, largestCapacity) && isSize(width, 2 ** 40);
  if (format !== 'history-1' || !sizes || !isSize(length, capacity * width)) return false;
  const columns = [
    ...axes.map((axis) => [data.positions[axis], capacity] as const),
    ...streams.flatMap((stream) =>
      (['sum', 'min', 'max', 'finite'] as const).map((part) => [data.buckets[stream]?.[part], capacity] as const),
    ),
    ...[...axes, ...streams].map((name) => [data.recent[name], recentCapacity] as const),
  ];
  const names = [data.streams, Object.keys(data.buckets)].every((own) => own.length === streams.length);
  return names && columns.every(([column, size]) => column instanceof Float64Array && column.length === size);
}

/** The multi-resolution store. `capacity` (even): buckets kept; `recent`: newest entries kept exactly. */
export class History<Stream extends string> {
  readonly #streams: readonly Stream[];
  readonly #capacity: number;
  readonly #recentCapacity: number;
  readonly #positions: Record<string, Float64Array> = {};
  readonly #buckets: Record<string, Buckets> = {};
  readonly #recent: Record<string, Float64Array> = {};
  #width = 1;
  #length = 0;

  constructor(streams: readonly Stream[], options: { readonly capacity?: number; readonly recent?: number } = {}) {
    this.#streams = [...streams];
    this.#capacity = options.capacity ?? 1024;
    this.#recentCapacity = options.recent ?? 256;
    if (this.#capacity < 2 || this.#capacity % 2 !== 0) throw new RangeError('history capacity must be even');
    for (const axis of axes) this.#positions[axis] = new Float64Array(this.#capacity);
    for (const stream of this.#streams) this.#buckets[stream] = emptyBuckets(this.#capacity);
    for (const name of [...axes, ...this.#streams]) this.#recent[name] = new Float64Array(this.#recentCapacity);
  }

  /** Entries appended so far. */
  get length(): number {
    return this.#length;
  }

  /** Appends columns of equal length. Millions of rows a second; nothing is allocated. */
  append(columns: HistoryColumns<Stream>): void {
    const rows = columns.step.length;
    for (const name of [...axes, ...this.#streams]) {
      if (columns[name].length !== rows) throw new RangeError(`history column "${name}" has another length`);
    }
    this.#remember(columns, rows);
    for (let from = 0; from < rows;) {
      if (this.#length === this.#capacity * this.#width) this.#widen();
      const to = Math.min(rows, from + this.#capacity * this.#width - this.#length);
      for (const axis of axes) this.#place(axis, columns[axis], from, to);
      for (const stream of this.#streams) {
        accumulate(need(this.#buckets[stream], stream), columns[stream], from, to, this.#length, this.#width);
      }
      this.#length += to - from;
      from = to;
    }
  }

  /** At most `points` buckets over the whole history; group widths are powers of two, so that a growing curve stays put. */
  reduce(points: number): HistoryCurves<Stream> {
    const used = Math.ceil(this.#length / this.#width);
    let group = 1;
    while (Math.ceil(used / group) > points) group *= 2;
    const at = Object.fromEntries(axes.map((axis) => [axis, this.#lastOfGroups(axis, used, group)]));
    const streams = Object.fromEntries(this.#streams.map((s) => [s, reduceBuckets(need(this.#buckets[s], s), used, group)]));
    return { at: at as unknown as HistoryPositions, streams: streams as Record<Stream, HistoryBand> };
  }

  /** The newest entries exactly, oldest first. */
  recent(): HistoryColumns<Stream> {
    const kept = Math.min(this.#length, this.#recentCapacity);
    const start = (this.#length - kept) % Math.max(1, this.#recentCapacity);
    const unroll = (name: string): Float64Array => {
      const ring = need(this.#recent[name], name);
      const column = new Float64Array(kept);
      for (let row = 0; row < kept; row++) column[row] = ring[(start + row) % this.#recentCapacity]!;
      return column;
    };
    return Object.fromEntries([...axes, ...this.#streams].map((name) => [name, unroll(name)])) as unknown as HistoryColumns<Stream>;
  }

  /** A copy as plain data, for checkpoints. */
  serialize(): SerializedHistory {
    const copied = (columns: Readonly<Record<string, Float64Array>>): Record<string, Float64Array> =>
      Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.slice()]));
    return {
      format: 'history-1',
      streams: [...this.#streams],
      capacity: this.#capacity,
      width: this.#width,
      length: this.#length,
      positions: copied(this.#positions),
      buckets: Object.fromEntries(
        Object.entries(this.#buckets).map(([name, { sum, min, max, finite }]) => [
          name,
          { sum: sum.slice(), min: min.slice(), max: max.slice(), finite: finite.slice() },
        ]),
      ),
      recentCapacity: this.#recentCapacity,
      recent: copied(this.#recent),
    };
  }

  /** A history of these streams that goes on where `serialize` left off. Throws TypeError if it is not one of them. */
  static from<Stream extends string>(data: SerializedHistory, streams: readonly Stream[]): History<Stream> {
    if (!isSerialized(data, streams)) throw new TypeError('not a serialised history');
    const history = new History(streams, { capacity: data.capacity, recent: data.recentCapacity });
    history.#width = data.width;
    history.#length = data.length;
    for (const axis of axes) need(history.#positions[axis], axis).set(need(data.positions[axis], axis));
    for (const [name, ring] of Object.entries(history.#recent)) ring.set(need(data.recent[name], name));
    for (const [name, buckets] of Object.entries(history.#buckets)) {
      const kept = need(data.buckets[name], name);
      for (const part of ['sum', 'min', 'max', 'finite'] as const) buckets[part].set(kept[part]);
    }
    return history;
  }

  #remember(columns: HistoryColumns<Stream>, rows: number): void {
    const capacity = this.#recentCapacity;
    for (const name of [...axes, ...this.#streams]) {
      const ring = need(this.#recent[name], name);
      for (let row = Math.max(0, rows - capacity); row < rows; row++) ring[(this.#length + row) % capacity] = columns[name][row]!;
    }
  }

  /** Writes the position of the last entry of every bucket that rows `from` to `to` touch. */
  #place(axis: string, column: Float64Array, from: number, to: number): void {
    const positions = need(this.#positions[axis], axis);
    let row = from;
    while (row < to) {
      const index = this.#length + row - from;
      const bucket = Math.floor(index / this.#width);
      row = Math.min(to, row + (bucket + 1) * this.#width - index);
      positions[bucket] = column[row - 1]!;
    }
  }

  #widen(): void {
    for (const axis of axes) {
      const positions = need(this.#positions[axis], axis);
      for (let bucket = 0; bucket < this.#capacity / 2; bucket++) positions[bucket] = positions[2 * bucket + 1]!;
    }
    for (const stream of this.#streams) halve(need(this.#buckets[stream], stream));
    this.#width *= 2;
  }

  #lastOfGroups(axis: string, used: number, group: number): Float64Array {
    const positions = need(this.#positions[axis], axis);
    return Float64Array.from({ length: Math.ceil(used / group) }, (_, point) => positions[Math.min(used, (point + 1) * group) - 1]!);
  }
}
