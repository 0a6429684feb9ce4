/** When something that costs time may be done again: not before an interval, and within a share of all time. */
export class Throttle {
  private next = 0;

  private readonly interval: number;
  private readonly share: number;

  constructor(interval: number, share: number) {
    this.interval = interval;
    this.share = share;
  }

  ready(now: number): boolean {
    return now >= this.next;
  }

  /** It was done at `now` and took `cost` seconds. */
  done(now: number, cost: number): void {
    this.next = now + Math.max(this.interval, cost / this.share);
  }
}
