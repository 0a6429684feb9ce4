/**
 * A run as files for another framework: trains its first steps once more to know what a script must find, and hands all to the
 * generator. The run that the page shows is neither used nor touched.
 */
import { effectiveBatch } from '../params/effective.ts';
import { exportFiles } from '../codegen/files.ts';
import type { ExportTarget } from '../codegen/files.ts';
import type { Expected } from '../codegen/material.ts';
import type { Change } from '../params/changes.ts';
import type { Config } from '../params/config.ts';
import type { Task } from '../tasks/task.ts';
import { firstStep } from '../training/first-step.ts';
import { openRun } from '../training/run.ts';
import type { Evaluation } from '../training/run-types.ts';
import type { OpenEngine } from './job-request.ts';
import { runMaterial } from './run-material.ts';

/** Steps that `--check` compares, at most. */
const mostSteps = 200;
/**
 * The engine of the check, and multiplications that it may cost, roughly; large models are compared over fewer steps. The CPU engine's loops are
 * the plainest there are, but language would take minutes for a hundred steps on it.
 */
const means = { tables: { engine: 'tfjs-cpu', budget: 3e9 }, language: { engine: 'wasm', budget: 2e11 } } as const;
const fewestSteps = 20;

/** What is exported. */
export interface ExportRequest {
  readonly config: Config;
  readonly changes: readonly Change[];
  readonly target: ExportTarget;
}

/** Files by name. Rejects with an `ExportError` that names what the script cannot carry, or with an engine's error. */
export async function exportRun(
  { config, changes, target }: ExportRequest,
  task: Task,
  openEngine: OpenEngine,
  breathe?: () => Promise<void>,
): Promise<Readonly<Record<string, Uint8Array>>> {
  const nothing: Expected = { loss: [], learningRate: [], momentum: [], evaluations: [] };
  const material = runMaterial(config, changes, task, nothing);
  const weights = [...(material.fixed ?? []), ...material.parameters].reduce((sum, { values }) => sum + values.length, 0);
  const { engine, budget } = task.kind === 'language' ? means.language : means.tables;
  const perStep = 6 * weights * effectiveBatch(config) * placesOf(config, task);
  const steps = Math.max(fewestSteps, Math.min(mostSteps, Math.floor(budget / perStep)));
  const opened = { open: openEngine, engine };
  const expected = target === 'keras' ? nothing : await firstSteps(config, changes, task, opened, steps, breathe);
  return exportFiles({ ...material, expected }, target);
}

function rowOf({ step, valLoss, valMetric, oldLoss }: Evaluation): Expected['evaluations'][number] {
  return oldLoss === undefined ? [step, valLoss, valMetric] : [step, valLoss, valMetric, oldLoss];
}

/** How often a weight is used for an example, roughly: at every token, and at many places of an image. */
function placesOf({ model }: Config, { kind, inputShape: [context = 1] }: Task): number {
  if (kind === 'language') return context;
  return model === 'cnn' ? 50 : 1;
}

/** What the product's own run says in its first steps. */
async function firstSteps(
  config: Config,
  changes: readonly Change[],
  task: Task,
  { open, engine }: { readonly open: OpenEngine; readonly engine: 'tfjs-cpu' | 'wasm' },
  steps: number,
  breathe: (() => Promise<void>) | undefined,
): Promise<Expected> {
  const { executor } = await open(engine, [], firstStep(config, task));
  const run = openRun({ config, changes, task, executor, ...(breathe ? { breathe } : {}) });
  const loss: number[] = [];
  const learningRate: number[] = [];
  const momentum: number[] = [];
  const evaluations = new Map<number, Expected['evaluations'][number]>();
  try {
    let { value: report } = await run.reports.next();
    for (;;) {
      if (!report) throw new Error('the run closed before its end');
      loss.push(...report.columns.loss);
      learningRate.push(...report.columns.learningRate);
      momentum.push(...report.columns.momentum);
      const { evaluation, end } = report;
      if (evaluation) evaluations.set(evaluation.step, rowOf(evaluation));
      if (end || report.step >= steps) {
        // The step that failed is no part of the curve.
        if (end?.divergence) [loss, learningRate, momentum].forEach((column) => column.pop());
        return {
          loss,
          learningRate,
          momentum,
          evaluations: [...evaluations.values()],
          ...(end ? { end: { reason: end.reason, step: end.step, bestStep: end.bestStep } } : {}),
        };
      }
      await breathe?.();
      report = (await run.reports.next({ steps: Math.min(10, steps - report.step) })).value;
    }
  } finally {
    await run.reports.return();
  }
}
