/**
 * Reads the text files that `scripts/lib/texts.mjs` writes, and says what is wrong with a damaged one.
 *
 * Layout, little-endian: `TFTX`, format version (1), 3 bytes unused, number of characters (u32), number of bytes that follow (u32), their
 * CRC-32 (u32); then the characters, printable ASCII and line feeds, deflated: hosts that do not compress by themselves are common.
 */
import { crc32 } from '../../shared/hash.ts';
import { inflate } from '../../shared/inflate.ts';
import { utf8Text } from '../../shared/utf8.ts';
import { DamagedAsset } from '../digits-file.ts';

const headerBytes = 20;
const magic = [0x54, 0x46, 0x54, 0x58];

/** Decodes a whole file; throws `DamagedAsset` if anything about it is wrong. */
export function decodeTextFile(bytes: Uint8Array): string {
  if (bytes.length < headerBytes) throw new DamagedAsset(`The text file is cut short: ${bytes.length} bytes.`);
  if (magic.some((byte, i) => bytes[i] !== byte)) throw new DamagedAsset('This is not a text file of this program.');
  if (bytes[4] !== 1) throw new DamagedAsset(`The text file has format version ${bytes[4]}; this program reads version 1.`);
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = bytes.subarray(headerBytes);
  if (body.length !== header.getUint32(12, true)) throw new DamagedAsset(`The text file is cut short: ${bytes.length} bytes.`);
  if (crc32(body) !== header.getUint32(16, true)) throw new DamagedAsset('The text file has been altered.');
  return utf8Text(inflate(body, header.getUint32(8, true)));
}
