/** Words at lines and levels: none on another, none on the name of the axis. */
import { describe, expect, it } from 'vitest';
import { overlap } from './ink.ts';
import { placeLineLabels, rectOf, type LabelRoom } from './label-layout.ts';
import type { PlotModel, Reference, Series } from './plot-model.ts';

const room: LabelRoom = {
  ...{ frame: { left: 46, right: 300, top: 24, bottom: 120 }, unit: 1 },
  ...{ x: (value) => 46 + value * 254, y: (value) => 120 - value * 96 },
};

function modelWith(ends: readonly (readonly [text: string, x: number, y: number])[], references: readonly Reference[]): PlotModel {
  const series = ends.map(([text, x, y]): Series => {
    const points = [0, x / 2, x];
    return {
      key: text,
      label: text,
      end: text,
      style: 'thin',
      color: 'black',
      x: Float64Array.from(points),
      mean: Float64Array.of(y, y, y),
    };
  });
  const scale = { kind: 'linear', low: 0, high: 1 } as const;
  const words = {
    title: '',
    subtitle: '',
    xName: '',
    yName: '',
    summary: '',
    formatValue: String,
    formatTick: String,
    formatPlaceTick: String,
  };
  return { ...words, x: scale, y: scale, series, marks: [], references };
}

const level = (y: number, text: string, inside: boolean): Reference => ({ y, text, tone: 'muted', ...(inside ? { inside } : {}) });

describe('words at lines and levels', () => {
  it.each([
    ['a level within the plot at the height of a short line', modelWith([['norm', 0.2, 0.5]], [level(0.52, '90th percentile', true)])],
    ['a level within the plot near its upper edge', modelWith([['norm', 0.3, 0.9]], [level(0.97, '90th percentile', true)])],
    ['a level beside the plot where a line ends', modelWith([['validation', 1, 0.7]], [level(0.7, 'chance 0.693', false)])],
    [
      'two lines, of which one has long words that reach as far as the end of the other',
      modelWith(
        [
          ['previous, validation', 0.2, 0.5],
          ['norm', 0.6, 0.5],
        ],
        [],
      ),
    ],
    [
      'a level within the plot between short lines at its height',
      modelWith(
        [
          ['norm', 0.1, 0.5],
          ['previous', 0.72, 0.5],
        ],
        [level(0.5, '90 % lately below 0.872', true)],
      ),
    ],
    [
      'two levels and two lines',
      modelWith(
        [
          ['before', 1, 0.6],
          ['after', 1, 0.5],
        ],
        [level(0.5, 'clip at 1', false), level(0.6, '90th percentile', true)],
      ),
    ],
  ])('%s', (_name, model) => {
    const rects = placeLineLabels(model, room).map((label) => rectOf(label, 1));
    expect(rects).toHaveLength(model.series.length + model.references.length);
    rects.forEach((rect, i) => {
      expect(rects.slice(i + 1).filter((other) => overlap(rect, other))).toEqual([]);
      // The name of the axis takes the first 12 pixels.
      expect(rect.top).toBeGreaterThanOrEqual(12);
    });
  });
});
