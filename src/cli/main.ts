/**
 * `npm run -s train -- '#task=spiral&lr=0.1'`: a run without a page. Exit code 0 for any run that ended, diverged ones
 * included; 2 for a configuration with problems, one line each; 1 if it could not be trained.
 */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { readOptions } from './options.ts';
import { rangeTest } from './range-test.ts';
import { train } from './train.ts';
import type { Output } from './train.ts';

const standardOutput = 1;

async function main(): Promise<number> {
  const read = readOptions(process.argv.slice(2));
  if ('help' in read) {
    writeAll(standardOutput, read.help);
    return 0;
  }
  if ('problems' in read) {
    for (const problem of read.problems) process.stderr.write(`${problem}\n`);
    return 2;
  }
  const { options } = read;
  let stop = false;
  // SIGTERM is what `scripts/run.mjs` makes of an interrupt.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stop = true));
  // Opened before training, so that an unwritable place is known at once.
  const file = options.out === undefined ? standardOutput : opened('out', options.out, 'w');
  if (options.save !== undefined) closeSync(opened('save', options.save, 'a'));
  const output = {
    write: (lines) => writeAll(file, lines),
    note: (sentence) => process.stderr.write(`${sentence}\n`),
    stopped: () => stop,
  } satisfies Output;
  if (options.rangeTest) {
    await rangeTest(options, output);
    return 0;
  }
  const { checkpoint } = await train(options, output);
  if (options.save !== undefined && checkpoint) writeFileSync(options.save, checkpoint);
  return 0;
}

/** Opens the file of an option. Throws an error that names the option if that cannot be done. */
function opened(option: string, path: string, flags: 'w' | 'a'): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    throw new Error(`${option}: ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Writes all of it, also into a pipe whose reader is slow. */
function writeAll(file: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(file, rest));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      // The reader has seen enough, as `head` has.
      if (code === 'EPIPE') process.exit(0);
      if (code !== 'EAGAIN') throw error;
    }
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
