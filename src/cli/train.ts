/** Trains one configuration from start to end and hands every line to `write`. The same core as the page's. */
import { loadTask } from '../trainer/load-task.ts';
import { openEngine } from '../trainer/open-engine.ts';
import { RunRecord } from '../trainer/run-record.ts';
import { savedRecordOf, withSavedRecord } from '../trainer/saved-record.ts';
import { CheckpointError } from '../training/checkpoint-error.ts';
import { firstStep } from '../training/first-step.ts';
import { openRun } from '../training/run.ts';
import { stillToAct } from '../params/changes.ts';
import { formatCount, formatRate } from '../shared/format.ts';
import type { RunEnd } from '../training/run-types.ts';
import { configLine, endLine, evaluationLine, stepLines } from './lines.ts';
import type { TrainOptions } from './options.ts';
import { readAsset } from './read-asset.ts';

/** Where lines and files go. */
export interface Output {
  readonly write: (lines: string) => void;
  /** Something a person should know that is no part of the run. */
  readonly note: (sentence: string) => void;
  /** True once the user has asked to stop. */
  readonly stopped: () => boolean;
}

/** Where checkpoints of a run that is still going are kept. */
export interface Keep {
  /** True when the next one is wanted; asked some times a second. */
  readonly due: () => boolean;
  readonly write: (checkpoint: Uint8Array) => void;
}

/** Returns how the run ended, and the bytes of a checkpoint if one is to be saved. Rejects with the engine's or the data's error. */
export async function train(options: TrainOptions, output: Output, keep?: Keep): Promise<{ end: RunEnd; checkpoint?: Uint8Array }> {
  const { config, changes } = options;
  const { resume, patch, own } = options;
  const task = await loadTask(config, readAsset, own === undefined ? {} : { own });
  const { executor, report: engine } = await openEngine(config.engine, [], firstStep(config, task));
  if (config.engine !== 'auto' && engine.engine !== config.engine) output.note(engine.why);
  const run = openRun({ config, task, executor, changes, reusesColumns: true, ...(resume ? { checkpoint: resume } : {}) });
  let { value: report } = await run.reports.next().catch(namingResume);
  if (patch) report = (await run.reports.next({ steps: 0, patch })).value ?? undefined;
  // The page's own record: both say the same of a run.
  const record = new RunRecord(0, task, resume && savedRecordOf(resume));
  if (report) record.add(report, 0, resume !== undefined);
  const acted = report?.changes ?? [];
  output.write(configLine(config, [...acted, ...stillToAct(changes, acted, report?.step ?? 0)], engine.engine));
  if (report?.evaluation) output.write(evaluationLine(report.evaluation));
  const checkpointed = () => run.checkpoint(withSavedRecord(record.save()));
  let steps = 1;
  let [trained, spent] = [0, 0];
  while (report && !report.end) {
    await interruptible();
    const started = performance.now();
    report = (await run.reports.next(output.stopped() ? { steps: 0, stop: true } : { steps })).value ?? undefined;
    if (!report) break;
    const seconds = (performance.now() - started) / 1000;
    steps = nextChunk(steps, seconds);
    [trained, spent] = [trained + report.columns.step.length, spent + seconds];
    record.add(report, seconds);
    output.write(stepLines(report.columns));
    if (report.evaluation) output.write(evaluationLine(report.evaluation));
    if (!report.end && keep?.due()) keep.write(await checkpointed());
  }
  if (!report?.end) throw new Error('the run closed before its end');
  const told = record.snapshot('ended', []);
  const clipping = told?.lately && { clippedShare: told.clippedShare, gradNormP90: told.lately.normPercentile };
  output.write(endLine(report.end, clipping));
  if (trained > 0) output.note(speedSentence(trained, spent, engine.engine, executor.device));
  const checkpoint = options.save === undefined ? undefined : await checkpointed();
  await run.reports.return();
  return { end: report.end, ...(checkpoint ? { checkpoint } : {}) };
}

/** How fast and on what: for a person, since two runs of the same lines differ in it. The time is that of training and judging, not of writing. */
function speedSentence(steps: number, seconds: number, engine: string, device: string): string {
  const rate = formatRate(steps / Math.max(seconds, 1e-6));
  return `Trained ${formatCount(steps)} ${steps === 1 ? 'step' : 'steps'} at ${rate} steps/s, evaluations included, on ${engine} (${device}).`;
}

/** Rejects with the field's name where the file of another run, or of another text, was given to go on from. */
function namingResume(error: unknown): never {
  throw error instanceof CheckpointError ? new Error(`resume: ${error.message}`, { cause: error }) : error;
}

/** Steps until the next look at `stopped`: about a quarter of a second, however slow a step is. No line depends on it. */
function nextChunk(steps: number, seconds: number): number {
  return Math.max(1, Math.min(1000, seconds < 0.125 ? steps * 2 : Math.round((steps * 0.25) / seconds)));
}

/** Training on the CPU never waits for anything, so that an interrupt would wait for the end without this. */
export function interruptible(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
