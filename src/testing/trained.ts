/** Trains a configuration from start to end on the CPU engine and keeps everything that a run tells. */
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import type { Change } from '../params/changes.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { makeTask } from '../tasks/make-task.ts';
import type { Assets } from '../tasks/assets.ts';
import { openRun } from '../training/run.ts';
import type { EvaluationReport, Report, RunEnd } from '../training/run-types.ts';

/** All that a run told. */
export interface Told {
  readonly loss: readonly number[];
  readonly learningRate: readonly number[];
  readonly momentum: readonly number[];
  readonly penalties: readonly number[];
  readonly clippedNorm: readonly number[];
  /** Columns of diagnostics by name, and what they add to evaluations. */
  readonly measured: Readonly<Record<string, readonly number[]>>;
  readonly diagnosed: readonly Pick<EvaluationReport, 'noise' | 'sharpness'>[];
  readonly evaluations: readonly (readonly number[])[];
  readonly cuts: readonly number[];
  readonly best: EvaluationReport | undefined;
  readonly end: RunEnd | undefined;
}

/** What may be asked beside a configuration. */
export interface TrainingOptions {
  readonly assets?: Assets;
  readonly changes?: readonly Change[];
  /** A live change before a step. */
  readonly patchAt?: number;
  readonly patch?: ConfigPatch;
  /** Train no further than this. */
  readonly until?: number;
}

/** Rejects with whatever the run throws. */
export async function trained(config: Config, options: TrainingOptions = {}): Promise<Told> {
  const { assets = {}, changes = [], patchAt = Infinity, patch = {}, until = Infinity } = options;
  const run = openRun({ config, changes, task: makeTask(config, assets), executor: createExecutor(await openCpu()) });
  const columns: Report['columns'][] = [];
  const evaluations = new Map<number, readonly number[]>();
  const diagnosed: Told['diagnosed'][number][] = [];
  try {
    let { value: report } = await run.reports.next();
    let patched = false;
    for (;;) {
      if (!report) throw new Error('the run closed before its end');
      columns.push(report.columns);
      const { evaluation, step, end, cuts, best } = report;
      if (evaluation?.noise || evaluation?.sharpness !== undefined) diagnosed.push(pickDiagnosed(evaluation));
      if (evaluation)
        evaluations.set(evaluation.step, [evaluation.step, evaluation.valLoss, evaluation.valMetric, evaluation.besideLoss ?? 0]);
      if (end || step >= until) {
        const all = (name: Exclude<keyof Report['columns'], 'measured'>) => columns.flatMap((chunk) => [...chunk[name]]);
        return {
          loss: all('loss'),
          learningRate: all('learningRate'),
          momentum: all('momentum'),
          penalties: [...all('l1'), ...all('l2')],
          clippedNorm: all('clippedNorm'),
          measured: measuredIn(columns),
          diagnosed,
          evaluations: [...evaluations.values()],
          cuts,
          best,
          end,
        };
      }
      const steps = Math.min(until, step < patchAt ? patchAt : Infinity) - step;
      // Once: a pull that only evaluates leaves the step where it is.
      const isDue: boolean = step === patchAt && !patched;
      patched ||= isDue;
      report = (await run.reports.next({ steps: Math.min(steps, 10_000), ...(isDue ? { patch } : {}) })).value;
    }
  } finally {
    await run.reports.return();
  }
}

function pickDiagnosed({ noise, sharpness }: EvaluationReport): Told['diagnosed'][number] {
  return { ...(noise ? { noise } : {}), ...(sharpness === undefined ? {} : { sharpness }) };
}

function measuredIn(columns: readonly Report['columns'][]): Told['measured'] {
  const names = new Set(columns.flatMap(({ measured }) => Object.keys(measured)));
  return Object.fromEntries([...names].map((name) => [name, columns.flatMap(({ measured }) => [...(measured[name] ?? [])])]));
}
