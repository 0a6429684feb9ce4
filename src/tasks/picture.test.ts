/** Pictures: original units, all points, inside the extent. */
import { describe, expect, it } from 'vitest';
import type { TableConfig } from './data-config.ts';
import { tinyDigits, tinyPenguins } from '../testing/tiny-assets.ts';
import { tableTask } from './table-task.ts';
import type { DataPicture } from './picture.ts';
import { pictureOf } from './picture.ts';
import { curveValue } from './regressions.ts';

const base: TableConfig = {
  task: 'moons',
  noise: 0,
  outliers: 0,
  trainingSize: 60,
  split: 0.5,
  balance: 1,
  classes: 3,
  pixels: '14',
  seed: 1,
};

function picture<Kind extends DataPicture['kind']>(kind: Kind, patch: Partial<TableConfig>): Extract<DataPicture, { kind: Kind }> {
  const assets = { digits: tinyDigits(Array.from({ length: 200 }, (_, i) => i % 10)), penguins: tinyPenguins(120) };
  const drawn = pictureOf(tableTask({ ...base, ...patch }, assets));
  expect(drawn.kind).toBe(kind);
  return drawn as Extract<DataPicture, { kind: Kind }>;
}

describe('pictureOf', () => {
  it.each(['moons', 'blobs', 'surface'] as const)('shows all points of %s with room around them', (task) => {
    const { x, y, target, split, extent, regression } = picture('plane', { task, noise: 0.1 });
    expect([x.length, y.length, target.length, split.length]).toEqual([120, 120, 120, 120]);
    expect([0, 1, 2].map((part) => split.filter((mark) => mark === part).length)).toEqual([60, 30, 30]);
    expect(regression).toBe(task === 'surface');
    expect(Math.min(...x) - extent[0]).toBeGreaterThan(0.05);
    expect(extent[1] - Math.max(...x)).toBeGreaterThan(0.05);
    expect(Math.min(...y) - extent[2]).toBeGreaterThan(0.05);
    expect(extent[3] - Math.max(...y)).toBeGreaterThan(0.05);
    if (!regression) expect(target.every(Number.isInteger)).toBe(true);
  });

  it('shows a curve in original units', () => {
    const { x, y, xName, yName } = picture('curve', { task: 'curve' });
    x.forEach((at, i) => expect(y[i]).toBeCloseTo(curveValue(at), 4));
    expect([xName, yName]).toEqual(['x', 'y']);
  });

  it('shows validation images as bytes', () => {
    const { side, pixels, labels } = picture('images', { task: 'digits' });
    expect([side, labels.length, pixels.length]).toEqual([14, 30, 30 * 196]);
    labels.forEach((label, i) => expect(Array.from(pixels.slice(196 * i, 196 * i + 2))).toEqual([0, 17 * (label + 1)]));
  });

  it('shows validation rows of a table in original units', () => {
    const { columns, rows, labels } = picture('table', { task: 'penguins' });
    expect(columns).toHaveLength(4);
    expect(rows).toHaveLength(4 * labels.length);
    labels.forEach((label, i) => {
      const number = Math.round(rows[4 * i + 2]! - 190);
      expect(number % 3).toBe(label);
      expect(rows[4 * i + 3]).toBeCloseTo(3700 + 3 * number, 2);
    });
  });
});
