/** Digits and penguins from files: decoding, damage, subsampling, and who reads what. */
import { describe, expect, it } from 'vitest';
import { crc32 } from '../shared/hash.ts';
import { columnMoments } from '../shared/statistics.ts';
import { assetsFor, loadAssets } from './assets.ts';
import type { TableConfig } from './data-config.ts';
import { DamagedAsset, decodeDigits } from './digits-file.ts';
import { takeCounts } from './digits.ts';
import { classShares } from './examples.ts';
import { tinyDigits, tinyPenguins } from '../testing/tiny-assets.ts';
import { tableTask } from './table-task.ts';
import { decodePenguins } from './penguins.ts';

const base = { noise: 0, outliers: 0, split: 0.5, balance: 1, classes: 3, seed: 1 };
const digitsConfig: TableConfig = { ...base, task: 'digits', pixels: '14', trainingSize: 50 };
const penguinsConfig: TableConfig = { ...base, task: 'penguins', pixels: '28', trainingSize: 30 };
const file = tinyDigits(Array.from({ length: 200 }, (_, i) => i % 10));

function altered(change: (bytes: Uint8Array, header: DataView) => void): Uint8Array {
  const bytes = file.slice();
  const header = new DataView(bytes.buffer);
  change(bytes, header);
  return bytes;
}

describe('digits file', () => {
  it('decodes labels and levels', () => {
    const { side, count, labels, levels } = decodeDigits(file);
    expect([side, count]).toEqual([14, 200]);
    expect(Array.from(labels.slice(0, 11))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    expect(Array.from(levels.slice(3 * 196, 3 * 196 + 3))).toEqual([0, 4, 4]);
  });

  it('decodes from the middle of a larger buffer', () => {
    const padded = new Uint8Array(file.length + 7);
    padded.set(file, 7);
    expect(decodeDigits(padded.subarray(7))).toEqual(decodeDigits(file));
  });

  const reseal = (bytes: Uint8Array, header: DataView): void => header.setUint32(16, crc32(bytes.subarray(20)), true);
  it.each<[string, Uint8Array, string]>([
    ['cut in its header', file.slice(0, 10), 'cut short'],
    ['cut in its body', file.slice(0, -1), 'instead of'],
    ['of another kind', altered((bytes) => (bytes[0] = 0)), 'not a digits file'],
    ['of another version', altered((bytes) => (bytes[4] = 2)), 'version 2'],
    ['with a flipped bit', altered((bytes) => (bytes[500]! ^= 1)), 'altered'],
    [
      'with a bad label',
      altered((bytes, header) => {
        bytes[20] = 10;
        reseal(bytes, header);
      }),
      'label above 9',
    ],
    [
      'with too few pixels',
      altered((bytes, header) => {
        bytes[5] = 28;
        reseal(bytes, header);
      }),
      'wrong number of pixels',
    ],
    [
      'with too many pixels',
      altered((bytes, header) => {
        bytes.fill(0xff, 300, 310);
        bytes.fill(0x0f, 310);
        reseal(bytes, header);
      }),
      'wrong number of pixels',
    ],
  ])('refuses one %s', (_, bytes, message) => {
    expect(() => decodeDigits(bytes)).toThrow(DamagedAsset);
    expect(() => decodeDigits(bytes)).toThrow(message);
  });
});

describe('digits task', () => {
  const task = tableTask(digitsConfig, { digits: file });

  it('has image shape, ten outputs and one mean and scale for all pixels', () => {
    expect(task.inputShape).toEqual([14, 14, 1]);
    expect(task.outputs).toBe(10);
    expect(new Set(task.inputStandardization.mean).size).toBe(1);
    const { mean, deviation } = columnMoments(task.train.inputs, 1);
    expect(mean[0]).toBeCloseTo(0, 5);
    expect(deviation[0]).toBeCloseTo(1, 5);
  });

  it('keeps each image with its label', () => {
    const { mean, scale } = task.inputStandardization;
    for (const split of [task.train, task.validation, task.test]) {
      split.targets.forEach((label, i) => {
        expect(split.inputs[i * 196 + 5]! * scale[5]! + mean[5]!).toBeCloseTo((label + 1) / 15, 5);
      });
    }
  });

  it('chooses other images with another seed, the same with the same', () => {
    expect(tableTask(digitsConfig, { digits: file }).hash).toBe(task.hash);
    expect(tableTask({ ...digitsConfig, seed: 2 }, { digits: file }).hash).not.toBe(task.hash);
  });

  it('leaves images out to reach the balance', () => {
    const uneven = tableTask({ ...digitsConfig, balance: 0.2, trainingSize: 40 }, { digits: file });
    const counts = new Array<number>(10).fill(0);
    for (const split of [uneven.train, uneven.validation, uneven.test]) for (const label of split.targets) counts[label]!++;
    expect(counts.reduce((sum, count) => sum + count)).toBe(80);
    expect(counts[0]).toBeGreaterThan(4 * counts[9]!);
    expect([...counts].sort((a, b) => b - a)).toEqual(counts);
  });

  it('shrinks all splits together when the file holds fewer than asked for', () => {
    const all = tableTask({ ...digitsConfig, trainingSize: 1000 }, { digits: file });
    expect([all.train.count, all.validation.count, all.test.count]).toEqual([100, 50, 50]);
  });
});

describe('takeCounts', () => {
  const shares = classShares(3, 1);
  it('takes the shares where they can be had, and fills up elsewhere', () => {
    expect(Array.from(takeCounts(30, shares, [50, 50, 50]))).toEqual([10, 10, 10]);
    expect(Array.from(takeCounts(30, shares, [50, 4, 50]))).toEqual([13, 4, 13]);
    expect(Array.from(takeCounts(500, shares, [5, 4, 6]))).toEqual([5, 4, 6]);
  });
});

describe('penguins', () => {
  const text = tinyPenguins(100);

  it('drops and counts rows that lack a value', () => {
    const task = tableTask(penguinsConfig, { penguins: text });
    expect(task.droppedRows).toBe(2);
    expect(task.train.count).toBe(30);
    expect(task.inputShape).toEqual([4]);
    expect(task.classNames[Number(decodePenguins(text).targets[1])]).toBe('Gentoo');
    const { mean, deviation } = columnMoments(task.train.inputs, 4);
    mean.forEach((value) => expect(value).toBeCloseTo(0, 4));
    deviation.forEach((value) => expect(value).toBeCloseTo(1, 4));
  });

  it.each([
    ['[', 'not readable'],
    ['{}', 'not a table'],
    [text.replace('Body Mass (g)', 'Weight'), 'no column "Body Mass (g)"'],
    [text.replace('3703', '"heavy"'), 'not a number'],
    [text.replace('Gentoo', 'Emperor'), 'species'],
    ['{"columns":["Species","Beak Length (mm)","Beak Depth (mm)","Flipper Length (mm)","Body Mass (g)"],"rows":[]}', 'too few'],
  ])('refuses a damaged file (%#)', (damaged, message) => {
    expect(() => tableTask(penguinsConfig, { penguins: damaged })).toThrow(DamagedAsset);
    expect(() => tableTask(penguinsConfig, { penguins: damaged })).toThrow(message);
  });
});

describe('loading', () => {
  const text = 'stories';
  it('asks for the one file that the task needs', async () => {
    expect(assetsFor({ task: 'spiral', pixels: '28', text })).toEqual([]);
    expect(assetsFor({ ...digitsConfig, text })).toEqual(['digits-14.bin']);
    const read = (name: string): Promise<Uint8Array> =>
      Promise.resolve(name === 'penguins.json' ? Uint8Array.from(tinyPenguins(9), (unit) => unit.charCodeAt(0)) : file);
    expect(await loadAssets({ task: 'moons', pixels: '28', text }, read)).toEqual({});
    expect(await loadAssets({ ...penguinsConfig, text }, read)).toEqual({ penguins: tinyPenguins(9) });
    expect(tableTask(digitsConfig, await loadAssets({ ...digitsConfig, text }, read)).train.count).toBe(50);
  });
});
