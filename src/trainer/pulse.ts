/** Tells from the time of the last sign of life whether a worker is alive, busy or silent. Times in milliseconds. */

/** How the worker seems: answering, late, or given up on. */
export type PulseState = 'alive' | 'busy' | 'silent';

const busyAfter = 2000;
const silentAfter = 15_000;
/** A check that comes this late means that this page slept, not the worker. */
const sleptAfter = 4000;

/** Judges by when the last answer came. Times are in milliseconds. */
export class Pulse {
  private state: PulseState = 'alive';
  private lastBeat: number;
  private lastCheck: number;

  private readonly changed: (state: PulseState) => void;

  constructor(now: number, changed: (state: PulseState) => void) {
    this.changed = changed;
    this.lastBeat = now;
    this.lastCheck = now;
  }

  /** A message came. */
  beat(now: number): void {
    this.lastBeat = now;
    this.become('alive');
  }

  /** Looks at the clock. `trustworthy`: the page itself was awake. */
  check(now: number, trustworthy: boolean): void {
    if (!trustworthy || now - this.lastCheck > sleptAfter) this.lastBeat = now;
    this.lastCheck = now;
    const quiet = now - this.lastBeat;
    if (quiet >= silentAfter) this.become('silent');
    else if (quiet >= busyAfter) this.become('busy');
  }

  reset(now: number): void {
    this.beat(now);
    this.lastCheck = now;
  }

  private become(state: PulseState): void {
    if (state === this.state) return;
    this.state = state;
    this.changed(state);
  }
}
