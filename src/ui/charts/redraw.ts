/**
 * When the page is redrawn: four to five times a second at most, one chart per task, only those in sight.
 *
 * Idea: redraws come in cycles. A cycle begins by showing the newest state, in a task of its own: all that is drawn in it is drawn of that
 * state, so that the numbers on the page agree. Then each chart that is dirty and in sight gets a task of its own, so that a click never waits
 * for more than one chart. Drawing takes at most a fifth of the time: the dearer a cycle, the later the next.
 */

/** A chart as the scheduler sees it. `draw` renders at once (synchronously). */
export interface Drawable {
  readonly draw: () => void;
  readonly visible: () => boolean;
}

/** Time and tasks, from outside, so that tests own them. */
export interface RedrawClock {
  readonly now: () => number;
  /** Runs in a later task, after `milliseconds`. */
  readonly later: (task: () => void, milliseconds: number) => void;
}

const shortest = 220;
const longest = 1760;
const share = 0.2;

/** Decides when which chart is drawn. */
export class RedrawScheduler {
  private readonly clock: RedrawClock;
  private readonly dirty = new Set<Drawable>();
  private readonly shows: (() => void)[] = [];
  private milliseconds = shortest;
  private due = 0;
  private state: 'resting' | 'waiting' | 'drawing' = 'resting';
  private wanted = false;
  private hurried = false;
  /** The newest timer; older ones find that they are not it. */
  private ticket = 0;

  constructor(clock: RedrawClock) {
    this.clock = clock;
  }

  /** Milliseconds from the beginning of a cycle to that of the next, at present. */
  get interval(): number {
    return this.milliseconds;
  }

  /** Has a chart drawn soon. One out of sight stays dirty; coming into sight it asks again. */
  request(chart: Drawable): void {
    this.dirty.add(chart);
    if (chart.visible()) this.schedule();
  }

  /** Takes a chart out for good. */
  forget(chart: Drawable): void {
    this.dirty.delete(chart);
  }

  /** There is something new to show: in the next cycle, or, if that is not to wait for its time, in one that begins now. */
  wake(atOnce: boolean): void {
    this.wanted = true;
    if (atOnce) {
      [this.hurried, this.due] = [true, 0];
      if (this.state === 'waiting') this.state = 'resting';
    }
    this.schedule();
  }

  /** Called at the beginning of each cycle, before anything is drawn: the one place where what is shown may change. */
  onBegin(show: () => void): void {
    this.shows.push(show);
  }

  private schedule(): void {
    if (this.state !== 'resting') return;
    this.state = 'waiting';
    const mine = ++this.ticket;
    const begin = (): void => {
      if (mine === this.ticket) this.begin();
    };
    this.clock.later(begin, Math.max(0, this.due - this.clock.now()));
  }

  private begin(): void {
    this.state = 'drawing';
    [this.wanted, this.hurried] = [false, false];
    const started = this.clock.now();
    for (const show of this.shows) show();
    const queue = [...this.dirty].filter((chart) => chart.visible());
    this.drawLater(queue, this.clock.now() - started);
  }

  private drawLater(queue: readonly Drawable[], spent: number): void {
    this.clock.later(() => this.drawNext(queue, spent), 0);
  }

  private drawNext([chart, ...rest]: readonly Drawable[], spent: number): void {
    if (chart === undefined) {
      this.end(spent);
      return;
    }
    const started = this.clock.now();
    if (this.dirty.delete(chart)) chart.draw();
    this.drawLater(rest, spent + this.clock.now() - started);
  }

  private end(spent: number): void {
    this.milliseconds = Math.min(longest, Math.max(shortest, spent / share));
    this.due = this.hurried ? 0 : this.clock.now() + this.milliseconds - spent;
    this.state = 'resting';
    if (this.wanted || [...this.dirty].some((one) => one.visible())) this.schedule();
  }
}
