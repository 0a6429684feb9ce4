/**
 * The record of one run: its curves at bounded memory, its clock, and the snapshot that the page gets of them.
 * Knows nothing of threads, pace or executors.
 */
import { keptColumns } from '../shared/column-memory.ts';
import { History } from '../shared/history.ts';
import type { Task } from '../tasks/task.ts';
import type { Report, StepColumns } from '../training/run-types.ts';
import { percentileOf } from '../shared/statistics.ts';
import { MeasuredCurves } from './measured-curves.ts';
import type { SavedRecord } from './saved-record.ts';
import { Speedometer } from './speedometer.ts';
import { evaluationStreams, stepStreams } from './trainer.ts';
import type { Curves, Evaluation, EvaluationStream, RunSnapshot, StepStream } from './trainer.ts';

/** Points of a curve that the page gets. A redraw of the charts costs in proportion; 300 kept the page busy past 50 ms at a time. */
const drawnPoints = 180;

/** Share of the run, and least number of steps, after which chance-level answers are worth a word. */
const patienceWithChance = { share: 0.2, steps: 100 };

/** The record; `saved` is what `save` gave. */
export class RunRecord {
  private steps = new History<StepStream>(stepStreams);
  private evaluations = new History<EvaluationStream>(evaluationStreams);
  private measured = new MeasuredCurves();
  private seconds = 0;
  private clipped = 0;
  private report: Report | undefined;
  private latest: RunSnapshot['latest'];
  private evaluation: RunSnapshot['evaluation'];
  private readonly speed = new Speedometer();
  private readonly memory = keptColumns();
  /** An evaluation off the cadence, at an end: shown, but no part of the history of a run that goes on. */
  private final: Report['evaluation'];

  private readonly runId: number;
  private readonly task: Task;

  constructor(runId: number, task: Task, saved?: SavedRecord) {
    this.runId = runId;
    this.task = task;
    if (!saved) return;
    this.steps = History.from(saved.steps, stepStreams);
    this.evaluations = History.from(saved.evaluations, evaluationStreams);
    this.seconds = saved.seconds;
    this.clipped = saved.clipped;
    this.measured = new MeasuredCurves(saved.measured);
    this.latest = saved.latest;
  }

  save(): SavedRecord {
    const { steps, evaluations, seconds, clipped, measured, latest } = this;
    // Only of a step that went well: JSON has no other numbers, and a run that failed does not go on.
    const isWell = latest !== undefined && Object.values(latest).every(Number.isFinite);
    const histories = { steps: steps.serialize(), evaluations: evaluations.serialize(), measured: measured.save() };
    return { ...histories, seconds, clipped, ...(isWell ? { latest } : {}) };
  }

  /** Takes in what one pull did in `seconds` of training. */
  add(report: Report, seconds: number, resumed = false): void {
    const { columns, evaluation } = report;
    const rows = columns.step.length;
    this.report = report;
    if (rows > 0) {
      const row = { ...columns, seconds: fillSeconds(this.memory('seconds', rows), this.seconds, seconds) };
      this.steps.append(row);
      this.measured.addSteps(row, columns);
      this.clipped += clippedCount(columns);
      this.latest = lastOf(columns, this.latest);
      this.final = undefined;
    }
    this.seconds += seconds;
    if (!evaluation) return;
    this.evaluation = evaluation;
    if (!evaluation.onCadence) this.final = evaluation;
    else if (!resumed && !this.isKnown(evaluation.step)) this.append(evaluation);
  }

  /** Takes in that `steps` took `seconds` by the wall clock, waiting for the pace included. */
  measure(steps: number, seconds: number): void {
    this.speed.add(steps, seconds);
  }

  snapshot(phase: RunSnapshot['phase'], deadLayers: readonly string[]): RunSnapshot | undefined {
    const { report } = this;
    if (!report) return undefined;
    const { columns: _columns, config: _config, best, evaluation: _evaluation, ...rest } = report;
    const steps = this.steps.reduce(drawnPoints);
    const lately = this.lately();
    return {
      ...rest,
      runId: this.runId,
      phase,
      epoch: steps.at.epoch.at(-1) ?? 0,
      examples: steps.at.examples.at(-1) ?? 0,
      seconds: this.seconds,
      stepsPerSecond: this.speed.perSecond,
      steps,
      evaluations: this.evaluationCurves(),
      clippedShare: this.steps.length === 0 ? 0 : this.clipped / this.steps.length,
      ...(lately ? { lately } : {}),
      measured: this.measured.reduce(drawnPoints),
      warnings: this.warnings(deadLayers),
      ...(this.latest ? { latest: this.latest } : {}),
      ...(this.evaluation ? { evaluation: this.evaluation } : {}),
      ...(best ? { best } : {}),
    };
  }

  private isKnown(step: number): boolean {
    return this.evaluations.length > 0 && (this.evaluations.recent().step.at(-1) ?? -1) >= step;
  }

  private append(evaluation: NonNullable<Report['evaluation']>): void {
    const row = this.evaluationRow(evaluation);
    this.evaluations.append(row);
    this.measured.addEvaluation(row, evaluation);
  }

  private evaluationRow(evaluation: NonNullable<Report['evaluation']>) {
    const { epoch, examples } = this.steps.recent();
    const { step, valLoss, valMetric, besideLoss, besideMetric } = evaluation;
    const one = (value = Number.NaN) => Float64Array.of(value);
    return {
      step: one(step),
      epoch: one(epoch.at(-1) ?? 0),
      examples: one(examples.at(-1) ?? 0),
      seconds: one(this.seconds),
      valLoss: one(valLoss),
      valMetric: one(valMetric),
      besideLoss: one(besideLoss),
      besideMetric: one(besideMetric),
    };
  }

  /** What the last steps say about clipping. */
  private lately(): RunSnapshot['lately'] {
    const { gradNorm, clippedNorm } = this.steps.recent();
    if (gradNorm.length === 0) return undefined;
    return { clippedShare: clippedCount({ gradNorm, clippedNorm }) / gradNorm.length, normPercentile: percentileOf(gradNorm, 90) };
  }

  /** The history, and the evaluation at the end if that is off the cadence. */
  private evaluationCurves(): Curves<EvaluationStream> {
    if (!this.final || this.isKnown(this.final.step)) return this.evaluations.reduce(drawnPoints);
    const withFinal = History.from(this.evaluations.serialize(), evaluationStreams);
    withFinal.append(this.evaluationRow(this.final));
    return withFinal.reduce(drawnPoints);
  }

  private warnings(deadLayers: readonly string[]): RunSnapshot['warnings'] {
    const { report, evaluation, task } = this;
    const warnings: RunSnapshot['warnings'][number][] = [];
    if (deadLayers.length > 0) warnings.push('noUnitAlive');
    const late = report && report.step >= Math.max(patienceWithChance.steps, report.plan.totalSteps * patienceWithChance.share);
    // One that diverged says so instead.
    const judged = late && report.end?.reason !== 'diverged';
    const shown = report?.end?.restored === true ? (report.best ?? evaluation) : evaluation;
    if (judged && shown && looksLikeGuessing(task, shown)) warnings.push('stuckAtChance');
    return warnings;
  }
}

/** As good as always giving the same answer, and no worse: a loss far above ln K means something else. */
function looksLikeGuessing(task: Task, { valLoss, valMetric }: Evaluation): boolean {
  if (task.kind === 'regression') return false;
  if (task.kind === 'language') return valLoss >= 0.98 * Math.log(task.outputs) && valLoss <= 1.15 * Math.log(task.outputs);
  return valMetric <= majorityShare(task) + 0.02 && valLoss <= 1.15 * Math.log(task.classNames.length);
}

/** Share of the commonest class in the validation split: what always giving the same answer would score. */
function majorityShare(task: Task): number {
  const counts = task.classNames.map((_, k) => task.validation.targets.reduce((count, label) => count + Number(label === k), 0));
  return Math.max(...counts) / task.validation.count;
}

/** Steps whose gradient was clipped. */
function clippedCount({ gradNorm, clippedNorm }: Pick<StepColumns, 'gradNorm' | 'clippedNorm'>): number {
  // Without clipping they are the same column.
  if (clippedNorm === gradNorm) return 0;
  let count = 0;
  for (let i = 0; i < clippedNorm.length; i++) if (clippedNorm[i]! < gradNorm[i]!) count++;
  return count;
}

/** The time after each step, as if all had taken the same. In a loop: a function for each step would cost half as much as a small step. */
function fillSeconds(column: Float64Array, from: number, span: number): Float64Array {
  const { length } = column;
  for (let i = 0; i < length; i++) column[i] = from + (span * (i + 1)) / length;
  return column;
}

function lastOf(columns: StepColumns, before: RunSnapshot['latest']): RunSnapshot['latest'] {
  const [loss, learningRate, gradNorm, clippedNorm] = [columns.loss, columns.learningRate, columns.gradNorm, columns.clippedNorm].map((c) =>
    c.at(-1),
  );
  if (loss === undefined || learningRate === undefined || gradNorm === undefined || clippedNorm === undefined) return before;
  return { loss, learningRate, gradNorm, clippedNorm };
}
