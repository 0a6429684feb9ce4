/**
 * `npm run -s export -- '#task=spiral&lr=0.1' --out folder`: a run as PyTorch or Keras source with its data; `--resume run.safetensors --to model`: the
 * language model that a saved run has come to. Exit codes as those of `train`:
 * 2 for a configuration with problems, or one that the target cannot carry; 1 if the export failed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExportError } from '../codegen/refusals.ts';
import { exportedFiles } from './exported.ts';
import { readExportOptions } from './options.ts';
import type { ExportOptions } from './options.ts';

async function main(): Promise<number> {
  const read = readExportOptions(process.argv.slice(2));
  if ('help' in read) {
    process.stdout.write(read.help);
    return 0;
  }
  return complain('problems' in read ? read.problems : await written(read.options));
}

/** Writes the files; what the target cannot carry comes back as sentences. */
async function written(options: ExportOptions): Promise<readonly string[]> {
  const { out } = options;
  try {
    const files = await exportedFiles(options);
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
