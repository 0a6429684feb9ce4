/**
 * `npm run -s export -- '#task=spiral&lr=0.1' --out folder`: a run as PyTorch or Keras source with its data; `--resume run.safetensors --to model`: the
 * language model that a saved run has come to. Exit codes as those of `train`:
 * 2 for a configuration with problems, or one that the target cannot carry; 1 if the export failed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExportError } from '../codegen/refusals.ts';
import { exportModel } from '../trainer/export-model.ts';
import { exportRun } from '../trainer/export-run.ts';
import { loadTask } from '../trainer/load-task.ts';
import { openEngine } from '../trainer/open-engine.ts';
import { weightsForReading } from '../trainer/weights-for-reading.ts';
import { firstStep } from '../training/first-step.ts';
import { openRun } from '../training/run.ts';
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

/** The files of a run, or of the model that it has come to. */
async function filesOf({ target, resume, ...run }: ExportOptions): Promise<Readonly<Record<string, Uint8Array>>> {
  const task = await loadTask(run.config, readAsset);
  if (target !== 'model') return exportRun({ ...run, target }, task, openEngine);
  const { executor } = await openEngine(run.config.engine, [], firstStep(run.config, task));
  const saved = openRun({ ...run, task, executor, ...(resume ? { checkpoint: resume } : {}) });
  try {
    const { value: report } = await saved.reports.next();
    const read = report && (await weightsForReading(saved, report.config));
    if (!read) throw new ExportError(['task: only a language model leaves as a model; any other run leaves as a script.']);
    const { step, end, changes } = report;
    return await exportModel({ ...read, step: end?.restored ? end.bestStep : step, begun: { config: run.config, changes } }, readAsset);
  } finally {
    await saved.reports.return();
  }
}

/** Writes the files; what the target cannot carry comes back as sentences. */
async function written(options: ExportOptions): Promise<readonly string[]> {
  const { out } = options;
  try {
    const files = await filesOf(options);
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
