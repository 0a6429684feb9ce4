/** Small asset files for tests, written by hand rather than by the build script. */
import { crc32 } from '../shared/hash.ts';

/** A digits file whose every image shows its own label as the level of all pixels but the first, which is black. */
export function tinyDigits(labels: readonly number[], side = 14): Uint8Array {
  const halves = labels.flatMap((label) => [0, 0, ...new Array<number>(side * side - 1).fill(label + 1)]);
  const packed = Array.from({ length: Math.ceil(halves.length / 2) }, (_, i) => 16 * halves[2 * i]! + (halves[2 * i + 1] ?? 0));
  const bytes = new Uint8Array(20 + labels.length + packed.length);
  bytes.set([0x54, 0x46, 0x44, 0x47, 1, side]);
  bytes.set([...labels, ...packed], 20);
  const header = new DataView(bytes.buffer);
  header.setUint32(8, labels.length, true);
  header.setUint32(12, packed.length, true);
  header.setUint32(16, crc32(bytes.subarray(20)), true);
  return bytes;
}

/** A penguins file of `count` complete rows, with two more that are not. */
export function tinyPenguins(count: number): string {
  const columns = ['Species', 'Island', 'Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)', 'Sex'];
  const species = ['Adelie', 'Gentoo', 'Chinstrap'];
  const rows: (string | number | null)[][] = Array.from({ length: count }, (_, i) => [
    species[i % 3]!,
    'Dream',
    40 + (i % 7),
    17 + i / 50,
    190 + i,
    3700 + 3 * i,
    'MALE',
  ]);
  rows.push(['Adelie', 'Dream', null, 18, 190, 3500, 'MALE'], ['Adelie', 'Dream', 40, 18, 190, 3500, '.']);
  return JSON.stringify({ columns, rows });
}
