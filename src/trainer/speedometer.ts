/**
 * Steps a second of late: all steps over all time of the last second or so, and of the last turns where these take longer. Not a mean of rates, in which a step that
 * took an instant after a long wait would count as much as the wait.
 */

/** Seconds that are looked back on, at least. */
const window = 1;

/** Turns that are looked back on, at least: one that holds an evaluation of seconds may not stand for all. */
const fewest = 10;

/** Steps per second over the recent past. */
export class Speedometer {
  private readonly pieces: { readonly steps: number; readonly seconds: number }[] = [];
  private steps = 0;
  private seconds = 0;

  /** `steps` took `seconds`, waiting included. */
  add(steps: number, seconds: number): void {
    this.pieces.push({ steps, seconds });
    this.steps += steps;
    this.seconds += seconds;
    for (
      let oldest = this.pieces[0];
      oldest && this.pieces.length > fewest && this.seconds - oldest.seconds >= window;
      oldest = this.pieces[0]
    ) {
      this.pieces.shift();
      this.steps -= oldest.steps;
      this.seconds -= oldest.seconds;
    }
  }

  /** 0 before anything was measured. */
  get perSecond(): number {
    return this.seconds > 0 ? this.steps / this.seconds : 0;
  }
}
