/**
 * A text of your own, checked before anything is learned from it: what cannot be a text is refused with a reason that says what to do.
 * Line ends become line feeds, and a byte order mark falls away.
 */
import { ownTextLimit } from '../../params/language-sizes.ts';
import { formatCount } from '../../shared/format.ts';
import { utf8Decode, utf8Fault } from '../../shared/utf8.ts';

/** Fewest characters that there is anything to learn from: below, no split of the text is worth a look. */
const ownTextMinimum = 1000;

/** Why a text is not taken. */
export type RefusalKind = 'tooLong' | 'tooShort' | 'binary' | 'encoding';

/** What became of a file. */
export type OwnText =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: RefusalKind; readonly message: string };

const refused = (reason: RefusalKind, message: string): OwnText => ({ ok: false, reason, message });

/** Byte order marks of the encodings that are not UTF-8; the longer ones first, since UTF-32 begins as UTF-16 does. */
const otherMarks: readonly (readonly [name: string, mark: readonly number[]])[] = [
  ['UTF-32', [0xff, 0xfe, 0, 0]],
  ['UTF-32', [0, 0, 0xfe, 0xff]],
  ['UTF-16', [0xff, 0xfe]],
  ['UTF-16', [0xfe, 0xff]],
];

/** Control characters that no text holds: all below space but tab, line feed, form feed and carriage return, and delete. */
const isControl = (byte: number): boolean => (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13) || byte === 0x7f;

/** The text of a file, or why it is not taken. A stray control character is left out; one in a hundred bytes makes a file binary, as does a zero. */
export function checkOwnText(bytes: Uint8Array): OwnText {
  if (bytes.length > ownTextLimit)
    return refused(
      'tooLong',
      `The text has ${formatCount(bytes.length)} bytes; at most ${formatCount(ownTextLimit)} are read. Use a part of it.`,
    );
  const other = otherMarks.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte));
  if (other) return refused('encoding', `The text is written in ${other[0]}. Save it as UTF-8 and try again.`);
  const controls = bytes.reduce((count, byte) => count + Number(isControl(byte)), 0);
  if (bytes.includes(0) || controls * 100 > bytes.length)
    return refused('binary', 'This is not a text: it holds bytes that no text holds.');
  const fault = utf8Fault(bytes);
  if (fault >= 0) {
    const line = bytes.subarray(0, fault).reduce((count, byte) => count + Number(byte === 10), 1);
    return refused(
      'encoding',
      `The text is not UTF-8: line ${formatCount(line)} holds a byte that means nothing there. Save it as UTF-8 and try again.`,
    );
  }
  const text = tidied(utf8Decode(bytes));
  const { length } = text.trim();
  if (length < ownTextMinimum)
    return refused(
      'tooShort',
      `The text has ${formatCount(length)} characters; at least ${formatCount(ownTextMinimum)} are needed to learn from.`,
    );
  return { ok: true, text };
}

function tidied(text: string): string {
  const unmarked = text.startsWith('\ufeff') ? text.slice(1) : text;
  return unmarked.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\t\n\f]/gu, '');
}
