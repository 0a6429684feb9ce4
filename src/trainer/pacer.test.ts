/** How many steps are due: the pace holds over time, a chunk stays short, and lost time is not chased. */
import { describe, expect, it } from 'vitest';
import { Pacer } from './pacer.ts';

/** Trains for `seconds` at `cost` seconds a step, resting as the pacer says; gives the chunks. */
function trained(pacer: Pacer, cost: number, from: number, seconds: number): { chunks: number[]; total: number } {
  const chunks: number[] = [];
  let now = from;
  while (now < from + seconds) {
    const due = pacer.due(now);
    if (due === 0) {
      const wait = pacer.wait(now);
      expect(wait).toBeGreaterThan(0);
      now += wait;
      continue;
    }
    chunks.push(due);
    pacer.trained(due, due * cost, now + due * cost);
    now += due * cost;
  }
  return { chunks, total: chunks.reduce((sum, steps) => sum + steps, 0) };
}

describe('the pacer', () => {
  it.each([1, 7, 60, 1000])('holds %i steps a second', (pace) => {
    const { total } = trained(new Pacer(pace, 0), 1e-5, 0, 10);
    expect(total).toBeGreaterThanOrEqual(pace * 10 - 1);
    expect(total).toBeLessThanOrEqual(pace * 10 + 1);
  });

  it('waits a whole step before the first one', () => {
    const pacer = new Pacer(4, 100);
    expect(pacer.due(100.2)).toBe(0);
    expect(pacer.wait(100.2)).toBeCloseTo(0.05, 9);
    expect(pacer.due(100.25)).toBe(1);
  });

  it('flat out trains without a wait, in chunks of about 40 ms after one step to measure by', () => {
    const { chunks } = trained(new Pacer(Infinity, 0), 1e-4, 0, 2);
    expect(chunks[0]).toBe(1);
    chunks.slice(1).forEach((steps) => expect(steps).toBeCloseTo(400, -1));
  });

  it('asks for a chunk no more often than it is told to, and holds the pace all the same', () => {
    for (const pace of [4, 60, 1000]) {
      const { chunks, total } = trained(new Pacer(pace, 0, 0.1), 1e-5, 0, 10);
      // The first is one step, to measure by.
      expect(chunks.length).toBeLessThanOrEqual(101);
      expect(Math.abs(total - pace * 10)).toBeLessThanOrEqual(1 + pace / 10);
    }
    const { chunks } = trained(new Pacer(Infinity, 0, 0.1), 1e-4, 0, 2);
    chunks.slice(1).forEach((steps) => expect(steps).toBeCloseTo(1000, -1));
  });

  it('a step that takes longer than a chunk is still one step', () => {
    expect(new Set(trained(new Pacer(Infinity, 0), 3, 0, 20).chunks)).toEqual(new Set([1]));
  });

  it('does not chase a pace that the machine cannot hold', () => {
    const pacer = new Pacer(1000, 0);
    trained(pacer, 0.01, 0, 10);
    // Suddenly fast: only what is owed from now on.
    const { total } = trained(pacer, 1e-6, 20, 1);
    expect(total).toBeLessThanOrEqual(1000 + 250 + 5);
  });

  it('a new pace counts from when it was set', () => {
    const pacer = new Pacer(1, 0);
    pacer.setPace(100, 50);
    expect(pacer.due(50)).toBe(0);
    expect(trained(pacer, 1e-6, 50, 1).total).toBeLessThanOrEqual(101);
  });
});
