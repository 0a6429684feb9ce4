/**
 * The trainer itself, on whatever thread it lives: prepares a run, trains it at its pace, reports, and survives engines.
 *
 * Idea: one loop owns the run generator, so executor calls never overlap. Commands only change what the loop intends
 * (play, advance so far, rest) or leave a patch for the next pull; the loop yields to incoming messages between chunks.
 * A run is one `Job`; when its engine fails, the job is opened again from its last checkpoint on the next engine.
 */
import type { GenerationRequest } from '../language/generate.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import type { Change } from '../params/changes.ts';
import { zipFiles } from '../shared/npz.ts';
import { describeTask } from './describe.ts';
import { exportModel } from './export-model.ts';
import { exportRun } from './export-run.ts';
import { Errands } from './errands.ts';
import { faultOf } from './faults.ts';
import { Job } from './job.ts';
import type { Surroundings } from './job-request.ts';
import { inspectFile } from './inspect-file.ts';
import { KnownTask } from './known-task.ts';
import { Nap } from './nap.ts';
import { Scribe } from './scribe.ts';
import type { TakenModel } from './weights-for-reading.ts';
import type { Amount, Attention, Checkpoint, Description, ExportTarget, SavedRun, TakenText } from './trainer.ts';

/** What the loop is after. `amounts` are still to be counted from where the run then stands; `toStep` is where they led so far. */
type Intent =
  | { readonly kind: 'rest' }
  | { readonly kind: 'play' }
  | { readonly kind: 'advance'; readonly amounts: readonly Amount[]; readonly toStep?: number };

/** One trainer. Commands return at once; what comes of them, failures included, is emitted. */
export class Host {
  private job: Job | undefined;
  private intent: Intent = { kind: 'rest' };
  private stepsPerSecond = Infinity;
  private patch: ConfigPatch = {};
  private generation = 0;
  private loop: Promise<void> = Promise.resolve();
  private looping = false;
  private readonly nap = new Nap();
  /** Place of the weight that is watched. */
  private watched: number | undefined;
  /** The range test under way or waiting. */
  private rateTest: { stopped: boolean } | undefined;
  private runId = 0;
  private readonly errands = new Errands();

  private readonly around: Surroundings;
  private readonly scribe: Scribe;
  private readonly tasks: KnownTask;

  constructor(around: Surroundings) {
    this.around = around;
    this.tasks = new KnownTask(around);
    this.scribe = new Scribe(around);
  }

  async describe(config: Config): Promise<Description> {
    return describeTask(config, await this.tasks.of(config));
  }

  inspect(file: Uint8Array<ArrayBuffer>): Promise<SavedRun> {
    return inspectFile(file, (config) => this.tasks.of(config));
  }

  async exportRun(config: Config, changes: readonly Change[], target: ExportTarget): Promise<Uint8Array<ArrayBuffer>> {
    const { openEngine, rest } = this.around;
    const request = { config, changes, target };
    return zipFiles(await exportRun(request, await this.tasks.of(config), openEngine, () => rest(0)), true);
  }

  /** The model of the run as it now stands, as a zip. Rejects with the reason where there is none to take. */
  async exportModel(): Promise<Uint8Array<ArrayBuffer>> {
    return zipFiles(await exportModel(await this.languageModel(), this.around.readAsset), true);
  }

  /** Ends the run before, then prepares this one. */
  start(runId: number, config: Config, changes: readonly Change[], from?: Checkpoint): void {
    const generation = ++this.generation;
    this.runId = runId;
    this.endRateTest();
    this.intent = { kind: 'rest' };
    this.patch = {};
    this.scribe.forget();
    this.nap.wake();
    this.loop = this.loop.then(async () => {
      await this.job?.close();
      this.job = undefined;
      if (generation === this.generation) await this.open(generation, runId, config, changes, from);
    });
  }

  play(stepsPerSecond: number): void {
    this.endRateTest();
    this.stepsPerSecond = stepsPerSecond;
    this.intent = { kind: 'play' };
    this.job?.setPace(stepsPerSecond);
    this.turn();
  }

  pause(): void {
    this.endRateTest();
    this.comeToRest();
  }

  /** Asked again before the first has been done, amounts add up; any other command takes their place. */
  advance(amount: Amount): void {
    this.endRateTest();
    const { intent } = this;
    this.intent = intent.kind === 'advance' ? { ...intent, amounts: [...intent.amounts, amount] } : { kind: 'advance', amounts: [amount] };
    this.job?.setPace(Infinity);
    this.nap.wake();
    this.turn();
  }

  change(patch: ConfigPatch): void {
    this.endRateTest();
    this.patch = { ...this.patch, ...patch };
    this.nap.wake();
    this.turn();
  }

  /** Tries learning rates on a copy of the run, once the run has come to rest. */
  findRate(): void {
    this.pause();
    const { generation } = this;
    const test = { stopped: false };
    this.rateTest = test;
    this.loop = this.loop.then(() => (generation === this.generation ? this.job?.findRate(() => test.stopped) : undefined));
  }

  /** Tells from now on what steps do to this weight. */
  watch(weight: number | undefined): void {
    this.watched = weight;
  }

  /** Takes a text of the user's own, to be learned where the configuration asks for one. */
  takeText(bytes: Uint8Array): TakenText {
    return this.tasks.takeText(bytes);
  }

  /** Answers a prompt with the present weights, while the run goes on. */
  write(id: number, request: GenerationRequest): void {
    void this.scribe.write(this.runId, id, request, this.languageModel());
  }

  stopWriting(): void {
    this.scribe.stop();
  }

  /** Where the present weights look in some tokens. Rejects with the reason if that cannot be said. */
  async attend(tokens: Uint16Array): Promise<Attention> {
    return this.scribe.attend(await this.languageModel(), tokens);
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.generation++;
    this.scribe.forget();
    this.pause();
    await this.loop.catch(() => undefined);
    await this.job?.close();
    this.job = undefined;
  }

  /** The model as it stands between two turns of the run. */
  private languageModel(): Promise<TakenModel> {
    const { generation } = this;
    const model = this.errands.add(async () => {
      const read = generation === this.generation ? await this.job?.languageModel() : undefined;
      if (!read) throw new Error('There is no language model yet: no run of one is prepared.');
      return read;
    });
    if (this.looping) this.nap.wake();
    else this.loop = this.loop.then(() => this.errands.doAll());
    return model;
  }

  private comeToRest(): void {
    this.intent = { kind: 'rest' };
    this.nap.wake();
  }

  private endRateTest(): void {
    if (this.rateTest) this.rateTest.stopped = true;
  }

  private async open(
    generation: number,
    runId: number,
    config: Config,
    changes: readonly Change[],
    from: Checkpoint | undefined,
  ): Promise<void> {
    try {
      const job = await Job.open(this.around, { runId, config, changes, task: await this.tasks.of(config), failed: [] }, from);
      if (generation !== this.generation) {
        await job.close();
        return;
      }
      this.job = job;
      job.setPace(this.intent.kind === 'advance' ? Infinity : this.stepsPerSecond);
      await this.scribe.sampleAfter(job);
      if (generation === this.generation) this.turn();
    } catch (error) {
      this.around.emit({ type: 'fault', runId, fault: faultOf(error, from?.step ?? 0) });
    }
  }

  /** Starts the loop unless it is running. */
  private turn(): void {
    if (this.looping || !this.job) return;
    this.looping = true;
    this.loop = this.loop
      .then(() => this.run())
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.looping = false;
        // Something may have been asked for while the run came to rest.
        if (this.job && this.isDue(this.job)) this.turn();
        else this.loop = this.loop.then(() => this.errands.doAll());
      });
  }

  private async run(): Promise<void> {
    const generation = this.generation;
    while (this.job && generation === this.generation && this.isDue(this.job)) {
      await this.errands.doAll();
      const { job, patch } = this;
      this.patch = {};
      try {
        const waitSeconds = await job.turn(this.limit(job), patch, this.intent.kind !== 'rest', this.watched);
        await this.scribe.sampleAfter(job);
        await this.nap.during(this.around.rest(waitSeconds));
      } catch (error) {
        // A change that the engine took down with it acts when the run goes on; what was asked for meanwhile counts more.
        if (generation === this.generation && !job.tookPatch) this.patch = { ...patch, ...this.patch };
        if (!(await this.recover(job, error, generation))) break;
      }
      if (this.job.ended && Object.keys(this.patch).length === 0) this.intent = { kind: 'rest' };
    }
    if (this.job && generation === this.generation) await this.settle(this.job, generation);
  }

  /** Steps that the intent leaves to train; counts what has been asked for from where the run stands. */
  private limit(job: Job): number {
    if (this.intent.kind === 'play') return Infinity;
    if (this.intent.kind === 'rest') return 0;
    const toStep = this.intent.amounts.reduce((step, amount) => job.stepAfter(amount, step), this.intent.toStep ?? job.step);
    this.intent = { kind: 'advance', amounts: [], toStep };
    return toStep - job.step;
  }

  /** Whether the loop has anything to do. */
  private isDue(job: Job): boolean {
    const { intent } = this;
    if (Object.keys(this.patch).length > 0) return true;
    if (intent.kind === 'advance') return !job.ended && (intent.amounts.length > 0 || job.step < (intent.toStep ?? 0));
    return intent.kind === 'play' && !job.ended;
  }

  /** Everything shown exactly, and saved, once the run rests. */
  private async settle(job: Job, generation: number): Promise<void> {
    this.comeToRest();
    const toStep = job.step;
    try {
      await job.settle();
    } catch (error) {
      const recovered = await this.recover(job, error, generation);
      // The checkpoint lies before where the run had come to; it goes there again, and then rests.
      if (recovered && this.intent.kind === 'rest') this.intent = { kind: 'advance', amounts: [], toStep };
    }
  }

  /** Opens the job again on the next engine. False if there is none, the fault is not the engine's, or another run waits. */
  private async recover(job: Job, error: unknown, generation: number): Promise<boolean> {
    if (generation !== this.generation) return false;
    const next = await job.reopened(this.around, error);
    if (generation !== this.generation) {
      await next?.close();
      return false;
    }
    this.job = next;
    next?.setPace(this.intent.kind === 'play' ? this.stepsPerSecond : Infinity);
    return next !== undefined;
  }

  /** A mistake of this program, not of an engine: said, and the next command starts from a clean slate. */
  private fail(error: unknown): void {
    const { job } = this;
    this.job = undefined;
    if (job) this.around.emit({ type: 'fault', runId: job.runId, fault: faultOf(error, job.keptStep) });
  }
}
