/** The pure parts of the charts: scales, rows, smoothing, places of words, the models, and the redraw rules. */
import { describe, expect, it } from 'vitest';
import { resolve } from '../../params/config.ts';
import { normalize } from '../../params/config.ts';
import { drawnRun } from '../../testing/drawn-run.ts';
import { formatNumber } from '../../shared/format.ts';
import { cursorAt, replan } from '../../schedule/plan.ts';
import { plannedPosition, positionOf, xScaleOf, type ChartInput } from './axis.ts';
import { gradientModel } from './gradient-model.ts';
import { inkOf } from './ink.ts';
import { placeCaptions, placeLabels } from './labels.ts';
import { learningRateModel, plannedSeries } from './learning-rate-model.ts';
import { lossModel } from './loss-model.ts';
import { placeMarks } from './mark-layout.ts';
import { ghostMarks } from './marks.ts';
import { metricModel } from './metric-model.ts';
import type { Series } from './plot-model.ts';
import { readout } from './readout.ts';
import { bandPath, linePath } from './curve-path.ts';
import { nearestIndex, tableRows } from './rows.ts';
import { formatTick, fractionOf, linearTicks, logTicks, scaleAround, valueAt, withTick, type Scale } from './scale.ts';
import { smooth } from './smoothing.ts';

const series = (key: string, x: readonly number[], mean: readonly number[], more: Partial<Series> = {}): Series => ({
  ...{ key, label: key, x: Float64Array.from(x), mean: Float64Array.from(mean), style: 'thin', color: 'black' },
  ...more,
});
const linear = (low: number, high: number): Scale => ({ kind: 'linear', low, high });
const inputOf = (run: ReturnType<typeof drawnRun>, more: Partial<ChartInput> = {}): ChartInput => ({
  ...{ run, config: run.config, description: run.description, stale: false, settings: { axis: 'step', xScale: 'linear', smoothing: 0 } },
  ...more,
});

describe('a tick of its own', () => {
  it('stands beside the round ones, in place of those that its words would touch', () => {
    expect(withTick([0, 0.01, 0.02, 0.03], linear(0, 0.03), 0.0213)).toEqual([0, 0.01, 0.0213, 0.03]);
    expect(withTick([0, 0.02, 0.04], linear(0, 0.04), 0.03)).toEqual([0, 0.02, 0.03, 0.04]);
    expect(withTick([0, 0.02], linear(0, 0.02), 0.5)).toEqual([0, 0.02]);
    expect(withTick([0.01, 0.1, 1], { kind: 'log', low: 0.01, high: 1 }, 0.1)).toEqual([0.01, 0.1, 1]);
  });
});

describe('scales', () => {
  it('chooses round linear ticks', () => {
    expect(linearTicks(0, 2000, 5)).toEqual([0, 500, 1000, 1500, 2000]);
    expect(linearTicks(0, 0.3, 5)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(linearTicks(3, 3, 5)).toEqual([3]);
  });
  it('chooses decades, and steps between them where there are few', () => {
    expect(logTicks(0.001, 1, 6)).toEqual([0.001, 0.01, 0.1, 1]);
    expect(logTicks(0.2, 2, 4)).toEqual([0.2, 0.5, 1, 2]);
    expect(logTicks(1e-8, 1e4, 5).length).toBeLessThanOrEqual(5);
  });
  it('holds all values, on round ends, and ignores what cannot be drawn', () => {
    expect(scaleAround([0.03, 0.69, NaN, Infinity, -1], 'log')).toEqual({ kind: 'log', low: 0.02, high: 1 });
    const scale = scaleAround([0.03, 0.69], 'linear');
    expect(scale.low).toBe(0);
    expect(scale.high).toBeGreaterThan(0.69);
    expect(scaleAround([], 'log').low).toBeGreaterThan(0);
  });
  it('maps there and back', () => {
    const scale: Scale = { kind: 'log', low: 0.01, high: 1 };
    expect(fractionOf(scale, 0.1)).toBeCloseTo(0.5);
    expect(valueAt(scale, 0.5)).toBeCloseTo(0.1);
  });
});

describe('paths', () => {
  const area = { x: linear(0, 10), y: linear(0, 5), width: 100, height: 50 };
  it('lie where the scales say, y upwards, and join what is left when a point is no number', () => {
    expect(linePath(area, series('a', [0, 5, 7, 10], [0, 5, NaN, 2.5]))).toBe('M0,50L50,0L100,25');
    expect(linePath(area, series('a', [4], [5]))).toBe('M40,0h0');
    expect(linePath(area, series('a', [4], [NaN]))).toBe('');
  });
  it('hold what a log scale cannot show on its lower edge, and leave out places at or below zero', () => {
    const log = { ...area, x: { kind: 'log', low: 1, high: 100 }, y: { kind: 'log', low: 0.1, high: 10 } } as const;
    expect(linePath(log, series('a', [0, 1, 10, 100], [1, 1, 0, 10]))).toBe('M0,25L50,50L100,0');
  });
  it('go round the extremes of every bucket, spikes included', () => {
    const band = series('a', [0, 5, 10], [1, 1, 1], { min: Float64Array.of(1, 0, 1), max: Float64Array.of(1, 5, 1) });
    expect(bandPath(area, band)).toBe('M0,40L50,0L100,40L100,40L50,50L0,40Z');
    expect(bandPath(area, series('a', [0, 5], [1, 1]))).toBe('');
  });
  it('stay within what a browser can draw', () => {
    expect(linePath(area, series('a', [0, 5], [1, 1e30]))).toBe('M0,40L50,-10000');
  });
});

describe('rows', () => {
  it('finds the nearest finite point and cuts tables down to their limit', () => {
    const one = series('a', [0, 10, 20], [1, NaN, 3]);
    expect(nearestIndex(one, 9, linear(0, 20))).toBe(0);
    const long = series(
      'b',
      Array.from({ length: 400 }, (_, i) => i),
      new Array<number>(400).fill(2),
    );
    const { rows, all } = tableRows([long, one], linear(0, 400));
    expect(all).toBe(400);
    expect(rows.length).toBeLessThanOrEqual(50);
    expect([rows[0]?.x, rows.at(-1)?.x]).toEqual([0, 399]);
    expect(rows.at(-1)?.values).toEqual([2, undefined]);
    // Of the short series only what it has, where it has it.
    expect(rows.filter(({ values }) => values[1] !== undefined).map((row) => [row.x, row.values[1]])).toEqual([
      [0, 1],
      [20, 3],
    ]);
  });
});

describe('smoothing', () => {
  it('starts at the first value, flattens noise and skips what is not finite', () => {
    expect([...smooth(Float64Array.of(4, 4, 4), 0.9)]).toEqual([4, 4, 4].map((v) => expect.closeTo(v) as number));
    const smoothed = smooth(Float64Array.of(1, NaN, 3), 0.5);
    expect(smoothed[1]).toBeNaN();
    expect(smoothed[2]).toBeCloseTo((0.5 * 0.5 * 1 + 0.5 * 3) / 0.75);
  });
});

describe('places of words', () => {
  it('moves labels apart and keeps them inside', () => {
    const placed = placeLabels([50, 52, 99], 14, 0, 100);
    expect(placed[1]! - placed[0]!).toBeGreaterThanOrEqual(14);
    expect(Math.max(...placed)).toBeLessThanOrEqual(93);
    const crowded = placeLabels([10, 10, 10, 10], 14, 0, 40);
    expect(Math.min(...crowded)).toBeGreaterThanOrEqual(7 - 1e-9);
    expect(Math.max(...crowded)).toBeLessThanOrEqual(33 + 1e-9);
  });
  it('stacks captions, turns them at the edge, avoids what is taken and leaves out what has no room', () => {
    const captions = [100, 110, 290, 105].map((x) => ({ x, width: 60 }));
    const spots = placeCaptions(captions, 0, 300, 2);
    expect(spots).toEqual([
      { left: 104, row: 0 },
      { left: 114, row: 1 },
      { left: 226, row: 0 },
      { left: 41, row: 1 },
    ]);
    expect(placeCaptions([{ x: 100, width: 60 }], 0, 300, 2, [{ row: 0, from: 0, to: 300 }])[0]).toEqual({ left: 104, row: 1 });
    expect(placeCaptions([{ x: 100, width: 400 }], 0, 300, 2)[0]).toBeUndefined();
  });
});

describe('chart models', () => {
  const run = drawnRun({ settings: { epochs: 20, l2: 0.001 }, done: 0.5, changes: [{ step: 20, id: 'learningRate', value: 0.3 }] });

  it('shows training, validation and penalties apart, and changes in words', () => {
    const model = lossModel(inputOf(run), 'log');
    expect(model.series.map((one) => one.key)).toEqual(['l2', 'training', 'validation']);
    expect(model.empty).toBeUndefined();
    expect(model.marks.some((mark) => /^η .* → 0\.3$/.test(mark.text) && mark.x === 20)).toBe(true);
    expect(model.summary).toContain('validation loss');
    expect(readout(model, 'step', 30)).toMatch(/^step 30 · .*training .* · validation /);
  });
  it('makes one mark of a drag, from where it began to where it came to rest', () => {
    const at = (step: number, value: number) => ({ step, id: 'learningRate' as const, value });
    const drag = [at(20, 0.05), at(24, 0.09), at(28, 0.2)];
    const moved = {
      ...run,
      snapshot: { ...run.snapshot, changes: [...drag, { step: 28, id: 'batchSize' as const, value: 8 }, at(90, 0.01)] },
    };
    const model = lossModel(inputOf(moved), 'log');
    const told = model.marks.filter(({ text }) => text.includes('→')).map(({ x, from, text }) => ({ x, from, text }));
    expect(told).toEqual([
      { x: 90, from: undefined, text: 'η 0.2 → 0.01' },
      { x: 28, from: 20, text: `η ${formatNumber(run.config.learningRate)} → 0.2, B ${String(run.config.batchSize)} → 8` },
    ]);
    expect(model.summary).toContain('From step 20 to 28: η');
    expect(model.summary).toContain('in 3 changes. At step 28: B');
    const back = { ...run, snapshot: { ...run.snapshot, changes: [at(20, 0.2), at(22, run.config.learningRate)] } };
    expect(lossModel(inputOf(back), 'log').summary).toContain('η moved, back at');
  });
  it('draws the loss on the text that a model was pretrained on as a line of its own, within the scale, and in words', () => {
    const { at, streams } = run.snapshot.evaluations;
    const high = streams.valLoss.mean.map((value) => 40 * value);
    const measured = { ...run.snapshot.measured, old: { at, streams: { loss: { mean: high, min: high, max: high } } } };
    const model = lossModel(inputOf({ ...run, snapshot: { ...run.snapshot, measured } }), 'linear');
    expect(model.series.find(({ key }) => key === 'old')).toMatchObject({ label: 'old text', end: 'old text', mean: high });
    expect(model.y.high).toBeGreaterThan(Math.max(...high));
    expect(model.summary).toContain(`on the old text ${formatNumber(high.at(-1)!)}, ${formatNumber(high[0]!)} at first;`);
    expect(lossModel(inputOf(run), 'log').summary).not.toContain('old text');
  });
  it('draws a previous run behind the present one', () => {
    const keys = lossModel(inputOf(run, { previous: run }), 'log').series.map((one) => one.key);
    expect(keys.slice(0, 2)).toEqual(['previousTraining', 'previous']);
  });
  it('plans the rate before any step, and follows the configuration', () => {
    const fresh = drawnRun({ done: 0 });
    expect(lossModel(inputOf(fresh), 'log').empty).toBeDefined();
    const { config } = normalize({ learningRate: 0.5 });
    const model = learningRateModel(inputOf(fresh, { config }), 'linear');
    expect(model.empty).toBeUndefined();
    expect(model.series[0]?.key).toBe('planned');
    expect(model.series[0]?.mean[0]).toBe(0.5);
    const seconds = { axis: 'seconds', xScale: 'linear', smoothing: 0 } as const;
    expect(learningRateModel(inputOf(fresh, { settings: seconds }), 'linear').empty).toBeDefined();
  });
  it('says how often clipping acted, where the 90th percentile lies, and when it is a smaller rate in disguise', () => {
    const clipped = (share: number, lately: number) => {
      const snapshot = { ...run.snapshot, clippedShare: share, lately: { clippedShare: lately, normPercentile: 0.8125 } };
      return gradientModel(inputOf({ ...run, snapshot }), 'log');
    };
    const { subtitle, references, summary } = clipped(0.04, 0.04);
    expect(subtitle.replaceAll('\u00a0', ' ')).toBe('4 % of steps clipped');
    expect(references).toContainEqual({ y: 0.8125, text: '90 % lately below 0.813', tone: 'muted', inside: true });
    expect(summary).toContain('90 % lately below 0.813');
    expect(clipped(0.9, 0.04).note).toBeUndefined();
    expect(clipped(0.04, 0.6).note).toContain('smaller learning rate in disguise');
  });
  it('ends the axis of a share at 100 % and names an error in its own unit', () => {
    expect(metricModel(inputOf(run), 'linear').y.high).toBe(1);
    const curve = drawnRun({ settings: { task: 'curve' }, done: 0.5 });
    expect(metricModel(inputOf(curve), 'linear').subtitle).toContain('lower is better');
  });
  it('names the metric of a text before the text is there', () => {
    const titleOf = (task: 'text' | 'moons') => {
      const waiting = { run: undefined, description: undefined, config: resolve({ task }) };
      return metricModel(inputOf(run, waiting), 'linear').title;
    };
    expect([titleOf('text'), titleOf('moons')]).toEqual(['Bits per character', 'Accuracy']);
  });
  it('says how a run ended', () => {
    const diverged = drawnRun({ done: 0.3, story: 'diverged' });
    const texts = lossModel(inputOf(diverged), 'log').marks.map((mark) => mark.text);
    expect(texts.some((text) => /^diverged at [\d,]+, layer 2$/.test(text))).toBe(true);
    expect(xScaleOf(inputOf(diverged)).high).toBeLessThanOrEqual(4 * diverged.snapshot.step);
    const whole = drawnRun({ settings: { epochs: 20 }, done: 1 });
    const { totalSteps } = whole.snapshot.plan;
    const end = { reason: 'epochs', step: totalSteps, bestStep: 1, bestValLoss: 0, testLoss: 0, testMetric: 0, restored: false } as const;
    const done = { ...whole, snapshot: { ...whole.snapshot, phase: 'ended' as const, end } };
    expect(lossModel(inputOf(done), 'log').marks.map((mark) => mark.text)).toContain('ended: 20 epochs');
  });
  it('places steps on other axes and spans the whole plan', () => {
    const { plan } = run.snapshot;
    expect(positionOf('epoch', plan.stepsPerEpoch, run)).toBeCloseTo(1, 1);
    expect(positionOf('epoch', plan.totalSteps, run)).toBeCloseTo(20);
    expect(xScaleOf(inputOf(run)).high).toBe(plan.totalSteps);
  });
});

describe('the plan', () => {
  const { config, description, snapshot } = drawnRun({ settings: { epochs: 20 }, done: 0.1 });
  const before = { config, plan: snapshot.plan };

  it('places steps around a change of batch in mid-epoch where the run will count them', () => {
    const half = snapshot.plan.stepsPerEpoch / 2;
    const plan = replan(before, { ...config, batchSize: 2 * config.batchSize }, cursorAt(before, half), description.trainingCount);
    const epochAt = (step: number) => plannedPosition('epoch', step, plan, description, NaN);
    expect([epochAt(half), epochAt(plan.totalSteps)]).toEqual([0.5, 20]);
  });

  it('goes on to where a change at its end extends it', () => {
    const at = snapshot.plan.totalSteps;
    const planned = [{ step: at, id: 'epochs', value: 30 }] as const;
    expect(xScaleOf(inputOf({ ...drawnRun({ settings: { epochs: 20 }, done: 0.1 }), planned })).high).toBe(1.5 * at);
    const late = [{ step: at + 1, id: 'epochs', value: 30 }] as const;
    expect(xScaleOf(inputOf({ ...drawnRun({ settings: { epochs: 20 }, done: 0.1 }), planned: late })).high).toBe(at);
  });

  it('does not draw a change that is on its way over what has been', () => {
    const run = drawnRun({ settings: { epochs: 20, schedule: 'constant' }, done: 0.5 });
    const starts = (more: Partial<ChartInput>) => plannedSeries(inputOf(run, more))[0]?.x[0];
    expect([starts({}), starts({ config: { ...run.config, pace: 7 } })]).toEqual([0, 0]);
    expect(starts({ config: { ...run.config, learningRate: 2 * run.config.learningRate } })).toBeGreaterThanOrEqual(run.snapshot.step);
  });

  it('shows the ghosts of the patience in force', () => {
    const impatient = drawnRun({ settings: { earlyStopping: true, patience: 8 }, done: 0.5 });
    const reached = { ...impatient, snapshot: { ...impatient.snapshot, patienceReached: [10, 20, 30, 40, 50, 60, 70, 80] } };
    const changed = { ...reached, snapshot: { ...reached.snapshot, changes: [{ step: 5, id: 'patience', value: 16 }] as const } };
    const texts = (of: typeof changed | typeof reached) => ghostMarks(of, 'step').map(({ text }) => text);
    expect([texts(reached), texts(changed)]).toEqual([
      ['patience 4 would stop here', 'patience 2 would stop here'],
      ['patience 8 would stop here', 'patience 4 would stop here'],
    ]);
    expect(texts({ ...reached, config: { ...reached.config, earlyStopping: false } })).toEqual([]);
  });
});

describe('words among lines', () => {
  const flat = (y: number): { x: number; y: number }[] => [
    { x: 0, y },
    { x: 400, y },
  ];
  it('know where lines run, also between their points', () => {
    const ink = inkOf([
      flat(50),
      [
        { x: 0, y: 0 },
        { x: NaN, y: 0 },
      ],
    ]);
    expect(ink({ left: 100, top: 40, width: 40, height: 20 })).toBeGreaterThan(8);
    expect(ink({ left: 100, top: 60, width: 40, height: 20 })).toBe(0);
  });
  it('stand beside a dot where no line and no other word is', () => {
    const model = { ...lossModel(inputOf(drawnRun({ done: 0 })), 'linear'), references: [] };
    const mark = { x: 200, y: 50, text: 'best 0.1', tone: 'good' } as const;
    const line = { key: 'a', label: 'a', x: Float64Array.of(0, 400), style: 'thin', color: 'red' } as const;
    const room = { frame: { left: 0, right: 400, top: 0, bottom: 100 }, width: 400, unit: 1, x: Number, y: Number, taken: [] };
    const put = (ys: readonly number[]): number | undefined => {
      const series = ys.map((y) => ({ ...line, key: String(y), mean: Float64Array.of(y, y) }));
      return placeMarks({ ...model, series, marks: [mark] }, room).dots[0]?.words?.baseline;
    };
    expect(put([65])).toBeLessThan(50);
    expect(put([35])).toBeGreaterThan(50);
  });
  it('are held to what lies near the present run', () => {
    const run = drawnRun({ done: 0.5 });
    const { steps } = run.snapshot;
    const far = { ...steps.streams, loss: { ...steps.streams.loss, mean: steps.streams.loss.mean.map(() => 1e30) } };
    const previous = { ...run, snapshot: { ...run.snapshot, steps: { ...steps, streams: far } } };
    expect(lossModel({ ...inputOf(run), previous }, 'log').y.high).toBeLessThan(1e3);
  });
  it('write large ticks short', () => {
    expect([0.01, 2000, 1e4, -6e4, 2e27].map(formatTick)).toEqual(['0.01', '2,000', '1e4', '−6e4', '2e27']);
  });
});
