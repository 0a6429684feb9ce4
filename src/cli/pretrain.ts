/**
 * `npm run pretrain -- '#task=spiral' --folder runs/long`: a long run that survives whatever ends it. It keeps its checkpoint and its
 * JSON lines in a folder, once a minute and when it is interrupted; the same command with nothing but the folder goes on from there, bit for bit.
 */
import { outlineOfCheckpoint } from '../training/checkpoint.ts';
import { readPretrainOptions } from './options.ts';
import { checkpointIn, RunFolder } from './run-folder.ts';
import { train } from './train.ts';

/** Seconds from one checkpoint to the next: no more work than this is ever lost. */
const every = 60;

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  // By its name npm takes this for what is to run before “train”, and runs it then, without a word.
  if (words.length === 0) return 0;
  const read = readPretrainOptions(words);
  if ('help' in read) {
    process.stdout.write(read.help);
    return 0;
  }
  if ('problems' in read) {
    for (const problem of read.problems) process.stderr.write(`${problem}\n`);
    return 2;
  }
  const { folder: path, ...options } = read.options;
  const folder = new RunFolder(path, options.resume && outlineOfCheckpoint(options.resume).cursor.step);
  if (options.own !== undefined && !options.resume) folder.keepText(options.own);
  let [interrupted, kept] = [false, performance.now()];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (interrupted = true));
  const { end, checkpoint } = await train(
    { ...options, save: checkpointIn(path), rangeTest: false },
    { write: (lines) => folder.write(lines), note: say, stopped: () => false },
    {
      due: () => interrupted || performance.now() - kept >= every * 1000,
      write: (bytes) => {
        folder.keep(bytes);
        kept = performance.now();
        if (!interrupted) return;
        say(`Interrupted; “npm run pretrain -- --folder ${path}” goes on.`);
        process.exit(0);
      },
    },
  );
  if (checkpoint) folder.keep(checkpoint);
  say(`Ended (${end.reason}) at step ${String(end.step)}; the run is in ${path}.`);
  return 0;
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
