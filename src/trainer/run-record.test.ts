/** The record of a run: curves, clock, shares and warnings, and what of them a checkpoint keeps. */
import { describe, expect, it } from 'vitest';
import { normalize } from '../params/config.ts';
import { planRun } from '../schedule/plan.ts';
import { makeTask } from '../tasks/make-task.ts';
import type { EvaluationReport, Report, RunEnd } from '../training/run-types.ts';
import { RunRecord } from './run-record.ts';
import { evaluationStreams, stepStreams } from './trainer.ts';
import type { RunSnapshot } from './trainer.ts';

const { config } = normalize({ task: 'gauss', trainingSize: 40, batchSize: 10, epochs: 100, balance: 0.5 });
const task = makeTask(config, {});
const majority =
  Math.max(...[0, 1].map((label) => task.validation.targets.filter((target) => target === label).length)) / task.validation.count;

/** A report of the steps from `from` to `to`, with the loss equal to the step and every other gradient clipped. */
function report(from: number, to: number, parts: Partial<Report> = {}): Report {
  const column = (value: (step: number) => number) => Float64Array.from({ length: to - from }, (_, i) => value(from + i));
  return {
    step: to,
    columns: {
      step: column((step) => step),
      epoch: column((step) => (step + 1) / 4),
      examples: column((step) => (step + 1) * 10),
      learningRate: column(() => 0.1),
      momentum: column(() => 0),
      loss: column((step) => step),
      l1: column(() => 0),
      l2: column(() => 0),
      gradNorm: column(() => 2),
      clippedNorm: column((step) => (step % 2 === 0 ? 1 : 2)),
      gradients: column(() => 1),
      measured: {},
    },
    patienceUsed: 0,
    plan: planRun(config, 40),
    config,
    changes: [],
    cuts: [],
    rateFactor: 1,
    patienceReached: [],
    ...parts,
  };
}

const evaluation = (step: number, valMetric = 0.9, onCadence = true): EvaluationReport => ({
  step,
  valLoss: 1 / (step + 1),
  valMetric,
  onCadence,
});

function shown(record: RunRecord, deadLayers: readonly string[] = []): RunSnapshot {
  const snapshot = record.snapshot('running', deadLayers);
  if (!snapshot) throw new Error('nothing to show');
  return snapshot;
}

describe('the record of a run', () => {
  it('has nothing to show before the first report, and has every stream after it', () => {
    const record = new RunRecord(1, task);
    expect(record.snapshot('ready', [])).toBeUndefined();
    record.add(report(0, 0, { evaluation: evaluation(0) }), 0);
    const snapshot = shown(record);
    expect(Object.keys(snapshot.steps.streams).sort()).toEqual([...stepStreams].sort());
    expect(Object.keys(snapshot.evaluations.streams).sort()).toEqual([...evaluationStreams].sort());
    expect([...snapshot.evaluations.at.step]).toEqual([0]);
    expect(snapshot.latest).toBeUndefined();
  });

  it('knows of the last 256 steps how many were clipped, and the norm that nine in ten do not exceed', () => {
    const record = new RunRecord(1, task);
    const steps = report(0, 1000);
    const gradNorm = steps.columns.step.map((step) => (step < 744 ? 1e6 : step - 743));
    const clippedNorm = gradNorm.map((norm) => Math.min(norm, 64));
    record.add({ ...steps, columns: { ...steps.columns, gradNorm, clippedNorm } }, 1);
    expect(shown(record).lately).toEqual({ clippedShare: 192 / 256, normPercentile: Math.ceil(0.9 * 256) });
    expect(shown(record).clippedShare).toBe((744 + 192) / 1000);
  });

  it('keeps curves of the layers from where they are measured, through a save', () => {
    const first = new RunRecord(1, task);
    first.add(report(0, 4), 0.4);
    expect(shown(first).measured).toEqual({});
    const measuring = (from: number, to: number) => {
      const plain = report(from, to, { evaluation: { ...evaluation(to), units: { layer1: { dead: 0.25 }, conv1: { saturated: 1 } } } });
      return {
        ...plain,
        columns: { ...plain.columns, measured: { 'update.layer1': plain.columns.step, noiseSquare: plain.columns.loss } },
      };
    };
    first.add(measuring(4, 6), 0.2);
    const second = new RunRecord(1, task, structuredClone(first.save()));
    second.add(measuring(6, 8), 0.2);
    const { updates, units, ...none } = shown(second).measured ?? {};
    expect(Object.keys(updates?.streams ?? {})).toEqual(['layer1']);
    expect([...(updates?.at.step ?? [])]).toEqual([4, 5, 6, 7]);
    expect([...(updates?.streams['layer1']?.mean ?? [])]).toEqual([4, 5, 6, 7]);
    expect(Object.keys(units?.streams ?? {})).toEqual(['dead.layer1', 'saturated.conv1']);
    expect([...(units?.streams['dead.layer1']?.mean ?? [])]).toEqual([0.25, 0.25]);
    expect(none).toEqual({});
    second.add(report(8, 8, { evaluation: { ...evaluation(9), noise: { scale: 3, low: 1, high: Infinity }, sharpness: 5 } }), 0);
    const { noise, sharpness } = shown(second).measured ?? {};
    expect([noise?.streams['low']?.mean[0], noise?.streams['high']?.mean[0], sharpness?.streams['sharpness']?.mean[0]]).toEqual([
      1,
      NaN,
      5,
    ]);
  });

  it('adds chunks up: curves, epochs, time, the share of clipped steps', () => {
    const record = new RunRecord(1, task);
    record.add(report(0, 3), 0.3);
    record.add(report(3, 4, { evaluation: evaluation(4) }), 0.1);
    const snapshot = shown(record);
    expect([...snapshot.steps.streams.loss.mean]).toEqual([0, 1, 2, 3]);
    [0.1, 0.2, 0.3, 0.4].forEach((seconds, i) => expect(snapshot.steps.at.seconds[i]).toBeCloseTo(seconds, 9));
    expect([snapshot.epoch, snapshot.examples, snapshot.clippedShare]).toEqual([1, 40, 0.5]);
    expect(snapshot.latest).toEqual({ loss: 3, learningRate: 0.1, gradNorm: 2, clippedNorm: 2 });
    expect([...snapshot.evaluations.at.epoch]).toEqual([1]);
  });

  it('shows an evaluation off the cadence while the run rests there, and forgets it when the run goes on', () => {
    const record = new RunRecord(1, task);
    record.add(report(0, 4, { evaluation: evaluation(4) }), 1);
    record.add(report(4, 6, { evaluation: evaluation(6, 0.9, false) }), 1);
    expect([...shown(record).evaluations.at.step]).toEqual([4, 6]);
    expect([...shown(record).evaluations.at.step]).toEqual([4, 6]);
    record.add(report(6, 8, { evaluation: evaluation(8) }), 1);
    expect([...shown(record).evaluations.at.step]).toEqual([4, 8]);
  });

  it('an evaluation told twice is one point', () => {
    const record = new RunRecord(1, task);
    record.add(report(0, 4, { evaluation: evaluation(4) }), 1);
    record.add(report(4, 4, { evaluation: evaluation(4) }), 0);
    expect([...shown(record).evaluations.at.step]).toEqual([4]);
  });

  it('goes on from what was saved, through a structured clone', () => {
    const whole = new RunRecord(1, task);
    const head = new RunRecord(1, task);
    for (const record of [whole, head]) record.add(report(0, 500, { evaluation: evaluation(500) }), 2);
    const tail = new RunRecord(2, task, structuredClone(head.save()));
    tail.add(report(500, 500, { evaluation: evaluation(500) }), 0, true);
    for (const record of [whole, tail]) record.add(report(500, 900, { evaluation: evaluation(900) }), 1);
    const { runId: _one, ...expected } = shown(whole);
    expect(shown(tail)).toEqual({ ...expected, runId: 2 });
  });

  it('keeps curves of any length small', () => {
    const record = new RunRecord(1, task);
    for (let from = 0; from < 100_000; from += 10_000) record.add(report(from, from + 10_000), 1);
    const { steps } = shown(record);
    expect(steps.at.step.length).toBeLessThanOrEqual(300);
    expect(steps.streams.loss.max.at(-1)).toBe(99_999);
    expect(steps.streams.loss.min[0]).toBe(0);
  });
});

describe('warnings', () => {
  const at = (step: number, valMetric: number, deadLayers: readonly string[] = []) => {
    const record = new RunRecord(1, task);
    record.add(report(step - 1, step, { evaluation: evaluation(step, valMetric) }), 1);
    return shown(record, deadLayers).warnings;
  };

  it('stuck at chance: late, and no better than always giving the commonest answer', () => {
    expect(majority).toBeGreaterThan(0.5);
    expect(at(200, majority)).toEqual(['stuckAtChance']);
    expect(at(200, majority + 0.1)).toEqual([]);
    expect(at(50, majority)).toEqual([]);
  });

  it('stuck at chance: also where the run has come to its end, unless it diverged or better weights were put back', () => {
    const ended = (parts: Partial<RunEnd>, best = evaluation(100, majority)) => {
      const record = new RunRecord(1, task);
      const end = {
        reason: 'epochs',
        step: 400,
        bestStep: 100,
        bestValLoss: 0.1,
        testLoss: 0.7,
        testMetric: 0.5,
        restored: false,
      } as const;
      record.add(report(399, 400, { evaluation: evaluation(400, majority), best, end: { ...end, ...parts } }), 1);
      return shown(record).warnings;
    };
    expect(ended({})).toEqual(['stuckAtChance']);
    expect(ended({ reason: 'diverged' })).toEqual([]);
    expect(ended({ restored: true })).toEqual(['stuckAtChance']);
    expect(ended({ restored: true }, evaluation(100, majority + 0.2))).toEqual([]);
  });

  it('a loss far above chance is not called guessing', () => {
    const record = new RunRecord(1, task);
    record.add(report(199, 200, { evaluation: { ...evaluation(200, majority), valLoss: 12 } }), 1);
    expect(shown(record, []).warnings).toEqual([]);
  });

  it('no unit alive, at any time', () => {
    expect(at(1, 0.9, ['layer1'])).toEqual(['noUnitAlive']);
  });
});
