/** The pulse of a worker: busy after 2 s, silent after 15 s, and never blamed for a page that slept. */
import { describe, expect, it } from 'vitest';
import { Pulse } from './pulse.ts';
import type { PulseState } from './pulse.ts';

function taken() {
  const states: PulseState[] = [];
  const pulse = new Pulse(0, (state) => states.push(state));
  /** Looks at the clock every half second, as the trainer does. */
  const watch = (from: number, to: number, trustworthy = true) => {
    for (let now = from; now <= to; now += 500) pulse.check(now, trustworthy);
  };
  return { states, pulse, watch };
}

describe('the pulse', () => {
  it('says nothing while messages come', () => {
    const { states, pulse } = taken();
    for (let now = 500; now < 60_000; now += 500) {
      pulse.beat(now - 100);
      pulse.check(now, true);
    }
    expect(states).toEqual([]);
  });

  it('is busy after 2 s of silence and silent after 15 s, each said once', () => {
    const { states, watch } = taken();
    watch(500, 1500);
    expect(states).toEqual([]);
    watch(2000, 14_500);
    expect(states).toEqual(['busy']);
    watch(15_000, 40_000);
    expect(states).toEqual(['busy', 'silent']);
  });

  it('is alive again with the next message', () => {
    const { states, pulse, watch } = taken();
    watch(500, 3000);
    pulse.beat(3100);
    pulse.beat(3200);
    expect(states).toEqual(['busy', 'alive']);
  });

  it('does not count time in which the page was hidden', () => {
    const { states, watch } = taken();
    watch(500, 1000);
    watch(1500, 60_000, false);
    watch(60_500, 61_500);
    expect(states).toEqual([]);
    watch(62_000, 62_500);
    expect(states).toEqual(['busy']);
  });

  it('takes a very late check for a page that slept', () => {
    const { states, pulse, watch } = taken();
    watch(500, 1000);
    pulse.check(3_600_000, true);
    expect(states).toEqual([]);
    watch(3_600_500, 3_602_500);
    expect(states).toEqual(['busy']);
  });

  it('starts anew when the worker is replaced', () => {
    const { states, pulse, watch } = taken();
    watch(500, 16_000);
    pulse.reset(30_000);
    watch(30_500, 31_500);
    expect(states).toEqual(['busy', 'silent', 'alive']);
  });
});
