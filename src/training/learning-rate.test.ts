/** The learning rate previewed is the one used and logged, for every schedule, with warm-up, a live change and a resumed run. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { scheduleOptions } from '../params/options.ts';
import { previewLearningRate } from '../schedule/preview.ts';
import type { Feed } from '../graph/executor.ts';
import { makeTask } from '../tasks/make-task.ts';
import { openRun } from './run.ts';
import type { Report } from './run-types.ts';

interface Used {
  /** By step: what the run logged, and what the executor was given. */
  readonly logged: readonly number[];
  readonly given: readonly number[];
  readonly first: Report;
  readonly afterPatch: Report | undefined;
}

const small = { task: 'moons', trainingSize: 40, layers: [3], batchSize: 10, epochs: 12, learningRate: 0.05 } as const;

async function used(config: Config, patchAt = Infinity, patch: ConfigPatch = {}): Promise<Used> {
  const executor = createExecutor(await openCpu());
  const given: number[] = [];
  const spied = {
    ...executor,
    engine: executor.engine,
    device: executor.device,
    load: executor.load.bind(executor),
    evaluate: executor.evaluate.bind(executor),
    readState: executor.readState.bind(executor),
    writeState: executor.writeState.bind(executor),
    dispose: () => executor.dispose(),
    run: (feeds: readonly Feed[]) => {
      given.push(...feeds.map(({ scalars }) => scalars['learningRate'] ?? NaN));
      return executor.run(feeds);
    },
  };
  const { reports } = openRun({ config, changes: [], task: makeTask(config, {}), executor: spied });
  const logged: number[] = [];
  const first = (await reports.next()).value ?? undefined;
  let report = first;
  let afterPatch: Report | undefined;
  while (report && !report.end) {
    const due = report.step === patchAt;
    report =
      (await reports.next({ steps: report.step < patchAt ? Math.min(5, patchAt - report.step) : 5, ...(due ? { patch } : {}) })).value ??
      undefined;
    if (due) afterPatch = report;
    logged.push(...(report?.columns.learningRate ?? []));
  }
  await reports.return();
  if (!first) throw new Error('closed');
  return { logged, given, first, afterPatch };
}

const schedules = scheduleOptions.map(({ value }) => value).filter((value) => value !== 'plateau');
const warmups = [0, 7, 0.25];

describe('the learning rate is true', () => {
  const cases = schedules.flatMap((schedule) => warmups.map((warmup) => ({ schedule, warmup })));
  it.each(cases)('$schedule with warm-up $warmup: previewed = used = logged', async ({ schedule, warmup }) => {
    const { config, problems } = normalize({ ...small, schedule, warmup, per: 'epoch', stepSize: 3 });
    expect(problems).toEqual([]);
    const { logged, given, first } = await used(config);
    const preview = previewLearningRate(config, first.plan);
    expect(logged).toHaveLength(48);
    expect(given).toEqual(logged);
    const previewed = preview.filter(({ step }) => step < logged.length);
    expect(previewed.length).toBeGreaterThan(20);
    for (const { step, learningRate } of previewed) expect(logged[step]).toBe(learningRate);
  });

  it('follows a live change of rate and batch size from its step on', async () => {
    const { config } = normalize({ ...small, schedule: 'cosine', warmup: 4 });
    const { logged, given, afterPatch } = await used(config, 20, { learningRate: 0.2, batchSize: 8 });
    expect(given).toEqual(logged);
    if (!afterPatch) throw new Error('the change never came');
    const preview = previewLearningRate(afterPatch.config, afterPatch.plan);
    for (const { step, learningRate } of preview.filter((point) => point.step >= 20 && point.step < logged.length))
      expect(logged[step]).toBe(learningRate);
    expect(afterPatch.plan.totalSteps).toBe(logged.length);
  });

  it('plateau: the rate stays as previewed until it cuts, and each cut multiplies by the factor', async () => {
    const { config } = normalize({ ...small, schedule: 'plateau', plateauPatience: 1, factor: 0.5, minLr: 0, learningRate: 1, epochs: 20 });
    const { logged, given } = await used(config);
    expect(given).toEqual(logged);
    const ratios = new Set(logged.slice(1).map((rate, i) => rate / (logged[i] ?? NaN)));
    expect([...ratios].sort()).toEqual([0.5, 1]);
  });
});
