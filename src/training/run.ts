/**
 * A training run as an async generator: `reports.next({ steps })` trains a chunk and yields one report of it.
 *
 * Idea: the consumer owns time. Pause is not pulling, one step is `{ steps: 1 }`, stop is `return()`. The first `next()`
 * loads the executor and yields the evaluation at step 0. A chunk never crosses an evaluation, a live change or the end,
 * and the history does not depend on how it was chunked. A run that has ended goes on if a change gives it room.
 */
import type { ConfigPatch } from '../params/config.ts';
import { freshColumns, keptColumns } from '../shared/column-memory.ts';
import type { ColumnMemory } from '../shared/column-memory.ts';
import type { SafetensorsFile } from '../shared/safetensors.ts';
import { createSampler } from '../tasks/batches.ts';
import type { Sampler } from '../tasks/batches.ts';
import { metricOf } from '../tasks/metrics.ts';
import { judged, keepsAverage } from './average.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { diagnosed } from './diagnostics.ts';
import { ranOut } from './early-stopping.ts';
import { hasOldText } from './evaluate.ts';
import type { HeldOut, SplitResult } from './evaluate.ts';
import { Machine } from './machine.ts';
import { predict } from './predict.ts';
import { putAside, resumed } from './put-aside.ts';
import type { PutAside } from './put-aside.ts';
import { evaluationGraphs } from './program.ts';
import { emptyColumns } from './run-columns.ts';
import { endOf, reportOf } from './run-report.ts';
import { applyPatch, initialCounters, isAhead, onCadence, passRest, stepsInOne, takeIn } from './run-state.ts';
import type { MutableCounters } from './run-state.ts';
import type { Divergence, EndReason, EvaluationReport, Pull, Report, RunEnd, RunOptions, StepColumns } from './run-types.ts';
import { checkpointOwner, initialVectors, setUp } from './setup.ts';
import type { Setup } from './setup.ts';
import { trainChunk } from './train-chunk.ts';
import { vectorsOf } from './weights.ts';
import type { WeightSet } from './weights.ts';

/** A run and what may be asked of it between pulls. */
export interface Run extends Setup {
  readonly reports: AsyncGenerator<Report, void, Pull>;
  /** Bytes to go on from, exactly, with what is to be kept `beside`. */
  checkpoint(beside?: SafetensorsFile): Promise<Uint8Array<ArrayBuffer>>;
  /** Model outputs `[count × outputs]` for standardised inputs `[count, ...inputShape]`. */
  predict(inputs: Float32Array): Promise<Float32Array>;
  /** The flat vector of the weights that are judged, copied: what is trained, of which `model.whole` makes what a text is read with. */
  weights(): Promise<Float32Array>;
  /** The last evaluation of the validation split. */
  readonly validation: SplitResult | undefined;
}

/** Opens a run. Nothing happens until the first `reports.next()`. Disposing is `reports.return()`. */
export function openRun(options: RunOptions): Run {
  const session = new Session(options);
  return {
    ...session.setup,
    reports: session.reports(),
    checkpoint: (beside) => session.checkpoint(beside),
    predict: (inputs) => session.predict(inputs),
    weights: () => session.weights(),
    get validation() {
      return session.validation;
    },
  };
}

class Session {
  readonly setup: Setup;
  validation: SplitResult | undefined;
  private readonly machine: Machine;
  private readonly counters: MutableCounters;
  private sampler: Sampler;
  private best: WeightSet | undefined;
  private end: RunEnd | undefined;
  /** What leaving the present step, or an end at it, has put aside: a change at the step, and going on, start from here. */
  private before: PutAside | undefined;
  private last: EvaluationReport | undefined;
  /** An evaluation that no report has told of yet. */
  private fresh: EvaluationReport | undefined;
  private readonly memory: ColumnMemory;
  private readonly options: RunOptions;

  constructor(options: RunOptions) {
    this.options = options;
    const { config, task, executor, reusesColumns = false } = options;
    this.memory = reusesColumns ? keptColumns() : freshColumns;
    this.setup = setUp(config, task);
    this.machine = new Machine(executor, this.setup, options.breathe);
    this.counters = initialCounters(config, task.train.count);
    this.sampler = this.newSampler();
    this.counters.coming = [...options.changes].sort((a, b) => a.step - b.step);
  }

  async *reports(): AsyncGenerator<Report, void, Pull> {
    try {
      await this.load();
      let report = this.report(emptyColumns());
      for (;;) {
        const pull: Pull = yield report;
        if (pull.patch) await this.change(pull.patch);
        if (pull.stop && !this.end) await this.finish('stopped');
        report = pull.steps > 0 && !this.end ? await this.train(pull) : this.report(emptyColumns());
      }
    } finally {
      this.machine.dispose();
    }
  }

  predict(inputs: Float32Array): Promise<Float32Array> {
    return predict(this.options.executor, this.setup.sizes, inputs, evaluationGraphs[judged(this.counters.config)].predict);
  }

  async weights(): Promise<Float32Array> {
    return (await this.machine.weights())[judged(this.counters.config)].parameters;
  }

  async checkpoint(beside?: SafetensorsFile): Promise<Uint8Array<ArrayBuffer>> {
    const { weights } = this.before ?? {};
    const vectors = { ...(await this.machine.vectors()), ...(weights ? vectorsOf(weights) : {}) };
    const { counters, best } = resumed(this.counters, this.best, this.before);
    const { curvature } = this.machine;
    const state = { counters, vectors, ...(best ? { best } : {}), ...(curvature ? { curvature } : {}) };
    return encodeCheckpoint(state, checkpointOwner(this.options.config, this.setup), beside);
  }

  /** Loads graphs, data and state; evaluates at step 0, or goes on from a checkpoint. */
  private async load(): Promise<void> {
    const { checkpoint, config } = this.options;
    if (!checkpoint) {
      await this.machine.load(this.counters.config, initialVectors(config, this.setup.model));
      await this.evaluate();
      await this.applyPlanned();
      return;
    }
    const state = decodeCheckpoint(checkpoint, checkpointOwner(config, this.setup));
    const { coming } = this.counters;
    Object.assign(this.counters, state.counters);
    this.sampler = this.newSampler();
    this.best = state.best;
    this.counters.coming = coming.filter((change) => isAhead(change, this.counters));
    await this.machine.load(this.counters.config, state.vectors);
    this.machine.recall(state.curvature);
    await this.applyPlanned();
    this.last = await this.look();
    // One that was saved at its end is at its end again.
    if (this.counters.diverged) await this.finish('diverged', this.counters.diverged);
    else await this.finishIfDue();
  }

  /** A live change by the user: acts from the present step on, and lets an ended run go on where it gives room. */
  private async change(patch: ConfigPatch): Promise<void> {
    await this.patch(patch);
    if (this.end && this.canGoOn(this.end)) await this.goOn();
  }

  private async patch(patch: ConfigPatch): Promise<void> {
    if (!this.end) this.goBack();
    applyPatch(this.counters, patch, this.setup.task.train.count, this.before);
    this.sampler = this.newSampler();
    await this.machine.adapt(this.counters.config);
  }

  private newSampler(): Sampler {
    const { seed, shuffle, dropLast } = this.counters.config;
    return createSampler({ count: this.setup.task.train.count, seed, shuffle, dropLast }, this.options.executor.fillOrder);
  }

  private canGoOn(end: RunEnd): boolean {
    // Past divergence lie weights that no smaller rate mends, and a link could not repeat the rescue.
    return end.reason !== 'diverged' && this.counters.plan.totalSteps > this.counters.cursor.step && !this.patienceRanOut();
  }

  private patienceRanOut(): boolean {
    const { config, stopping } = { ...this.counters, ...(this.end ? this.before : {}) };
    return ranOut(stopping, config);
  }

  private async goOn(): Promise<void> {
    const { weights } = this.before ?? {};
    this.goBack();
    if (weights) await this.machine.setWeights(weights);
    this.end = undefined;
  }

  private goBack(): void {
    const { counters, best } = resumed(this.counters, this.best, this.before);
    Object.assign(this.counters, counters);
    this.best = best;
    this.before = undefined;
  }

  /** Leaves the present step: from here on changes come too late to give the rest of the epoch a batch. True if that took an evaluation. */
  private async leave(): Promise<boolean> {
    const present = putAside(this.counters, this.best);
    if (!passRest(this.counters, this.setup.task.train.count)) return false;
    this.before = present;
    if (!onCadence(this.counters) || present.observed === present.cursor.step) return false;
    await this.evaluate();
    return true;
  }

  /** Changes from the link that are due at the present step. */
  private async applyPlanned(): Promise<void> {
    const { coming, cursor } = this.counters;
    const due = coming.filter(({ step }) => step <= cursor.step);
    if (due.length === 0) return;
    this.counters.coming = coming.slice(due.length);
    await this.patch(Object.fromEntries(due.map(({ id, value }) => [id, value])));
  }

  private async train({ steps, weight }: Pull): Promise<Report> {
    const { machine, setup, counters, sampler, memory } = this;
    const out = this.patienceRanOut();
    // A report tells of one evaluation.
    if (!out && (await this.leave())) {
      await this.finishIfDue();
      return this.report(emptyColumns());
    }
    const due = out ? 0 : Math.min(steps, stepsInOne(counters, setup.task.train.count));
    const { columns, diverged, told } = await trainChunk({ machine, setup, counters, sampler, memory }, due, weight);
    if (due > 0) this.before = undefined;
    if (diverged) await this.diverge(diverged);
    else {
      if (columns.step.length > 0 && onCadence(this.counters)) await this.evaluate();
      await this.applyPlanned();
      await this.finishIfDue();
    }
    return { ...this.report(columns), ...(told ? { weight: told } : {}) };
  }

  private async diverge(divergence: Divergence): Promise<void> {
    this.counters.diverged = divergence;
    await this.finish('diverged', divergence);
  }

  private async finishIfDue(): Promise<void> {
    const { cursor, plan } = this.counters;
    if (cursor.step >= plan.totalSteps && !this.patienceRanOut()) await this.leave();
    if (this.patienceRanOut()) await this.finish('earlyStop');
    else if (cursor.step >= plan.totalSteps) await this.finish(plan.limit);
  }

  private evaluateSplit(which: HeldOut, weights = judged(this.counters.config)): Promise<SplitResult> {
    return this.machine.evaluate(which, this.counters.config, weights);
  }

  /** Evaluates the validation split with the weights that are judged, and while an average is kept with the others too. */
  private async look(): Promise<EvaluationReport> {
    this.validation = await this.evaluateSplit('validation');
    const other = judged(this.counters.config) === 'raw' ? 'average' : 'raw';
    const beside = keepsAverage(this.counters.config) ? await this.evaluateSplit('validation', other) : undefined;
    return {
      step: this.counters.cursor.step,
      valLoss: this.validation.loss,
      valMetric: this.validation.metric,
      ...(beside ? { besideLoss: beside.loss, besideMetric: beside.metric } : {}),
      ...(hasOldText(this.setup.task) ? { oldLoss: (await this.evaluateSplit('old')).loss } : {}),
      units: this.validation.units,
      ...(await diagnosed(this.counters, this.machine)),
      onCadence: onCadence(this.counters),
    };
  }

  /** Evaluates the validation split and lets the result act on patience, plateau and the best weights. */
  private async evaluate(): Promise<void> {
    const { counters } = this;
    const evaluation = await this.look();
    if (takeIn(counters, evaluation, metricOf(this.setup.task).better === 'higher')) {
      const { [judged(counters.config)]: best } = await this.machine.weights();
      this.best = best;
    }
    this.last = evaluation;
    this.fresh = evaluation;
  }

  private async finish(reason: EndReason, divergence?: Divergence): Promise<void> {
    const { counters } = this;
    const { step } = counters.cursor;
    const before = this.before ?? putAside(counters, this.best);
    if (counters.observed !== step || !counters.stopping.best) await this.evaluate();
    const best = counters.stopping.best;
    const restored = counters.config.restoreBest && best !== undefined && this.best !== undefined && best.step !== step;
    this.before = before;
    if (restored && this.best) {
      this.before = { ...before, weights: await this.machine.weights() };
      await this.machine.setWeights({ raw: this.best, average: this.best });
      this.validation = await this.evaluateSplit('validation');
    }
    this.end = endOf(reason, counters, await this.evaluateSplit('test'), { restored, ...(divergence ? { divergence } : {}) });
  }

  private report(columns: StepColumns): Report {
    const { step } = this.counters.cursor;
    const evaluation = this.fresh ?? (columns.step.length === 0 && this.last?.step === step ? this.last : undefined);
    this.fresh = undefined;
    return reportOf(this.counters, { columns, ...(evaluation ? { evaluation } : {}), ...(this.end ? { end: this.end } : {}) });
  }
}
