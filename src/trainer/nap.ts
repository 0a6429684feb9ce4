/** Waiting that can be broken off: what the trainer's loop does between two turns. */

/** One sleeper. */
export class Nap {
  private end: () => void = () => undefined;

  /** Resolves when the rest is over, or sooner when woken. */
  async during(rest: Promise<void>): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.end = resolve));
    await Promise.race([rest, woken]);
    this.end = () => undefined;
  }

  /** Ends the nap under way, if there is one. */
  wake(): void {
    this.end();
  }
}
