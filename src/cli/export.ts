/**
 * `npm run -s export -- '#task=spiral&lr=0.1' --out dir/`: a run as PyTorch or Keras source with its data. Exit codes as of `train`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAssets } from '../tasks/assets.ts';
import { makeTask } from '../tasks/make-task.ts';
import { exportRun } from '../trainer/export-run.ts';
import { openEngine } from '../trainer/open-engine.ts';
import { readOptions } from './options.ts';
import { readAsset } from './read-asset.ts';

async function main(): Promise<number> {
  const read = readOptions(process.argv.slice(2));
  if ('help' in read) return 0;
  if ('problems' in read) {
    for (const problem of read.problems) process.stderr.write(`${problem}\n`);
    return 2;
  }
  const { config, changes, out = 'export' } = read.options;
  const task = makeTask(config, await loadAssets(config, readAsset));
  const files = await exportRun({ config, changes, target: 'pytorch' }, task, openEngine);
  mkdirSync(out, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(out, name), bytes);
  return 0;
}

process.exitCode = await main();
