/** What an export comes to: the files of a run as source, or of the model that a saved run has come to. */
import { ExportError } from '../codegen/refusals.ts';
import { exportModel } from '../trainer/export-model.ts';
import { exportRun } from '../trainer/export-run.ts';
import { loadTask } from '../trainer/load-task.ts';
import { openEngine } from '../trainer/open-engine.ts';
import { weightsForReading } from '../trainer/weights-for-reading.ts';
import { firstStep } from '../training/first-step.ts';
import { openRun } from '../training/run.ts';
import { readAsset } from './read-asset.ts';
import type { ExportOptions } from './options.ts';

/** Files by name. Rejects with `ExportError` for what cannot be exported, or with the error of engine, data or checkpoint. */
export async function exportedFiles({ target, resume, own, ...run }: ExportOptions): Promise<Readonly<Record<string, Uint8Array>>> {
  const task = await loadTask(run.config, readAsset, own === undefined ? {} : { own });
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
