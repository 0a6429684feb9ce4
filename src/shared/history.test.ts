/** The history store: bounded, exact where it promises to be, blind to chunking, and never hiding a spike. */
import { describe, expect, it } from 'vitest';
import { History, type HistoryColumns } from './history.ts';

type Names = 'loss' | 'rate';

function rows(from: number, to: number, loss: (step: number) => number): HistoryColumns<Names> {
  const column = (value: (step: number) => number): Float64Array => Float64Array.from({ length: to - from }, (_, i) => value(from + i));
  return {
    step: column((s) => s + 1),
    epoch: column((s) => s / 20),
    examples: column((s) => s * 10),
    seconds: column((s) => s / 1000),
    loss: column(loss),
    rate: column((s) => s % 7),
  };
}

const wave = (step: number): number => 1 + Math.sin(step * 0.37) / (1 + step / 100);

describe('History', () => {
  it('keeps every entry while there is room', () => {
    const history = new History<Names>(['loss', 'rate']);
    history.append(rows(0, 250, wave));
    const { at, streams } = history.reduce(300);
    expect(at.step).toHaveLength(250);
    expect(streams.loss.mean[17]).toBe(wave(17));
    expect(streams.loss.min[17]).toBe(wave(17));
  });

  it('does not depend on how appends were chunked', () => {
    const whole = new History<Names>(['loss', 'rate'], { capacity: 64, recent: 10 });
    const pieces = new History<Names>(['loss', 'rate'], { capacity: 64, recent: 10 });
    whole.append(rows(0, 5000, wave));
    for (let from = 0, size = 1; from < 5000; from += size, size = (size * 7 + 3) % 91)
      pieces.append(rows(from, Math.min(5000, from + size), wave));
    expect(pieces.serialize()).toEqual(whole.serialize());
    expect(pieces.reduce(30)).toEqual(whole.reduce(30));
  });

  it('never hides a spike and stays within the asked number of points', () => {
    const history = new History<Names>(['loss', 'rate']);
    history.append(rows(0, 1_000_000, (step) => (step === 123_456 ? 999 : step === 654_321 ? -5 : 1)));
    const { at, streams } = history.reduce(300);
    expect(at.step.length).toBeLessThanOrEqual(300);
    expect(at.step.at(-1)).toBe(1_000_000);
    expect(Math.max(...streams.loss.max)).toBe(999);
    expect(Math.min(...streams.loss.min)).toBe(-5);
    expect(streams.loss.mean[0]).toBe(1);
  });

  it('leaves non-finite values out of the mean', () => {
    const history = new History<Names>(['loss', 'rate'], { capacity: 4 });
    history.append(rows(0, 16, (step) => (step >= 12 ? NaN : step === 5 ? Infinity : 2)));
    const { streams } = history.reduce(300);
    expect([...streams.loss.mean]).toEqual([2, 2, 2, NaN]);
    expect([...streams.loss.max]).toEqual([2, 2, 2, NaN]);
  });

  it('returns the newest entries exactly, oldest first', () => {
    const history = new History<Names>(['loss', 'rate'], { capacity: 8, recent: 5 });
    history.append(rows(0, 3, wave));
    expect([...history.recent().step]).toEqual([1, 2, 3]);
    history.append(rows(3, 100, wave));
    expect([...history.recent().loss]).toEqual([95, 96, 97, 98, 99].map(wave));
  });

  it('goes on from its serialized form as if nothing had happened', () => {
    const through = new History<Names>(['loss', 'rate'], { capacity: 32 });
    through.append(rows(0, 700, wave));
    const resumed = History.from<Names>(structuredClone(through.serialize()), ['loss', 'rate']);
    through.append(rows(700, 900, wave));
    resumed.append(rows(700, 900, wave));
    expect(resumed.serialize()).toEqual(through.serialize());
  });

  it('refuses a serialized form that it could not go on from', () => {
    const history = new History<Names>(['loss', 'rate'], { capacity: 32 });
    history.append(rows(0, 700, wave));
    const whole = history.serialize();
    const { loss: _loss, ...positions } = { ...whole.positions, loss: 0 };
    expect(() => History.from(whole, ['loss', 'rate'])).not.toThrow();
    for (const damaged of [
      { format: 'other' },
      { capacity: 1e9 },
      { capacity: 64 },
      { width: 0 },
      { length: 1e12 },
      { length: 0.5 },
      { recentCapacity: -1 },
      { positions: { ...positions, step: new Float64Array(3) } },
      { buckets: { loss: whole.buckets['loss'] } },
      { recent: {} },
    ])
      expect(() => History.from({ ...whole, ...damaged } as typeof whole, ['loss', 'rate'])).toThrow(TypeError);
    expect(() => History.from<string>(whole, ['loss', 'momentum'])).toThrow(TypeError);
  });

  it('takes columns of equal length only', () => {
    const history = new History<Names>(['loss', 'rate']);
    expect(() => history.append({ ...rows(0, 3, wave), loss: new Float64Array(2) })).toThrow(RangeError);
  });

  it('is empty before the first entry', () => {
    expect(new History<Names>(['loss', 'rate']).reduce(300).at.step).toHaveLength(0);
  });
});
