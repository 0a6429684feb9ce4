/** Steps a second: all steps over all time of late. */
import { describe, expect, it } from 'vitest';
import { Speedometer } from './speedometer.ts';

describe('the speedometer', () => {
  it('says 0 before anything was measured', () => {
    expect(new Speedometer().perSecond).toBe(0);
  });

  it('is not fooled by chunks of unequal length', () => {
    const speed = new Speedometer();
    // A hundred steps in an instant, then a wait: a mean of rates would say tens of thousands.
    for (let i = 0; i < 20; i++) {
      speed.add(100, 0.001);
      speed.add(1, 0.1);
    }
    expect(Math.abs(speed.perSecond / (101 / 0.101) - 1)).toBeLessThan(0.15);
  });

  it('holds a slow pace exactly', () => {
    const speed = new Speedometer();
    for (let i = 0; i < 5; i++) speed.add(1, 2);
    expect(speed.perSecond).toBe(0.5);
  });

  it('does not take one turn with a long evaluation for the speed of all', () => {
    const speed = new Speedometer();
    for (let i = 0; i < 9; i++) speed.add(1, 0.2);
    // It may be the last before a pause, and what the page then shows.
    speed.add(1, 2.2);
    expect(speed.perSecond).toBeCloseTo(10 / 4);
  });

  it('forgets what is longer ago than a second, and nothing else', () => {
    const speed = new Speedometer();
    for (let i = 0; i < 100; i++) speed.add(1, 0.01);
    for (let i = 0; i < 101; i++) speed.add(10, 0.01);
    expect(speed.perSecond).toBeCloseTo(1000, 6);
    const turning = new Speedometer();
    turning.add(1000, 1);
    turning.add(0, 0.25);
    expect(turning.perSecond).toBe(800);
  });
});
