/**
 * One run in the making: its generator, its engine, its record, and what is sent of them and when.
 * The host decides how far to train; the job trains, and spends at most a fair share of time on pictures and checkpoints.
 */
import type { Change } from '../params/changes.ts';
import { stillToAct } from '../params/changes.ts';
import type { Executor } from '../graph/executor.ts';
import type { ConfigPatch } from '../params/config.ts';
import type { DataPicture } from '../tasks/picture.ts';
import { pictureOf } from '../tasks/picture.ts';
import { firstStep } from '../training/first-step.ts';
import type { Run } from '../training/run.ts';
import { openRun } from '../training/run.ts';
import type { Pull, Report } from '../training/run-types.ts';
import { faultOf, isEnginesFault, sentences } from './faults.ts';
import type { JobRequest, JobSurroundings } from './job-request.ts';
import { gridSizes, learnedBy } from './learned.ts';
import { Pacer } from './pacer.ts';
import { tryRates } from './rates.ts';
import { RunRecord } from './run-record.ts';
import { savedRecordOf, withSavedRecord } from './saved-record.ts';
import { isSampleDue } from './samples.ts';
import { stepAfter } from './step-after.ts';
import { Throttle } from './throttle.ts';
import type { TakenModel } from './weights-for-reading.ts';
import { weightsForReading } from './weights-for-reading.ts';
import type { Amount, Checkpoint, RunSnapshot, Learned, WeightStep } from './trainer.ts';

/** Seconds between snapshots, pictures and checkpoints while a run moves; the latter two also stay below a share of the time. */
const intervals = { snapshot: 0.15, learned: 0.15, checkpoint: 2 };
const fairShare = 0.2;

/** One run on one engine. `turn` and `settle` reject with the engine’s errors; `reopened` is the way on. */
export class Job {
  private readonly pacer: Pacer;
  private readonly picture: DataPicture;
  private readonly due: { readonly snapshot: Throttle; readonly learned: Throttle; readonly checkpoint: Throttle };
  private lastTurn: number;
  private resting = true;
  private evaluatedStep = 0;
  /** The patch of the last turn has acted, and the report says so. */
  tookPatch = true;
  private report: Report | undefined;
  /** Not yet told. */
  private weightStep: WeightStep | undefined;
  private saved: Checkpoint | undefined;

  private readonly around: JobSurroundings;
  private readonly request: JobRequest;
  private readonly run: Run;
  private readonly record: RunRecord;
  private readonly engine: string;

  private constructor(
    around: JobSurroundings,
    request: JobRequest,
    run: Run,
    record: RunRecord,
    { engine, secondsPerRun }: Pick<Executor, 'engine'> & Partial<Pick<Executor, 'secondsPerRun'>>,
  ) {
    this.around = around;
    this.request = request;
    this.run = run;
    this.record = record;
    this.engine = engine;
    const now = around.now();
    this.pacer = new Pacer(Infinity, now, secondsPerRun);
    this.picture = pictureOf(request.task);
    this.lastTurn = now;
    this.due = {
      snapshot: new Throttle(intervals.snapshot, 1),
      learned: new Throttle(intervals.learned, fairShare),
      checkpoint: new Throttle(intervals.checkpoint, fairShare / 4),
    };
  }

  /** Chooses the engine, prepares the run up to its first evaluation, and shows it. */
  static async open(around: JobSurroundings, request: JobRequest, from?: Checkpoint): Promise<Job> {
    const { runId, config, changes, task, failed } = request;
    const { executor, report } = await around.openEngine(config.engine, failed, firstStep(config, task));
    around.emit({ type: 'engine', runId, report });
    try {
      const surroundings = { executor, breathe: () => around.rest(0), reusesColumns: true };
      const run = openRun({ config, changes, task, ...surroundings, ...(from ? { checkpoint: from.bytes } : {}) });
      const job = new Job(around, request, run, new RunRecord(runId, task, from && savedRecordOf(from.bytes)), {
        engine: report.engine,
        ...(executor.secondsPerRun === undefined ? {} : { secondsPerRun: executor.secondsPerRun }),
      });
      job.saved = from;
      await job.pull({ steps: 0 }, from !== undefined);
      await job.show('ready', gridSizes.resting);
      return job;
    } catch (error) {
      executor.dispose();
      throw error;
    }
  }

  get runId(): number {
    return this.request.runId;
  }

  /** Step of the newest checkpoint. */
  get keptStep(): number {
    return this.saved?.step ?? 0;
  }

  get step(): number {
    return this.report?.step ?? 0;
  }

  get ended(): boolean {
    return this.report?.end !== undefined;
  }

  setPace(stepsPerSecond: number): void {
    this.pacer.setPace(stepsPerSecond, this.around.now());
  }

  /** Where the run stands so much after step `from`. */
  stepAfter(amount: Amount, from: number): number {
    return stepAfter(amount, from, this.report?.plan);
  }

  /** The language model as it now stands, its weights copied; undefined if it is a network for tables. Rejects with the executor’s errors. */
  async languageModel(): Promise<TakenModel | undefined> {
    const model = await weightsForReading(this.run, this.report?.config ?? this.request.config);
    return model && { ...model, step: this.weightsStep, begun: { config: this.request.config, changes: this.changesSoFar() } };
  }

  /** Whether a sample of its text is due, the last having been made at step `last`: at some of the evaluations, and at the end. */
  isSampleDue(last: number | undefined): boolean {
    if (this.ended || last === undefined) return last !== this.step;
    return this.evaluatedStep === this.step && isSampleDue(this.step, last, this.report?.plan.totalSteps ?? 0);
  }

  /**
   * Trains what is due, at most `limit` steps, after putting a live change into force; the last with a weight watched. Returns the seconds to rest.
   * Rejects with the executor's error.
   */
  async turn(limit: number, patch: ConfigPatch, moving: boolean, watched?: number): Promise<number> {
    const hasPatch = Object.keys(patch).length > 0;
    // Time at rest says nothing about speed.
    const starts = this.resting;
    if (starts) this.lastTurn = this.around.now();
    this.resting = false;
    // A step may cost another time after a change, a larger batch above all: measured anew from one step.
    if (hasPatch) this.pacer.forget();
    const steps = Math.min(limit, this.pacer.due(this.around.now()));
    this.tookPatch = false;
    await this.train(steps, hasPatch ? { patch } : {}, watched);
    this.tookPatch = true;
    const now = this.around.now();
    const phase = moving && !this.ended ? 'running' : this.restingPhase();
    const withPicture = this.due.learned.ready(now);
    // Told at once that it moves: a short run could otherwise end before anyone heard.
    if (starts || hasPatch || (!withPicture && this.due.snapshot.ready(now))) this.sendSnapshot(phase);
    if (withPicture) {
      await this.sendLearned(gridSizes.moving);
      // Right behind it, so that the numbers beside a picture are of the picture's step.
      this.sendSnapshot(phase);
    }
    if (this.due.checkpoint.ready(now)) await this.sendCheckpoint();
    return steps === 0 ? Math.min(this.pacer.wait(this.around.now()), intervals.snapshot) : 0;
  }

  /** The run rests: shows it exactly and saves it. */
  async settle(): Promise<void> {
    this.resting = true;
    await this.show(this.restingPhase(), gridSizes.resting);
    if (this.step > 0) await this.sendCheckpoint();
  }

  /** Tries learning rates on a copy of the run until `stopped`, and tells what comes of it. Never rejects. */
  findRate(stopped: () => boolean): Promise<void> {
    return tryRates(this.around, this.request, this.run, this.engine, stopped);
  }

  /** The same run on the next engine, from its last checkpoint; undefined if that cannot be. Says either way what happened. */
  async reopened(around: JobSurroundings, error: unknown): Promise<Job | undefined> {
    const { runId } = this.request;
    await this.close();
    const fault = faultOf(error, this.saved?.step ?? 0);
    if (!isEnginesFault(error)) {
      around.emit({ type: 'fault', runId, fault });
      return undefined;
    }
    // The failed engine is out for this run, also where the link asks for it by name: going on beats stopping.
    const request = {
      ...this.request,
      config: { ...this.request.config, engine: 'auto' as const },
      changes: this.changesSoFar(),
      failed: [...this.request.failed, this.engine],
    };
    try {
      const job = await Job.open(around, request, this.saved);
      around.emit({ type: 'fault', runId, fault: { ...fault, continuesOn: job.engine } });
      return job;
    } catch (second) {
      around.emit({
        type: 'fault',
        runId,
        fault: { ...fault, message: sentences(fault.message, faultOf(second, fault.keptStep).message) },
      });
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.run.reports.return();
  }

  /** Changes that have acted, to act again at their steps, and those of the link that are still to come. */
  private changesSoFar(): readonly Change[] {
    const acted = this.report?.changes ?? [];
    return [...acted, ...stillToAct(this.request.changes, acted, this.step)];
  }

  /** A watched step is one by itself: a history does not depend on how it is cut up. */
  private async train(steps: number, change: { readonly patch?: ConfigPatch }, watched: number | undefined): Promise<void> {
    if (watched === undefined || steps === 0) {
      if (steps > 0 || change.patch) await this.pull({ steps, ...change }, false);
      return;
    }
    if (steps > 1) await this.pull({ steps: steps - 1, ...change }, false);
    await this.pull({ steps: 1, ...(steps > 1 ? {} : change), weight: watched }, false);
  }

  private async pull(pull: Pull, resumed: boolean): Promise<void> {
    const before = this.around.now();
    const stepBefore = this.step;
    const { value } = await this.run.reports.next(pull);
    if (!value) throw new Error('the run is closed');
    const after = this.around.now();
    this.report = value;
    this.tookPatch = true;
    this.evaluatedStep = value.evaluation?.step ?? this.evaluatedStep;
    const steps = value.step - stepBefore;
    this.record.add(value, pull.steps > 0 ? after - before : 0, resumed);
    // Looking takes longer than the step: it says nothing of what steps cost.
    this.pacer.trained(steps, pull.weight === undefined ? after - before : undefined, after);
    this.weightStep = value.weight ?? this.weightStep;
    if (pull.steps > 0) this.record.measure(steps, after - this.lastTurn);
    this.lastTurn = after;
  }

  private restingPhase(): RunSnapshot['phase'] {
    return this.ended ? 'ended' : this.step === 0 ? 'ready' : 'paused';
  }

  private async show(phase: RunSnapshot['phase'], size: number): Promise<void> {
    this.sendSnapshot(phase);
    await this.sendLearned(size);
  }

  private sendSnapshot(phase: RunSnapshot['phase']): void {
    const layers = Object.entries(this.run.validation?.units ?? {});
    const snapshot = this.record.snapshot(
      phase,
      layers.flatMap(([layer, { dead }]) => (dead === 1 ? [layer] : [])),
    );
    if (snapshot) this.around.emit({ type: 'snapshot', snapshot });
    if (this.weightStep) this.around.emit({ type: 'weight', runId: this.request.runId, step: this.weightStep });
    this.weightStep = undefined;
    this.due.snapshot.done(this.around.now(), 0);
  }

  private async sendLearned(size: number): Promise<void> {
    const before = this.around.now();
    const learned = await learnedBy(this.run, this.picture, size);
    if (learned) this.around.emit({ type: 'learned', runId: this.request.runId, step: this.learnedStep(learned), learned });
    const after = this.around.now();
    this.due.learned.done(after, after - before);
    this.lastTurn += after - before;
  }

  /** Step whose weights a picture shows: the best one's after a restore, the last evaluation's where its answers are shown. */
  private learnedStep(learned: Learned): number {
    return learned.kind === 'classes' && this.report?.end?.restored !== true ? this.evaluatedStep : this.weightsStep;
  }

  /** Step that the present weights are of. */
  private get weightsStep(): number {
    const end = this.report?.end;
    return end?.restored ? end.bestStep : this.step;
  }

  private async sendCheckpoint(): Promise<void> {
    const before = this.around.now();
    this.saved = { step: this.step, bytes: await this.run.checkpoint(withSavedRecord(this.record.save())) };
    this.around.emit({ type: 'checkpoint', runId: this.request.runId, checkpoint: this.saved });
    const after = this.around.now();
    this.due.checkpoint.done(after, after - before);
  }
}
