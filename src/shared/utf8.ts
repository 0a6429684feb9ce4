/**
 * Text as UTF-8 bytes and back, as the Encoding Standard has it: the language itself knows no TextEncoder, and the core may use nothing else.
 * Half a surrogate pair has no bytes, so it is written as U+FFFD, the replacement character; so is what is not UTF-8 when it is read.
 */

const replacement = 0xfffd;
/** Code units made into a string at a time: more arguments than this would not fit the stack. */
const piece = 8192;

const isHigh = (unit: number): boolean => (unit & 0xfc00) === 0xd800;
const isLow = (unit: number): boolean => (unit & 0xfc00) === 0xdc00;

/** The code point that begins at `at`; half a pair counts as U+FFFD. */
function pointAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (isHigh(unit)) {
    const next = text.charCodeAt(at + 1);
    return isLow(next) ? 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00) : replacement;
  }
  return isLow(unit) ? replacement : unit;
}

/** The bytes of a text. */
export function utf8Encode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(3 * text.length);
  let end = 0;
  for (let i = 0; i < text.length; i++) {
    const point = pointAt(text, i);
    if (point < 0x80) bytes[end++] = point;
    else {
      if (point < 0x800) bytes[end++] = 0xc0 | (point >> 6);
      else {
        if (point < 0x10000) bytes[end++] = 0xe0 | (point >> 12);
        else {
          bytes[end++] = 0xf0 | (point >> 18);
          bytes[end++] = 0x80 | ((point >> 12) & 0x3f);
          i++;
        }
        bytes[end++] = 0x80 | ((point >> 6) & 0x3f);
      }
      bytes[end++] = 0x80 | (point & 0x3f);
    }
  }
  return bytes.slice(0, end);
}

/** Bytes after the first of a sequence, by its first byte; −1 where none begins. */
function followersOf(first: number): number {
  if (first < 0x80) return 0;
  if (first < 0xc2 || first > 0xf4) return -1;
  return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

/** Whether a second byte may follow a first: keeps out overlong forms, surrogates and what lies beyond U+10FFFF. */
function maySecond(first: number, second: number): boolean {
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return second >= low && second <= high;
}

/** Length of the sequence that begins at `at`; negative if it is broken, and then by how many bytes one U+FFFD stands for. */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const followers = followersOf(first);
  if (followers < 0) return -1;
  for (let k = 1; k <= followers; k++) {
    const byte = bytes[at + k] ?? 0;
    if (!(k === 1 ? maySecond(first, byte) : (byte & 0xc0) === 0x80)) return -k;
  }
  return followers + 1;
}

/** Where the first byte stands that is not UTF-8; −1 if all is. */
export function utf8Fault(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceAt(bytes, at);
    if (length < 0) return at;
    at += length;
  }
  return -1;
}

/** The text of bytes, with U+FFFD for each part that is not UTF-8. A byte order mark is kept. */
export function utf8Text(bytes: Uint8Array): string {
  const parts: string[] = [];
  const units = new Uint16Array(piece);
  let filled = 0;
  const put = (point: number): void => {
    if (point >= 0x10000) {
      units[filled++] = 0xd7c0 + (point >> 10);
      units[filled++] = 0xdc00 | (point & 0x3ff);
    } else units[filled++] = point;
    if (filled < piece - 1) return;
    parts.push(String.fromCharCode(...units.subarray(0, filled)));
    filled = 0;
  };
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at]!;
    const length = first < 0x80 ? 1 : sequenceAt(bytes, at);
    if (length < 0) put(replacement);
    else {
      let point = length === 1 ? first : first & (0x7f >> length);
      for (let k = 1; k < length; k++) point = (point << 6) | (bytes[at + k]! & 0x3f);
      put(point);
    }
    at += Math.abs(length);
  }
  parts.push(String.fromCharCode(...units.subarray(0, filled)));
  return parts.join('');
}

/** The text of bytes. Throws `URIError` if they are not UTF-8. */
export function utf8Decode(bytes: Uint8Array): string {
  const fault = utf8Fault(bytes);
  if (fault >= 0) throw new URIError(`byte ${fault} is not UTF-8`);
  return utf8Text(bytes);
}
