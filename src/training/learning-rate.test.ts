/** The learning rate previewed is the one used and logged, for every schedule, with warm-up, accumulation, cuts, a live change and a resumed run. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import type { Change } from '../params/changes.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { scheduleOptions } from '../params/options.ts';
import { planRun } from '../schedule/plan.ts';
import { previewLearningRate } from '../schedule/preview.ts';
import { stretchesOf } from '../schedule/stretches.ts';
import { DrivenRun } from '../testing/driven-run.ts';
import type { Feeds } from '../graph/executor.ts';
import { feedList } from '../graph/feeds.ts';
import { makeTask } from '../tasks/make-task.ts';
import { openRun } from './run.ts';
import type { Run } from './run.ts';
import type { Report } from './run-types.ts';

interface Used {
  /** By step: what the run logged, and what the executor was given. */
  readonly logged: readonly number[];
  readonly given: readonly number[];
  /** What patience had multiplied the rate by, and how often the rate had been cut, when the step was still ahead. */
  readonly factors: readonly number[];
  readonly cuts: readonly number[];
  readonly first: Report;
  readonly afterPatch: Report | undefined;
}

/** What happens on the way: a live change before a step, and a step at which the run is saved, closed, and gone on with from its bytes. */
interface OnTheWay {
  readonly patchAt?: number;
  readonly patch?: ConfigPatch;
  readonly resumeAt?: number;
}

const small = { task: 'moons', trainingSize: 40, layers: [3], batchSize: 10, epochs: 12, learningRate: 0.05 } as const;

/** A run on an executor that writes the rates it is given into `given`. */
async function openSpied(config: Config, given: number[], checkpoint?: Uint8Array): Promise<Run> {
  const executor = createExecutor(await openCpu());
  const spied = {
    ...executor,
    engine: executor.engine,
    device: executor.device,
    load: executor.load.bind(executor),
    evaluate: executor.evaluate.bind(executor),
    readState: executor.readState.bind(executor),
    writeState: executor.writeState.bind(executor),
    dispose: () => executor.dispose(),
    run: (feeds: Feeds) => {
      given.push(...feedList(feeds).map(({ scalars }) => scalars['learningRate'] ?? NaN));
      return executor.run(feeds);
    },
  };
  return openRun({ config, changes: [], task: makeTask(config, {}), executor: spied, ...(checkpoint ? { checkpoint } : {}) });
}

async function used(config: Config, { patchAt = Infinity, patch = {}, resumeAt = Infinity }: OnTheWay = {}): Promise<Used> {
  const given: number[] = [];
  const logged: number[] = [];
  const factors: number[] = [];
  const cuts: number[] = [];
  let run = await openSpied(config, given);
  const first = (await run.reports.next()).value ?? undefined;
  let report = first;
  let afterPatch: Report | undefined;
  while (report && !report.end) {
    if (report.step === resumeAt) {
      const bytes = await run.checkpoint();
      await run.reports.return();
      run = await openSpied(config, given, bytes);
      await run.reports.next();
    }
    const { step, rateFactor, cuts: before } = report;
    const stops = [patchAt, resumeAt].filter((stop) => stop > step);
    const due = step === patchAt;
    report =
      (await run.reports.next({ steps: Math.min(5, ...stops.map((stop) => stop - step)), ...(due ? { patch } : {}) })).value ?? undefined;
    if (due) afterPatch = report;
    const rates = report?.columns.learningRate ?? [];
    logged.push(...rates);
    rates.forEach(() => (factors.push(rateFactor), cuts.push(before.length)));
  }
  await run.reports.return();
  if (!first) throw new Error('closed');
  return { logged, given, factors, cuts, first, afterPatch };
}

/** The preview of a report's configuration and plan, from a step on and times what cuts have made of it by each step, is what was logged. */
function expectAsPreviewed(
  { config, plan }: Report,
  logged: readonly number[],
  { from = 0, factors }: { readonly from?: number; readonly factors?: readonly number[] } = {},
): void {
  const preview = previewLearningRate(config, plan).filter(({ step }) => step >= from && step < logged.length);
  expect(preview.length).toBeGreaterThan(10);
  for (const { step, learningRate } of preview) expect(logged[step]).toBe(learningRate * (factors ? (factors[step] ?? NaN) : 1));
}

const schedules = scheduleOptions.map(({ value }) => value);
/** Patience enough for no cut: the plan holds unless there is one. */
const unlessItCuts = { plateauPatience: 100 } as const;
/** Every other evaluation or so is too many. */
const impatient = { earlyStopping: true, onPatience: 'cut', patience: 2, minDelta: 0.2, cutFactor: 0.7 } as const;
const warmups = [0, 7, 0.25];

describe('the learning rate is true', () => {
  const cases = schedules.flatMap((schedule) => warmups.map((warmup) => ({ schedule, warmup })));
  it.each(cases)('$schedule with warm-up $warmup: previewed = used = logged', async ({ schedule, warmup }) => {
    const { config, problems } = normalize({ ...small, ...unlessItCuts, schedule, warmup, per: 'epoch', stepSize: 3 });
    expect(problems).toEqual([]);
    const { logged, given, first } = await used(config);
    expect(logged).toHaveLength(48);
    expect(given).toEqual(logged);
    expectAsPreviewed(first, logged);
  });

  it('is previewed with the changes that a link will make, those that move the end of the run included', async () => {
    const { config } = normalize({ ...small, schedule: 'cosine', warmup: 0.1 });
    const changes: Change[] = [
      { step: 7, id: 'learningRate', value: 0.2 },
      { step: 10, id: 'batchSize', value: 7 },
      { step: 19, id: 'schedule', value: 'drawn' },
      { step: 19, id: 'drawn', value: [[0, 1], [0.6, 0.2], [1, 2]] }, // prettier-ignore
      { step: 33, id: 'accumulation', value: 2 },
      { step: 40, id: 'epochs', value: 14.5 },
      { step: 9999, id: 'learningRate', value: 5 },
    ];
    const task = makeTask(config, {});
    const run = await (await DrivenRun.open({ ...small, schedule: 'cosine', warmup: 0.1 }, { changes })).to();
    const { learningRate, step, plan } = run.told;
    await run.close();
    const stretches = stretchesOf(config, planRun(config, task.train.count), changes, task.train.count);
    expect(stretches.map(({ from }) => from)).toEqual([0, 7, 10, 19, 33, 40]);
    expect(stretches.at(-1)?.plan).toEqual(plan);
    expect(learningRate).toHaveLength(step);
    for (const [i, { from, ...stretch }] of stretches.entries()) {
      const to = (stretches[i + 1]?.from ?? step) - 1;
      const points = previewLearningRate(stretch.config, stretch.plan, 300, undefined, { from, to });
      expect(points.map((point) => point.step)).toEqual(Array.from({ length: to - from + 1 }, (_, k) => from + k));
      for (const point of points) expect(learningRate[point.step]).toBe(point.learningRate);
    }
  });

  const bend = [[0, 0.1], [0.2, 1], [0.21, 0.4], [1, 0]] as const; // prettier-ignore
  const other = [[0.5, 0], [0.7, 1.5], [0.9, 0.01]] as const; // prettier-ignore
  it.each<ConfigPatch>([{ drawn: other }, { epochs: 15 }])(
    'follows a drawn curve that is redrawn or stretched in the run: %j',
    async (patch) => {
      const { config } = normalize({ ...small, schedule: 'drawn', drawn: bend, warmup: 5 });
      const { logged, given, first, afterPatch } = await used(config, { patchAt: 17, patch });
      if (!afterPatch) throw new Error('the change never came');
      expect(given).toEqual(logged);
      expectAsPreviewed(first, logged.slice(0, 17));
      expectAsPreviewed(afterPatch, logged, { from: 17 });
      expect(logged).toHaveLength(afterPatch.plan.totalSteps);
    },
  );

  const accumulated = { batchSize: 5, accumulation: 2, lrScaling: 'linear', baseBatch: 40 } as const;
  it.each(schedules)('%s: with accumulated batches and a rate that follows them', async (schedule) => {
    const { config } = normalize({ ...small, ...unlessItCuts, ...accumulated, schedule, warmup: 3 });
    const { logged, given, first } = await used(config);
    expect(logged).toHaveLength(48);
    expect(given).toEqual(logged);
    expectAsPreviewed(first, logged);
    expect(Math.max(...logged)).toBeLessThanOrEqual(0.05 / 4 + 1e-12);
  });

  it.each(schedules)('%s: follows a live change of rate and batch size from its step on', async (schedule) => {
    const { config } = normalize({ ...small, ...unlessItCuts, schedule, warmup: 4 });
    const { logged, given, afterPatch } = await used(config, { patchAt: 20, patch: { learningRate: 0.2, batchSize: 8 } });
    expect(given).toEqual(logged);
    if (!afterPatch) throw new Error('the change never came');
    expectAsPreviewed(afterPatch, logged, { from: 20 });
    expect(afterPatch.plan.totalSteps).toBe(logged.length);
  });

  it.each(schedules)('%s: a run that is saved and resumed goes on with the rates of one that never stopped', async (schedule) => {
    const { config, problems } = normalize({ ...small, ...impatient, schedule, warmup: 5, plateauPatience: 1, factor: 0.5 });
    expect(problems).toEqual([]);
    const whole = await used(config);
    const { logged, given } = await used(config, { resumeAt: 23 });
    expect(given).toEqual(logged);
    expect(logged).toEqual(whole.logged);
  });

  it.each(schedules)(
    '%s: each time patience runs out the plan goes on lower by the factor, through a live change too',
    async (schedule) => {
      const { config } = normalize({ ...small, ...unlessItCuts, ...impatient, schedule, warmup: 4 });
      const { logged, given, factors, first, afterPatch } = await used(config, { patchAt: 30, patch: { learningRate: 0.2, batchSize: 8 } });
      if (!afterPatch) throw new Error('the change never came');
      expect(given).toEqual(logged);
      expect(new Set(factors).size).toBeGreaterThan(2);
      expect(factors[30]).toBeLessThan(1);
      expectAsPreviewed(first, logged.slice(0, 30), { factors });
      expectAsPreviewed(afterPatch, logged, { factors, from: 30 });
    },
  );

  it('plateau: each cut multiplies what is previewed, with accumulated batches and through a live change', async () => {
    const falling = { schedule: 'plateau', plateauPatience: 1, factor: 0.5, minLr: 0, threshold: 0.2 } as const;
    const { config } = normalize({ ...small, ...falling, ...accumulated, warmup: 4 });
    const { logged, given, cuts, first, afterPatch } = await used(config, { patchAt: 30, patch: { learningRate: 0.2, batchSize: 4 } });
    if (!afterPatch) throw new Error('the change never came');
    expect(given).toEqual(logged);
    expect(new Set(cuts).size).toBeGreaterThan(2);
    expect(cuts[30]).toBeGreaterThan(0);
    const factors = cuts.map((count) => 0.5 ** count);
    expectAsPreviewed(first, logged.slice(0, 30), { factors });
    expectAsPreviewed(afterPatch, logged, { factors, from: 30 });
  });

  it('plateau: the rate stays as previewed until it cuts, and each cut multiplies by the factor', async () => {
    const { config } = normalize({ ...small, schedule: 'plateau', plateauPatience: 1, factor: 0.5, minLr: 0, learningRate: 1, epochs: 20 });
    const { logged, given } = await used(config);
    expect(given).toEqual(logged);
    const ratios = new Set(logged.slice(1).map((rate, i) => rate / (logged[i] ?? NaN)));
    expect([...ratios].sort()).toEqual([0.5, 1]);
  });
});
