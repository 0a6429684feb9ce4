/** Slider tracks: ends, round trips, and arrow keys that always move. */
import { describe, expect, it } from 'vitest';
import { fractionOf, movedTo, ticksOf, type Track, trackSteps, valueAt } from './scale.ts';

const rate: Track = { min: 1e-6, max: 10, scale: 'log', integer: false };
const batch: Track = { min: 1, max: 200, scale: 'log', integer: true };
const penalty: Track = { min: 0, max: 1, scale: 'zeroLog', smallest: 1e-6, integer: false };
const momentum: Track = { min: 0, max: 0.999, scale: 'nearOne', integer: false };
const noise: Track = { min: 0, max: 1, scale: 'linear', step: 0.01, integer: false };
const tracks = { rate, batch, penalty, momentum, noise };

describe('the track of a slider', () => {
  it.each(Object.entries(tracks))('reaches both ends of %s', (_name, track) => {
    expect([valueAt(track, 0), valueAt(track, 1)]).toEqual([track.min, track.max]);
    expect([fractionOf(track, track.min), fractionOf(track, track.max)]).toEqual([0, 1]);
  });

  it.each(Object.entries(tracks))('comes back to the same value on %s', (_name, track) => {
    for (let fraction = 0.05; fraction < 1; fraction += 0.05) {
      const value = valueAt(track, fraction);
      expect(valueAt(track, fractionOf(track, value))).toBeCloseTo(value, 9);
    }
  });

  it.each(Object.entries(tracks))('never stalls under the arrow keys on %s', (_name, track) => {
    let value = track.min;
    for (let press = 0; value < track.max; press++) {
      const next = movedTo(track, value, (Math.round(fractionOf(track, value) * trackSteps) + 1) / trackSteps);
      expect(next).toBeGreaterThan(value);
      expect(press).toBeLessThan(2 * trackSteps);
      value = next;
    }
  });

  it('gives few figures', () => {
    expect(valueAt(rate, fractionOf(rate, 0.0299853))).toBe(0.03);
    expect(valueAt(momentum, fractionOf(momentum, 0.9))).toBe(0.9);
  });

  it('puts off at the left end', () => {
    expect(valueAt(penalty, 0.02)).toBe(0);
    expect(valueAt(penalty, 0.05)).toBeGreaterThan(0);
  });

  it('marks round values', () => {
    expect(ticksOf(rate)).toEqual([1e-6, 1e-4, 0.01, 1, 10]);
  });
});
