/**
 * Reads the digit files that `scripts/build-data.mjs` writes, and says what is wrong with a damaged one.
 *
 * Layout, little-endian: `TFDG`, format version (1), side, 2 bytes unused, number of images (u32), number of pixel bytes P (u32), CRC-32 of
 * all that follows (u32); then one label byte per image; then P bytes of pixels. Pixels are 16 grey levels, as half-bytes, high half first:
 * a level 1 … 15 stands for one pixel; a 0 is followed by a half-byte r for a run of r + 1 black pixels, which may cross rows but not images.
 */
import { crc32 } from '../shared/hash.ts';

const headerBytes = 20;
const magic = [0x54, 0x46, 0x44, 0x47];

/** Images and labels as stored. */
export interface Digits {
  readonly side: number;
  readonly count: number;
  readonly labels: Uint8Array;
  /** Levels 0 … 15, `[count × side × side]`. */
  readonly levels: Uint8Array;
}

/** An asset that is not what it should be. */
export class DamagedAsset extends Error {
  override readonly name = 'DamagedAsset';
}

/** Decodes a whole file; throws `DamagedAsset` if anything about it is wrong. */
export function decodeDigits(bytes: Uint8Array): Digits {
  if (bytes.length < headerBytes) throw new DamagedAsset(`The digits file is cut short: ${bytes.length} bytes.`);
  if (magic.some((byte, i) => bytes[i] !== byte)) throw new DamagedAsset('This is not a digits file.');
  if (bytes[4] !== 1) throw new DamagedAsset(`The digits file has format version ${bytes[4]}; this program reads version 1.`);
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const side = bytes[5]!;
  const count = header.getUint32(8, true);
  const pixelBytes = header.getUint32(12, true);
  const expected = headerBytes + count + pixelBytes;
  if (bytes.length !== expected) throw new DamagedAsset(`The digits file is ${bytes.length} bytes long instead of ${expected}.`);
  if (crc32(bytes.subarray(headerBytes)) !== header.getUint32(16, true)) throw new DamagedAsset('The digits file has been altered.');
  const labels = bytes.slice(headerBytes, headerBytes + count);
  if (labels.some((label) => label > 9)) throw new DamagedAsset('The digits file has a label above 9.');
  return { side, count, labels, levels: unpackLevels(bytes.subarray(headerBytes + count), count * side * side) };
}

/** Undoes the runs; `size` pixels must come out exactly. */
function unpackLevels(packed: Uint8Array, size: number): Uint8Array {
  const levels = new Uint8Array(size);
  const halves = 2 * packed.length;
  const half = (i: number): number => (i % 2 === 0 ? packed[i >> 1]! >> 4 : packed[i >> 1]! & 15);
  let at = 0;
  let read = 0;
  while (at < size && read < halves) {
    const level = half(read++);
    if (level > 0) levels[at++] = level;
    else at += 1 + (read < halves ? half(read++) : size);
  }
  if (at !== size) throw new DamagedAsset('The digits file holds the wrong number of pixels.');
  return levels;
}
