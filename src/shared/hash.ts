/** Short fingerprints of bytes. They tell apart and detect damage; they do not protect against forgery. */

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 as in zip and PNG (polynomial 0x04c11db7, reflected). */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** One 32-bit lane of MurmurHash3 (Appleby, public domain) over whole words. */
function murmur(words: Uint32Array, seed: number): number {
  let hash = seed;
  for (const word of words) {
    const mixed = Math.imul(word, 0xcc9e2d51);
    hash ^= Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= words.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Sixteen hexadecimal digits for a list of number arrays, their lengths and order included. Takes the bit patterns: 0 and −0 differ. */
export function fingerprint(arrays: readonly (Float32Array | Float64Array | Uint32Array)[]): string {
  const lanes = new Uint32Array(1 + 3 * arrays.length);
  lanes[0] = arrays.length;
  arrays.forEach((array, i) => {
    const words = new Uint32Array(array.buffer, array.byteOffset, array.byteLength / 4);
    lanes.set([array.length, murmur(words, 0), murmur(words, 0x9747b28c)], 1 + 3 * i);
  });
  return [0, 0x9747b28c].map((seed) => murmur(lanes, seed).toString(16).padStart(8, '0')).join('');
}
