/** The redraw rules, on a clock that the test winds. */
import { describe, expect, it } from 'vitest';
import { RedrawScheduler, type Drawable } from './redraw.ts';

describe('the redraw scheduler', () => {
  function clockwork() {
    let time = 0;
    let tasks: { at: number; task: () => void }[] = [];
    return {
      clock: { now: () => time, later: (task: () => void, wait: number) => void tasks.push({ at: time + wait, task }) },
      work: (milliseconds: number) => (time += milliseconds),
      /** Runs one task; false when there is none. */
      turn: (): boolean => {
        const next = tasks.toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) return false;
        tasks = tasks.filter((one) => one !== next);
        time = Math.max(time, next.at);
        next.task();
        return true;
      },
    };
  }

  it('draws one chart per task, only those in sight, and takes a fifth of the time at most', () => {
    const { clock, work, turn } = clockwork();
    const scheduler = new RedrawScheduler(clock);
    const drawn: string[] = [];
    let inSight = false;
    const chart = (name: string, visible = () => true): Drawable => ({ draw: () => (drawn.push(name), work(30)), visible });
    const charts = [chart('a'), chart('b'), chart('hidden', () => inSight)];
    for (const one of charts) scheduler.request(one);
    const perTask: number[] = [];
    for (let before = 0; turn(); before = drawn.length) perTask.push(drawn.length - before);
    expect(drawn).toEqual(['a', 'b']);
    expect(Math.max(...perTask)).toBe(1);
    expect(scheduler.interval).toBe(300);
    inSight = true;
    scheduler.request(charts[2]!);
    while (turn());
    expect(drawn).toEqual(['a', 'b', 'hidden']);
  });

  it('keeps flushes at least 220 ms apart and draws a chart once however often it asks', () => {
    const { clock, turn } = clockwork();
    const scheduler = new RedrawScheduler(clock);
    const times: number[] = [];
    const chart: Drawable = { draw: () => times.push(clock.now()), visible: () => true };
    for (let i = 0; i < 5; i++) scheduler.request(chart);
    while (turn());
    scheduler.request(chart);
    while (turn());
    expect(times).toHaveLength(2);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(220);
  });

  it('begins a cycle by showing what is new, and draws all of it of that, whatever comes meanwhile', () => {
    const { clock, work, turn } = clockwork();
    const scheduler = new RedrawScheduler(clock);
    let [newest, shown] = [1, 0];
    const drawn: string[] = [];
    scheduler.onBegin(() => (shown = newest));
    const charts = ['a', 'b', 'c'].map((name): Drawable => ({
      draw: () => {
        drawn.push(`${name} ${String(shown)}`);
        work(5);
        newest += 1;
        scheduler.wake(false);
      },
      visible: () => true,
    }));
    const ask = (): void => charts.forEach((one) => scheduler.request(one));
    ask();
    while (drawn.length < 3) turn();
    ask();
    while (drawn.length < 6) turn();
    expect(drawn).toEqual(['a 1', 'b 1', 'c 1', 'a 4', 'b 4', 'c 4']);
  });

  it('does not make a turn of the run wait for the pause between cycles', () => {
    const { clock, work, turn } = clockwork();
    const scheduler = new RedrawScheduler(clock);
    const begun: number[] = [];
    scheduler.onBegin(() => begun.push(clock.now()));
    scheduler.wake(false);
    turn();
    turn();
    scheduler.wake(false);
    work(10);
    scheduler.wake(true);
    while (turn());
    expect(begun).toEqual([0, 10]);
  });

  it('takes up after a cycle what came during it', () => {
    const { clock, turn } = clockwork();
    const scheduler = new RedrawScheduler(clock);
    const begun: number[] = [];
    scheduler.onBegin(() => begun.push(clock.now()));
    const chart: Drawable = { draw: () => scheduler.wake(true), visible: () => true };
    scheduler.request(chart);
    while (turn());
    expect(begun).toEqual([0, 0]);
  });
});
