/** How many steps go down in one submission: as many as take about ten milliseconds, so that the page can draw and a command waits no longer. */

/** Milliseconds. */
const target = 10;
/** Submissions under way at most: one that runs and one that waits for it. */
const mostUnderWay = 2;
/** How much more than the last at most. */
const growth = 2;

/** Counts and times submissions. */
export class Pace {
  private present = 1;
  private readonly underWay: Promise<void>[] = [];
  private lastDone = 0;

  /** Steps of the next submission. */
  get steps(): number {
    return this.present;
  }

  /** Resolves when another submission may go down; `wait` is how one waits for the device. */
  async turn(wait: (promise: Promise<void>) => Promise<void>): Promise<void> {
    while (this.underWay.length >= mostUnderWay) {
      const first = this.underWay.shift();
      if (first !== undefined) await wait(first);
    }
  }

  /** `steps` steps were just submitted. */
  submitted(steps: number, queue: GPUQueue): void {
    const at = performance.now();
    const done = queue.onSubmittedWorkDone().then(
      () => {
        this.done(steps, at);
      },
      // A lost device is reported where results are waited for.
      () => undefined,
    );
    this.underWay.push(done);
    if (this.underWay.length > mostUnderWay) void this.underWay.shift();
  }

  private done(steps: number, submitted: number): void {
    const now = performance.now();
    const perStep = (now - Math.max(submitted, this.lastDone)) / steps;
    this.lastDone = now;
    this.present = Math.max(1, Math.min(growth * Math.max(this.present, 1), Math.floor(target / Math.max(perStep, 1e-3))));
  }
}
