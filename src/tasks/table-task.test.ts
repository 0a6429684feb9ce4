/** Whole tasks: determinism, standardisation by the training split only, disjoint splits, class balance, noise and outliers. */
import { describe, expect, it } from 'vitest';
import { columnMoments } from '../shared/statistics.ts';
import type { TableConfig } from './data-config.ts';
import { tableTask } from './table-task.ts';
import { curveValue, surfaceValue } from './regressions.ts';
import { unstandardize } from './splits.ts';
import type { Split, TableTask } from './task.ts';

const base: TableConfig = {
  task: 'spiral',
  noise: 0.1,
  outliers: 0,
  trainingSize: 300,
  split: 0.5,
  balance: 1,
  classes: 3,
  pixels: '28',
  seed: 7,
};
const planes = ['circle', 'xor', 'gauss', 'spiral', 'moons', 'blobs'] as const;
const generated = [...planes, 'curve', 'surface'] as const;

const make = (patch: Partial<TableConfig>): TableTask => tableTask({ ...base, ...patch }, {});
const splits = (task: TableTask): readonly Split[] => [task.train, task.validation, task.test];
const points = (task: TableTask, split: Split): Float32Array => unstandardize(split.inputs, task.inputStandardization);
const values = (task: TableTask, split: Split): Float32Array => unstandardize(split.targets, task.targetStandardization);

function classCounts(task: TableTask): number[] {
  const counts = task.classNames.map(() => 0);
  for (const split of splits(task)) for (const label of split.targets) counts[label]!++;
  return counts;
}

describe.each(generated)('%s', (name) => {
  const task = make({ task: name });

  it('has the sizes asked for and consistent shapes', () => {
    expect(splits(task).map((split) => split.count)).toEqual([300, 150, 150]);
    const width = task.inputShape.reduce((product, size) => product * size, 1);
    expect(task.inputNames).toHaveLength(width);
    for (const split of splits(task)) {
      expect(split.inputs).toHaveLength(split.count * width);
      expect(split.targets).toHaveLength(split.count);
      expect(split.inputs.every(Number.isFinite) && split.targets.every(Number.isFinite)).toBe(true);
    }
  });

  it('repeats from its configuration and changes with the seed', () => {
    expect(make({ task: name })).toEqual(task);
    const other = make({ task: name, seed: 8 });
    expect(other.hash).not.toBe(task.hash);
    expect(other.train.inputs).not.toEqual(task.train.inputs);
  });

  it('is standardised on the training split and only there', () => {
    const columns = task.inputNames.length;
    const train = columnMoments(task.train.inputs, columns);
    const validation = columnMoments(task.validation.inputs, columns);
    for (let i = 0; i < columns; i++) {
      expect(train.mean[i]).toBeCloseTo(0, 5);
      expect(train.deviation[i]).toBeCloseTo(1, 5);
      expect(Math.abs(validation.mean[i]!)).toBeGreaterThan(1e-4);
      expect(Math.abs(validation.mean[i]!)).toBeLessThan(0.5);
    }
    if (task.kind !== 'regression') return;
    const target = columnMoments(task.train.targets, 1);
    expect(target.mean[0]).toBeCloseTo(0, 5);
    expect(target.deviation[0]).toBeCloseTo(1, 5);
  });

  it('shares no example between splits', () => {
    const width = task.inputNames.length;
    const rows = splits(task).flatMap((split) =>
      Array.from({ length: split.count }, (_, i) => split.inputs.slice(i * width, (i + 1) * width).join()),
    );
    // Float32 coordinates may coincide by chance in one dimension, hardly ever more than once.
    expect(new Set(rows).size).toBeGreaterThan(rows.length - 2);
  });

  it('moves the same points further with more noise', () => {
    const scatter = (noise: number): number => {
      const still = make({ task: name, noise: 0 });
      const moved = make({ task: name, noise });
      const [a, b] =
        name === 'curve' || name === 'surface'
          ? [values(still, still.train), values(moved, moved.train)]
          : [points(still, still.train), points(moved, moved.train)];
      return columnMoments(
        a.map((value, i) => b[i]! - value),
        1,
      ).deviation[0]!;
    };
    expect(scatter(0.1)).toBeGreaterThan(0.085);
    expect(scatter(0.1)).toBeLessThan(0.115);
    expect(scatter(0.5) / scatter(0.1)).toBeCloseTo(5, 2);
  });
});

describe('class balance', () => {
  it.each(planes)('of %s is exact over all examples and holds in expectation in each split', (name) => {
    expect(new Set(classCounts(make({ task: name }))).size).toBe(1);
    const task = make({ task: name, balance: 0.2, trainingSize: 1200 });
    const counts = classCounts(task);
    expect(counts.at(-1)! / counts[0]!).toBeCloseTo(0.2, 1);
    const rarest = counts.length - 1;
    const share = counts[rarest]! / 2400;
    for (const split of splits(task)) {
      const seen = split.targets.filter((label) => label === rarest).length / split.count;
      expect(Math.abs(seen - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / split.count));
    }
  });

  it('is geometric between the commonest and the rarest', () => {
    const counts = classCounts(make({ task: 'blobs', classes: 4, balance: 0.125, trainingSize: 1000 }));
    expect(counts.map((count) => Math.round((8 * count) / counts[0]!))).toEqual([8, 4, 2, 1]);
  });

  it('gives blobs as many classes as asked, two of them as a binary task', () => {
    expect([2, 3, 4].map((classes) => make({ task: 'blobs', classes }).outputs)).toEqual([1, 3, 4]);
    expect(make({ task: 'blobs', classes: 2 }).kind).toBe('binary');
  });
});

describe('without noise', () => {
  const quiet = (task: TableConfig['task']): readonly [number, number, number][] => {
    const made = make({ task, noise: 0 });
    const at = points(made, made.train);
    return Array.from(made.train.targets, (label, i): [number, number, number] => [at[2 * i]!, at[2 * i + 1]!, label]);
  };

  it('circle is a disc in a ring', () => {
    for (const [x, y, label] of quiet('circle')) expect(Math.hypot(x, y) < 0.6).toBe(label === 1);
  });

  it('xor is told by the signs', () => {
    for (const [x, y, label] of quiet('xor')) expect(x * y < 0).toBe(label === 1);
    expect(quiet('xor').filter(([x]) => x < 0).length).toBeGreaterThan(100);
  });

  it('spiral has two arms that never meet', () => {
    for (const [x, y, label] of quiet('spiral')) {
      const radius = Math.hypot(x, y);
      const arm = (angle: number): number => Math.hypot(x - radius * Math.cos(angle), y - radius * Math.sin(angle));
      const turned = 2 * Math.PI * 1.3 * radius;
      expect(arm(turned + Math.PI * label)).toBeLessThan(1e-3);
      expect(arm(turned + Math.PI * (1 - label))).toBeGreaterThan(0.15);
    }
  });

  it('moons are two half circles', () => {
    for (const [x, y, label] of quiet('moons')) {
      const [left, up] = [1.5 * x + 0.5, 1.5 * y + 0.25];
      expect(label === 1 ? Math.hypot(left - 1, up - 0.5) : Math.hypot(left, up)).toBeCloseTo(1, 4);
    }
  });

  it('gauss and blobs are nearest to their own centre', () => {
    const right = quiet('gauss').filter(([x, y, label]) => x + y > 0 === (label === 1)).length;
    expect(right / 300).toBeGreaterThan(0.99);
  });

  it('curve and surface follow their function', () => {
    const curve = make({ task: 'curve', noise: 0 });
    const heights = values(curve, curve.test);
    points(curve, curve.test).forEach((x, i) => expect(heights[i]).toBeCloseTo(curveValue(x), 4));
    const surface = make({ task: 'surface', noise: 0 });
    const at = points(surface, surface.test);
    values(surface, surface.test).forEach((z, i) => expect(z).toBeCloseTo(surfaceValue(at[2 * i]!, at[2 * i + 1]!), 4));
    expect(surfaceValue(Math.SQRT1_2, 0)).toBeCloseTo(1, 12);
  });
});

describe('outliers', () => {
  it.each(['curve', 'surface'] as const)('lift the given share of %s by 3 to 5 and leave the rest', (task) => {
    const clean = make({ task, noise: 0, trainingSize: 2000 });
    const dirty = make({ task, noise: 0, trainingSize: 2000, outliers: 0.2 });
    const before = values(clean, clean.train);
    const lifts = Array.from(values(dirty, dirty.train), (value, i) => value - before[i]!);
    const lifted = lifts.filter((lift) => lift > 1);
    expect(Math.abs(lifted.length / 2000 - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / 2000));
    expect(lifted.every((lift) => lift > 2.999 && lift < 5.001)).toBe(true);
    expect(lifts.every((lift) => lift > 1 || Math.abs(lift) < 1e-3)).toBe(true);
  });
});

describe('missing assets', () => {
  it('are reported', () => {
    expect(() => make({ task: 'digits' })).toThrow('has not been loaded');
    expect(() => make({ task: 'penguins' })).toThrow('has not been loaded');
  });
});
