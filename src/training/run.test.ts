/** What must hold of any run: the same history however it is chunked, saved, extended or repeated. */
import { describe, expect, it } from 'vitest';
import { createExecutor } from '../engine/tfjs/executor.ts';
import { openCpu } from '../engine/tfjs/cpu.ts';
import type { Change } from '../params/changes.ts';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { optimizerOptions } from '../params/options.ts';
import { makeTask } from '../tasks/make-task.ts';
import { openRun } from './run.ts';
import type { Run } from './run.ts';
import type { Report, RunOptions } from './run-types.ts';

const small = {
  task: 'moons',
  trainingSize: 50,
  layers: [4],
  batchSize: 16,
  epochs: 6,
  learningRate: 0.03,
  dropout: 0.2,
  schedule: 'cosine',
} as const;

interface History {
  readonly loss: readonly number[];
  readonly learningRate: readonly number[];
  readonly evaluations: readonly (readonly [number, number])[];
  readonly last: Report;
}

async function open(
  choices: ConfigPatch,
  changes: readonly Change[] = [],
  checkpoint?: Uint8Array,
  more: Pick<RunOptions, 'reusesColumns'> = {},
): Promise<Run> {
  const { config, problems } = normalize({ ...small, ...choices });
  expect(problems).toEqual([]);
  const executor = createExecutor(await openCpu());
  return openRun({ config, changes, task: makeTask(config, {}), executor, ...more, ...(checkpoint ? { checkpoint } : {}) });
}

/** Trains until the end, `chunk` steps a pull, with live changes at given steps. */
async function history(run: Run, chunk = 1000, patches: Readonly<Record<number, ConfigPatch>> = {}, until = Infinity): Promise<History> {
  const loss: number[] = [];
  const learningRate: number[] = [];
  const evaluations: (readonly [number, number])[] = [];
  const take = (report: Report) => {
    loss.push(...report.columns.loss);
    learningRate.push(...report.columns.learningRate);
    const { evaluation } = report;
    if (evaluation && evaluations.at(-1)?.[0] !== evaluation.step) evaluations.push([evaluation.step, evaluation.valLoss]);
  };
  let last = (await run.reports.next()).value;
  if (!last) throw new Error('closed');
  take(last);
  while (!last.end && last.step < until) {
    const toPatch = Math.min(
      ...Object.keys(patches)
        .map(Number)
        .filter((step) => step > (last?.step ?? 0)),
      until,
    );
    const patch: ConfigPatch | undefined = patches[last.step];
    const next: Report | undefined =
      (await run.reports.next({ steps: Math.min(chunk, toPatch - last.step), ...(patch ? { patch } : {}) })).value ?? undefined;
    if (!next) throw new Error('closed');
    last = next;
    take(last);
  }
  return { loss, learningRate, evaluations, last };
}

async function trained(choices: ConfigPatch, changes: readonly Change[] = [], chunk = 1000): Promise<History> {
  const run = await open(choices, changes);
  const result = await history(run, chunk);
  await run.reports.return();
  return result;
}

describe('a run', () => {
  it('has ceil(epochs × steps per epoch) steps and evaluates at 0, every epoch and the end', async () => {
    const { loss, evaluations, last } = await trained({ epochs: 2.5 });
    expect(loss).toHaveLength(10);
    expect(evaluations.map(([step]) => step)).toEqual([0, 4, 8, 10]);
    expect(last.end?.reason).toBe('epochs');
  });

  it('does not depend on how it is chunked', async () => {
    const [one, many] = [await trained({ epochs: 3 }, [], 1), await trained({ epochs: 3 }, [], 1000)];
    expect(one.loss).toEqual(many.loss);
    expect(one.evaluations).toEqual(many.evaluations);
    expect(one.last.end).toEqual(many.last.end);
  });

  it('tells the same in memory that is used again, however it is chunked', async () => {
    const choices = { epochs: 3, optimizer: 'nadam', updateRatio: true } as const;
    const own = await history(await open(choices));
    for (const chunk of [3, 1000]) {
      const reused = await history(await open(choices, [], undefined, { reusesColumns: true }), chunk);
      expect(reused.loss).toEqual(own.loss);
      expect(reused.learningRate).toEqual(own.learningRate);
      expect(reused.evaluations).toEqual(own.evaluations);
    }
  });

  it('repeats bit for bit, and another seed differs', async () => {
    const [first, second, other] = [await trained({}), await trained({}), await trained({ seed: 8 })];
    expect(first.loss).toEqual(second.loss);
    expect(other.loss).not.toEqual(first.loss);
  });

  it.each(optimizerOptions.map(({ value }) => value))('stopped, saved and resumed equals never having stopped: %s', async (optimizer) => {
    const weights = { weightDecay: 0.01, average: 0.9, amsgrad: true, centered: true, beta1: 0.8, layers: [4, 4] } as const;
    const full = optimizer === 'lbfgs' ? { batchSize: 50, epochs: 12 } : {};
    const choices = {
      ...weights,
      ...full,
      optimizer,
      momentum: 0.8,
      schedule: 'plateau',
      plateauPatience: 1,
      l2: 1e-4,
      clip: 'norm',
    } as const;
    const whole = await trained(choices);
    const run = await open(choices);
    const head = await history(run, 1000, {}, 7);
    const bytes = await run.checkpoint();
    await run.reports.return();
    const resumed = await open(choices, [], bytes);
    const tail = await history(resumed);
    await resumed.reports.return();
    expect([...head.loss, ...tail.loss]).toEqual(whole.loss);
    expect([...head.learningRate, ...tail.learningRate]).toEqual(whole.learningRate);
    expect(tail.last.end).toEqual(whole.last.end);
  });

  it('replays live changes from the log exactly, a new batch size included', async () => {
    const run = await open({});
    const live = await history(run, 1000, { 5: { learningRate: 0.1, dropout: 0 }, 9: { batchSize: 7, l1: 1e-3 } });
    await run.reports.return();
    expect(live.last.changes.map(({ step, id }) => [step, id])).toEqual([
      [5, 'learningRate'],
      [5, 'dropout'],
      [9, 'batchSize'],
      [9, 'l1'],
    ]);
    const replay = await trained({}, live.last.changes);
    expect(replay.loss).toEqual(live.loss);
    expect(replay.learningRate).toEqual(live.learningRate);
    expect(replay.last.end).toEqual(live.last.end);
    expect(replay.loss).not.toEqual((await trained({})).loss);
  });

  it('extended after its end equals the longer run', async () => {
    const choices = { schedule: 'constant', epochs: 3.5, restoreBest: true } as const;
    const run = await open(choices);
    const head = await history(run);
    expect(head.last.end?.reason).toBe('epochs');
    const losses = [...head.loss];
    let report = (await run.reports.next({ steps: 1000, patch: { epochs: 6 } })).value;
    while (report) {
      losses.push(...report.columns.loss);
      if (report.end) break;
      report = (await run.reports.next({ steps: 1000 })).value;
    }
    await run.reports.return();
    const longer = await trained({ ...choices, epochs: 6 });
    expect(losses).toEqual(longer.loss);
    expect(report?.end).toEqual(longer.last.end);
  });

  it('ends as diverged with the last good state, for good', async () => {
    const run = await open({
      task: 'surface',
      optimizer: 'sgd',
      momentum: 0,
      learningRate: 10,
      schedule: 'constant',
      dropout: 0,
      activation: 'linear',
      epochs: 50,
    });
    const bad = await history(run);
    expect(bad.last.end?.reason).toBe('diverged');
    expect(bad.last.end?.divergence?.learningRate).toBe(10);
    expect(bad.last.end?.divergence?.layer).toMatch(/layer/);
    expect(bad.loss).toHaveLength(bad.last.step + 1);
    const state = await run.predict(Float32Array.of(0, 0));
    expect(state.every(Number.isFinite)).toBe(true);
    const after = (await run.reports.next({ steps: 5, patch: { learningRate: 1e-6 } })).value;
    expect(after?.end?.reason).toBe('diverged');
    expect(after?.step).toBe(bad.last.step);
    await run.reports.return();
  });

  it('stops early after so many evaluations without improvement, and restores the best', async () => {
    const { last, evaluations } = await trained({
      earlyStopping: true,
      patience: 3,
      restoreBest: true,
      epochs: 200,
      learningRate: 0.3,
      optimizer: 'adam',
      schedule: 'constant',
    });
    expect(last.end?.reason).toBe('earlyStop');
    const best = evaluations.reduce((a, b) => (b[1] < a[1] ? b : a));
    expect(last.end?.bestStep).toBe(best[0]);
    expect(last.end?.restored).toBe(true);
    expect(evaluations.slice(-3).every(([, loss]) => loss >= best[1])).toBe(true);
  });

  it('a change of patience after an early stop lets it go on', async () => {
    const run = await open({ earlyStopping: true, patience: 3, epochs: 200, learningRate: 0.3, optimizer: 'adam', schedule: 'constant' });
    const { last } = await history(run);
    const more = (await run.reports.next({ steps: 1, patch: { patience: 50 } })).value;
    expect(more?.step).toBe(last.step + 1);
    await run.reports.return();
  });
});
