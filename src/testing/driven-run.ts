/** A small run on the CPU engine that a test drives by hand: to a step, through changes, to its end. It keeps what the run tells. */
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import type { Change } from '../params/changes.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { makeTask } from '../tasks/make-task.ts';
import { openRun } from '../training/run.ts';
import type { Run } from '../training/run.ts';
import type { Report } from '../training/run-types.ts';

/** Four steps an epoch, the last of two examples; 24 steps in all. */
const small = {
  task: 'moons',
  trainingSize: 50,
  layers: [4],
  batchSize: 16,
  epochs: 6,
  learningRate: 0.03,
  schedule: 'constant',
  engine: 'tfjs-cpu',
} as const;

/** The small configuration with other choices. Throws on choices that do not fit one another. */
export function drivenConfig(choices: ConfigPatch = {}): Config {
  const { config, problems } = normalize({ ...small, ...choices });
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join(' '));
  return config;
}

/** What a run may begin with besides its configuration. */
export interface Beginning {
  readonly changes?: readonly Change[];
  readonly checkpoint?: Uint8Array;
}

/** Open one with `DrivenRun.open`, and close it. */
export class DrivenRun {
  readonly run: Run;
  /** The last report. */
  report: Report;
  private readonly loss: number[] = [];
  private readonly learningRate: number[] = [];
  private readonly evaluations = new Map<number, number>();

  private constructor(run: Run, first: Report) {
    this.run = run;
    this.report = first;
    this.take(first);
  }

  /** A run before its first step, or where its checkpoint left it. Throws on choices that do not fit one another. */
  static async open(choices: ConfigPatch = {}, { changes = [], checkpoint }: Beginning = {}): Promise<DrivenRun> {
    const config = drivenConfig(choices);
    const executor = createExecutor(await openCpu());
    const run = openRun({ config, changes, task: makeTask(config, {}), executor, ...(checkpoint ? { checkpoint } : {}) });
    const { value } = await run.reports.next();
    if (!value) throw new Error('the run closed at once');
    return new DrivenRun(run, value);
  }

  /** Trains to a step, or to the end if that comes first. */
  async to(step = Infinity): Promise<this> {
    while (this.report.step < step && !this.report.end) await this.pull(Math.min(1000, step - this.report.step));
    return this;
  }

  /** A live change at the present step. */
  async change(patch: ConfigPatch): Promise<this> {
    await this.pull(0, patch);
    return this;
  }

  /** One pull for a step, which may find that an epoch ends first. */
  async leave(): Promise<void> {
    await this.pull(1);
  }

  /** One step, with the weight at this place watched. */
  async watched(weight: number): Promise<Report> {
    await this.pull(1, undefined, weight);
    return this.report;
  }

  /** All that must not depend on how the run came about. An evaluation off the cadence is in the end alone. */
  get told() {
    const { step, end, cuts, best, patienceUsed, plan } = this.report;
    const { loss, learningRate } = this;
    return { loss, learningRate, evaluations: [...this.evaluations], step, end, cuts, best, patienceUsed, plan };
  }

  async close(): Promise<void> {
    await this.run.reports.return();
  }

  private async pull(steps: number, patch?: ConfigPatch, weight?: number): Promise<void> {
    const watched = weight === undefined ? {} : { weight };
    const { value } = await this.run.reports.next({ steps, ...watched, ...(patch ? { patch } : {}) });
    if (!value) throw new Error('the run is closed');
    this.report = value;
    this.take(value);
  }

  private take({ columns, evaluation }: Report): void {
    this.loss.push(...columns.loss);
    this.learningRate.push(...columns.learningRate);
    if (evaluation?.onCadence) this.evaluations.set(evaluation.step, evaluation.valLoss);
  }
}

/** What a run tells that is left alone from its beginning to its end. */
export async function toldBy(choices: ConfigPatch = {}, beginning: Beginning = {}): Promise<DrivenRun['told']> {
  const run = await (await DrivenRun.open(choices, beginning)).to();
  await run.close();
  return run.told;
}
