/**
 * Numbers by name over consecutive steps, of which most stay what they are: a name has a column only from where it first changes, and what
 * stays is not written again.
 */

/** The values of one name. */
interface Track {
  value: number;
  /** The step from which `value` holds. */
  since: number;
  column: Float64Array | undefined;
}

/** Takes in numbers step by step, in order. */
export class ScalarColumns {
  private readonly tracks = new Map<string, Track>();
  private readonly steps: number;

  constructor(steps: number) {
    this.steps = steps;
  }

  /** From step `index` on these hold, until told otherwise. A name that is new after step 0 is NaN before. */
  from(index: number, values: Readonly<Record<string, number>>): void {
    for (const name in values) this.change(name, index, values[name] ?? Number.NaN);
  }

  /** One number for all steps, or one for each. */
  finish(): Record<string, number | Float64Array> {
    const columns: Record<string, number | Float64Array> = {};
    for (const [name, { value, since, column }] of this.tracks) columns[name] = column?.fill(value, since) ?? value;
    return columns;
  }

  private change(name: string, index: number, value: number): void {
    const track = this.tracks.get(name);
    if (track === undefined) {
      const column = index > 0 ? new Float64Array(this.steps).fill(Number.NaN, 0, index) : undefined;
      this.tracks.set(name, { value, since: index, column });
    } else if (!Object.is(track.value, value)) {
      track.column ??= new Float64Array(this.steps);
      // A call costs more than a number.
      if (track.since + 1 === index) track.column[track.since] = track.value;
      else track.column.fill(track.value, track.since, index);
      track.value = value;
      track.since = index;
    }
  }
}
