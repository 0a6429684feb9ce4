/** A text of the user's own on the command line: read, kept with a long run, refused by name. */
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { ownTextLimit } from '../params/language-sizes.ts';
import { readExportOptions, readOptions, readPretrainOptions } from './options.ts';
import { rangeTest } from './range-test.ts';
import { textIn } from './run-folder.ts';
import { train } from './train.ts';

const folder = mkdtempSync(join(tmpdir(), 'own-text-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const sentences = (word: string) => Array.from({ length: 200 }, (_, i) => `The ${word} counts ${String((i * 37) % 101)} sheep.\n`).join('');
const book = written('book.txt', sentences('miller'));
const link = '#task=text&text=own&model=gpt&depth=1&width=8&heads=2&context=16&batch=4&engine=wasm&steps=3';

const problemsOf = (read: object) => ('problems' in read ? (read.problems as readonly string[]) : []);

async function linesFor(...args: readonly string[]): Promise<{ readonly text: string; readonly checkpoint?: Uint8Array }> {
  const read = readOptions(args);
  if (!('options' in read)) throw new Error(JSON.stringify(read));
  let text = '';
  const output = { write: (lines: string) => (text += lines), note: () => undefined, stopped: () => false };
  if (read.options.rangeTest) await rangeTest(read.options, output);
  else return { ...(await train(read.options, output)), text };
  return { text };
}

describe('--text', () => {
  it('trains on the file, and goes on from a checkpoint with the same text only, which it names', async () => {
    const save = join(folder, 'run.safetensors');
    const { text, checkpoint } = await linesFor(link, '--text', book, '--save', save);
    expect(text).toContain('"text":"own"');
    expect(text).toContain('"end"');
    writeFileSync(save, checkpoint ?? new Uint8Array());
    const again = await linesFor('--resume', save, '--text', book, '--steps', '5');
    expect(again.text).toContain('"step":4');
    // As long, and its letters sorted alike: every id is the same.
    const other = written('other.txt', sentences('miller').replaceAll('p', 'q'));
    await expect(linesFor('--resume', save, '--text', other, '--steps', '5')).rejects.toThrow(
      /^resume: the checkpoint was made on another text than the one of your own/,
    );
  });

  it('is what a range test reads as well', async () => {
    expect((await linesFor(link, '--text', book, '--range-test')).text).toContain('"suggestions"');
  });

  it.each([
    ['a short one', 'Too short.', /^text: .*a\.txt cannot be used: The text has 10 characters; at least 1,000/],
    ['a binary one', Uint8Array.of(0x89, 0x50, 0, 1), /^text: .*cannot be used: This is not a text/],
    ['one in another encoding', Uint8Array.of(0xff, 0xfe, 65, 0), /^text: .*is written in UTF-16\. Save it as UTF-8/],
    ['one that is too long', new Uint8Array(ownTextLimit + 1).fill(97), /^text: .*10,000,001 bytes; at most 10,000,000/],
  ])('refuses %s', (_name, content, complaint) => {
    const path = written('a.txt', content);
    expect(problemsOf(readOptions([link, '--text', path]))).toEqual([expect.stringMatching(complaint)]);
    expect(problemsOf(readExportOptions([link, '--text', path, '--out', 'x']))).toEqual([expect.stringMatching(complaint)]);
  });

  it('refuses a file larger than can be read, before it is read', () => {
    const path = written('huge.txt', '');
    truncateSync(path, 3e9);
    expect(problemsOf(readOptions([link, '--text', path]))).toEqual([
      expect.stringMatching(/^text: .*it has 3,000,000,000 bytes; at most/),
    ]);
  });

  it.each([
    ['a run of one’s own text without it', [link], /^text: .*give its file with --text/],
    ['one that reads another text', ['#task=text&text=plays', '--text', book], /^text: .*say task=text&text=own/],
    ['a file that is not there', [link, '--text', '/no/such.txt'], /^text: \/no\/such\.txt cannot be used: /],
  ])('%s is a complaint', (_name, args, complaint) => {
    expect(problemsOf(readOptions(args))).toEqual([expect.stringMatching(complaint)]);
    expect(problemsOf(readPretrainOptions([...args, '--folder', join(folder, 'nowhere')]))).toEqual([expect.stringMatching(complaint)]);
  });

  it('is kept in the folder of a long run, which goes on with nothing but the folder', async () => {
    const long = join(folder, 'long');
    const pretrain = ['--import', 'tsx', fileURLToPath(new URL('pretrain.ts', import.meta.url))];
    await promisify(execFile)(process.execPath, [...pretrain, link, '--text', book, '--folder', long]);
    expect(readFileSync(textIn(long), 'utf8')).toBe(readFileSync(book, 'utf8'));
    expect(readPretrainOptions(['--folder', long])).toMatchObject({ options: { own: readFileSync(book, 'utf8') } });
    expect(existsSync(join(long, 'run.safetensors'))).toBe(true);
  }, 60_000);
});
