/**
 * When charts are redrawn: four to five times a second at most, one chart per task, only those in sight.
 *
 * Idea: a chart marks itself dirty; a flush gives each dirty, visible chart a task of its own, so that a click never waits for more
 * than one chart. A flush that took long doubles the pause before the next one; a quick one halves it again.
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

/** Marks charts to be redrawn soon. */
export interface RedrawScheduler {
  request(chart: Drawable): void;
  /** Takes a chart out for good. */
  forget(chart: Drawable): void;
  /** Milliseconds between flushes at present. */
  readonly interval: () => number;
}

const shortest = 220;
const longest = 1760;
const budget = 40;

/** A scheduler with its own pace. */
export function createRedrawScheduler(clock: RedrawClock): RedrawScheduler {
  const dirty = new Set<Drawable>();
  let interval = shortest;
  let due = 0;
  let busy = false;

  function drawNext(queue: Drawable[], spent: number): void {
    const chart = queue.shift();
    if (chart === undefined) {
      interval = spent > budget ? Math.min(longest, interval * 2) : spent < budget / 2 ? Math.max(shortest, interval / 2) : interval;
      due = clock.now() + interval - spent;
      busy = false;
      if ([...dirty].some((one) => one.visible())) schedule();
      return;
    }
    const started = clock.now();
    if (dirty.delete(chart)) chart.draw();
    const total = spent + clock.now() - started;
    clock.later(() => drawNext(queue, total), 0);
  }

  function schedule(): void {
    if (busy) return;
    busy = true;
    clock.later(
      () =>
        drawNext(
          [...dirty].filter((chart) => chart.visible()),
          0,
        ),
      Math.max(0, due - clock.now()),
    );
  }

  return {
    request(chart) {
      dirty.add(chart);
      // A chart out of sight stays dirty; coming into sight it asks again.
      if (chart.visible()) schedule();
    },
    forget(chart) {
      dirty.delete(chart);
    },
    interval: () => interval,
  };
}
