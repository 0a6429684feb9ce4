/** When costly work may be done again. */
import { describe, expect, it } from 'vitest';
import { Throttle } from './throttle.ts';

describe('the throttle', () => {
  it('lets the first through, then one per interval', () => {
    const throttle = new Throttle(0.5, 1);
    expect(throttle.ready(0)).toBe(true);
    throttle.done(10, 0.01);
    expect(throttle.ready(10.49)).toBe(false);
    expect(throttle.ready(10.5)).toBe(true);
  });

  it('keeps work that costs much within its share of the time', () => {
    const throttle = new Throttle(0.5, 0.2);
    throttle.done(10, 1);
    expect(throttle.ready(14.9)).toBe(false);
    expect(throttle.ready(15)).toBe(true);
  });
});
