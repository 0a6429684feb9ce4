/**
 * How many steps to train now, so that a run moves at its pace and the thread stays responsive.
 * Pace changes when steps are computed, never which.
 */

/** Longest time that one chunk should take, seconds: commands wait no longer than this. */
const chunkSeconds = 0.04;
/** Lag beyond this is forgiven, so that a slow machine does not chase a pace it cannot hold. */
const largestDebtSeconds = 0.25;

/** Says how many steps are due. Times are in seconds. */
export class Pacer {
  private secondsPerStep = 0;
  private origin = 0;
  private done = 0;

  private stepsPerSecond: number;
  private readonly least: number;

  /** `least`: seconds that a chunk should last, where asking for one costs as much as many steps. */
  constructor(stepsPerSecond: number, now: number, least = 0) {
    this.stepsPerSecond = stepsPerSecond;
    this.origin = now;
    this.least = least;
  }

  /** A new pace from now on (seconds). */
  setPace(stepsPerSecond: number, now: number): void {
    this.stepsPerSecond = stepsPerSecond;
    this.origin = now;
    this.done = 0;
  }

  /** Steps due at `now`, at most what fits in a chunk; 0 if it is too early. */
  due(now: number): number {
    const owed = this.owed(now);
    return owed < this.fewest() ? 0 : Math.min(this.affordable(), owed);
  }

  /** What a step costs is no longer known. */
  forget(): void {
    this.secondsPerStep = 0;
  }

  /** Largest chunk that keeps the thread responsive. */
  affordable(): number {
    return this.secondsPerStep === 0
      ? 1
      : Math.max(1, Math.min(100_000, Math.floor(Math.max(chunkSeconds, this.least) / this.secondsPerStep)));
  }

  /** Seconds until the next steps are due. */
  wait(now: number): number {
    return Math.max(0, this.origin + (this.done + this.fewest()) / this.stepsPerSecond - now);
  }

  /** `steps` were trained in `seconds` (undefined: in a time that says nothing), ending at `now`. */
  trained(steps: number, seconds: number | undefined, now: number): void {
    if (steps > 0 && seconds !== undefined) {
      const measured = seconds / steps;
      this.secondsPerStep = this.secondsPerStep === 0 ? measured : this.secondsPerStep * 0.7 + measured * 0.3;
    }
    this.done += steps;
    const late = (now - this.origin) * this.stepsPerSecond - this.done;
    if (late > this.stepsPerSecond * largestDebtSeconds) this.setPace(this.stepsPerSecond, now);
  }

  /** Steps that are worth a chunk. */
  private fewest(): number {
    return Math.max(1, Math.min(this.affordable(), Math.ceil(this.stepsPerSecond * this.least)));
  }

  private owed(now: number): number {
    return this.stepsPerSecond === Infinity ? Infinity : Math.floor((now - this.origin) * this.stepsPerSecond - this.done + 1e-9);
  }
}
