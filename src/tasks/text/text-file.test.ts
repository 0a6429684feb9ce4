/** The text files of the app as the build made them, and damaged ones. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DamagedAsset } from '../digits-file.ts';
import { decodeTextFile } from './text-file.ts';
import { textCharacters } from '../../params/language-sizes.ts';
import { filesOf, textSets } from './text-sets.ts';

const names = Object.keys(textSets) as (keyof typeof textSets)[];
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../../public/data/${file}`, import.meta.url)));
const lengthOf = (name: keyof typeof textSets): number => filesOf(name).reduce((sum, file) => sum + decodeTextFile(read(file)).length, 0);

describe('the texts', () => {
  it.each(names)('%s are there, in printable ASCII', (name) => {
    for (const file of filesOf(name)) expect(decodeTextFile(read(file))).toMatch(/^[\n\x20-\x7e]{50000,}$/);
  });

  it('are as long as the parameter table says', () => {
    for (const name of names) expect(lengthOf(name) + filesOf(name).length - 1).toBe(textCharacters[name]);
  });

  it('hold five million characters of prose to pretrain on', () => {
    expect(lengthOf('prose')).toBeGreaterThan(5_000_000);
    expect(lengthOf('prose')).toBe(lengthOf('stories') + lengthOf('novels') + lengthOf('voyage') + lengthOf('mysteries'));
    expect(filesOf('own')).toEqual([]);
  });
});

describe('a damaged file', () => {
  const altered = (at: number, value: number): Uint8Array => read('texts/names.bin').map((byte, i) => (i === at ? value : byte));
  it.each([
    ['cut in its header', read('texts/names.bin').slice(0, 10), 'cut short'],
    ['cut in its body', read('texts/names.bin').slice(0, -1), 'cut short'],
    ['of another kind', altered(3, 0), 'not a text file'],
    ['of another version', altered(4, 2), 'version 2'],
    ['with a changed byte', altered(1000, 0), 'altered'],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => decodeTextFile(bytes)).toThrow(DamagedAsset);
    expect(() => decodeTextFile(bytes)).toThrow(message);
  });

  it('is read from the middle of a larger buffer', () => {
    const bytes = read('texts/names.bin');
    const padded = new Uint8Array(bytes.length + 7);
    padded.set(bytes, 7);
    expect(decodeTextFile(padded.subarray(7))).toBe(decodeTextFile(bytes));
  });
});
