/** The range test is what it claims to be: the steps of a run whose rate is changed at each, on a copy that leaves the run alone. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import type { Change } from '../params/changes.ts';
import type { ConfigPatch } from '../params/config.ts';
import { makeTask } from '../tasks/make-task.ts';
import { DrivenRun, drivenConfig } from '../testing/driven-run.ts';
import { suggestRates } from './rate-suggestions.ts';
import { testRates } from './rate-test.ts';
import type { RateTest, RateTestOptions } from './rate-test.ts';

async function tested(choices: ConfigPatch, options: Partial<RateTestOptions> = {}): Promise<RateTest> {
  const config = drivenConfig(choices);
  return testRates({ config, task: makeTask(config, {}), executor: createExecutor(await openCpu()), ...options });
}

const long = { epochs: 100, schedule: 'constant', momentum: 0.9, dropout: 0.1 } as const;

describe('a range test', () => {
  it.each(['sgd', 'adam', 'sfadamw'] as const)('makes the steps of a run with the same rates: %s, from its middle', async (optimizer) => {
    const choices = { ...long, optimizer };
    const first = await (await DrivenRun.open(choices)).to(17);
    const test = await tested(choices, { checkpoint: await first.run.checkpoint() });
    await first.close();
    expect(test).toMatchObject({ fromStep: 17, plannedSteps: 200 });
    expect(test.points[0]?.learningRate).toBe(1e-6);
    if (test.points.length === 200) expect(test.points.at(-1)?.learningRate).toBeCloseTo(10, 12);
    const changes = test.points.map(({ learningRate }, i): Change => ({ step: 17 + i, id: 'learningRate', value: learningRate }));
    const run = await (await DrivenRun.open(choices, { changes })).to(17 + test.points.length);
    expect(test.points.map(({ loss }) => loss)).toEqual(run.told.loss.slice(17));
    await run.close();
  });

  it('leaves the run and its device as they were, and says the same twice', async () => {
    const { backend } = await openCpu();
    const untouched = await (await DrivenRun.open(long)).to(60);
    const run = await (await DrivenRun.open(long)).to(30);
    const held = backend.numDataIds();
    const checkpoint = await run.run.checkpoint();
    const tests = [await tested(long, { checkpoint }), await tested(long, { checkpoint: await run.run.checkpoint() })];
    expect(tests[1]).toEqual(tests[0]);
    expect(backend.numDataIds()).toBe(held);
    await run.to(60);
    expect(run.told).toEqual(untouched.told);
    await run.close();
    await untouched.close();
  });

  it('starts from the initial weights where there is no run, with its rates in place of any schedule', async () => {
    const [plain, scheduled] = [await tested(long), await tested({ ...long, schedule: 'cosine', warmup: 20 })];
    expect(plain.fromStep).toBe(0);
    expect(scheduled.points).toEqual(plain.points);
  });

  it('ends where the loss has risen or is no number, and then suggests rates below', async () => {
    const risen = await tested({ ...long, optimizer: 'sgd', task: 'curve', loss: 'mse', activation: 'relu' });
    expect(['risen', 'diverged']).toContain(risen.end);
    expect(risen.points.length).toBeLessThan(200);
    const { tenthOfMinimum = NaN, steepest = NaN, valley = NaN } = risen.suggestions;
    const last = risen.points.at(-1)?.learningRate ?? NaN;
    for (const rate of [tenthOfMinimum, steepest, valley]) expect(rate).toBeLessThan(last);
    expect(risen.points.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });

  it('suggests nothing late in a run, where the loss falls within its noise, and something at its start', async () => {
    const choices = { task: 'moons', epochs: 1000, schedule: 'constant', optimizer: 'adam', learningRate: 0.03 } as const;
    const run = await (await DrivenRun.open(choices)).to(100);
    const late = await tested(choices, { checkpoint: await run.run.checkpoint() });
    await run.close();
    expect([late.withinNoise, late.suggestions]).toEqual([true, {}]);
    // Read all the same, the curve would have named rates.
    const read = suggestRates(late.points.map(({ learningRate }) => learningRate), late.points.map(({ smoothed }) => smoothed), 200); // prettier-ignore
    expect(read.valley).toBeGreaterThan(0);
    const early = await tested(choices);
    expect(early.withinNoise).toBe(false);
    expect(early.suggestions.valley).toBeGreaterThan(0);
  });

  it('tells how far it is, stops when told to, and suggests nothing then', async () => {
    const seen: number[] = [];
    const test = await tested(long, {
      progress: ({ points }) => Promise.resolve(void seen.push(points.length)),
      stopped: () => seen.length > 3,
    });
    expect(seen).toEqual([0, 5, 10, 15]);
    expect(test).toMatchObject({ end: 'stopped', suggestions: {} });
    expect(test.points).toHaveLength(15);
  });
});
