/**
 * `npm run -s export -- '#task=spiral&lr=0.1' --out folder`: a run as PyTorch or Keras source with its data. Exit codes as those of `train`:
 * 2 for a configuration with problems, or one that the target cannot carry; 1 if the export failed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExportError } from '../codegen/refusals.ts';
import { exportRun } from '../trainer/export-run.ts';
import { loadTask } from '../trainer/load-task.ts';
import { openEngine } from '../trainer/open-engine.ts';
import { readExportOptions } from './options.ts';
import type { ExportOptions } from './options.ts';
import { readAsset } from './read-asset.ts';

async function main(): Promise<number> {
  const read = readExportOptions(process.argv.slice(2));
  if ('help' in read) {
    process.stdout.write(read.help);
    return 0;
  }
  return complain('problems' in read ? read.problems : await written(read.options));
}

/** Writes the files; what the target cannot carry comes back as sentences. */
async function written({ out, own, ...request }: ExportOptions): Promise<readonly string[]> {
  const task = await loadTask(request.config, readAsset, own === undefined ? {} : { own });
  try {
    const files = await exportRun(request, task, openEngine);
    mkdirSync(out, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(out, name), bytes);
    return [];
  } catch (error) {
    if (error instanceof ExportError) return error.problems;
    throw error;
  }
}

function complain(problems: readonly string[]): number {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  return problems.length === 0 ? 0 : 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
