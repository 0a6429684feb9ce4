/**
 * Runs that look like runs, for the gallery and for tests of charts and views only: curves are formulas with seeded noise,
 * and "what was learned" is a kernel smoother over the real data of the task. Nothing here has been trained.
 */
import { normalize } from '../params/config.ts';
import type { Config } from '../params/config.ts';
import type { Change } from '../params/changes.ts';
import { learningRateAt } from '../schedule/learning-rate.ts';
import { planRun } from '../schedule/plan.ts';
import { History, type HistoryColumns } from '../shared/history.ts';
import { fillNormal, stream } from '../shared/random.ts';
import { makeTask } from '../tasks/make-task.ts';
import { metricOf } from '../tasks/metrics.ts';
import { pictureOf } from '../tasks/picture.ts';
import { percentileOf } from '../shared/statistics.ts';
import { describedAs, snapshotOf } from './held-trainer.ts';
import { drawnDiagnostics } from './drawn-diagnostics.ts';
import { drawnDigits, drawnTable } from './drawn-pictures.ts';
import { evaluationStreams, stepStreams } from '../trainer/trainer.ts';
import type { Description, Evaluation, EvaluationStream, Learned, RunSnapshot, StepStream } from '../trainer/trainer.ts';

/** A run as the store holds one. */
export interface DrawnRun {
  readonly id: number;
  readonly config: Config;
  readonly planned: readonly Change[];
  readonly description: Description;
  readonly snapshot: RunSnapshot;
  readonly learned?: { readonly step: number; readonly learned: Learned };
}

/** What to make up. */
export interface Recording {
  readonly id?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Share of the plan that is done, 0…1. */
  readonly done: number;
  readonly story?: 'running' | 'diverged' | 'earlyStop';
  readonly changes?: readonly Change[];
  /** Level that the loss falls to. */
  readonly floor?: number;
}

const secondsPerStep = 0.004;

/** What a picture and its description would be. */
function describeRecorded(config: Config): Pick<DrawnRun, 'description'> & { readonly learned: Learned } {
  const base = describedAs(config);
  if (config.task === 'digits') return withPicture(base, { taskName: 'Digits', modelName: 'CNN 8-16' }, drawnDigits());
  if (config.task === 'penguins') return withPicture(base, { taskName: 'Penguins', modelName: 'MLP 4-8-3' }, drawnTable());
  const task = makeTask(config, {});
  const picture = pictureOf(task);
  const metric = metricOf(task);
  const description: Description = {
    ...base,
    taskName: task.name,
    metric: { name: metric.name, unit: metric.unit, better: metric.better },
    classNames: task.classNames,
    lossName: task.kind === 'regression' ? 'squared error' : base.lossName,
    lossUnit: task.kind === 'regression' ? 'per example, on standardised targets' : base.lossUnit,
    trainingCount: task.train.count,
    validationCount: task.validation.count,
    testCount: task.test.count,
    picture,
  };
  const { chanceLoss, ...regression } = description;
  return {
    description: task.kind === 'regression' ? regression : { ...regression, chanceLoss: chanceLoss ?? Math.LN2 },
    learned: smoothed(picture, task.classNames.length),
  };
}

function withPicture(base: Description, names: Pick<Description, 'taskName' | 'modelName'>, made: ReturnType<typeof drawnDigits>) {
  const description = {
    ...base,
    ...names,
    lossName: 'cross-entropy',
    lossUnit: 'per example',
    chanceLoss: Math.log(made.classNames.length),
    classNames: made.classNames,
    picture: made.picture,
  };
  return { description, learned: made.learned };
}

/** Kernel-weighted means of the training targets. */
function smoothed(picture: Description['picture'], classes: number): Learned {
  if (picture.kind === 'curve') {
    const [low, high] = [Math.min(...picture.x), Math.max(...picture.x)];
    const x = Float32Array.from({ length: 160 }, (_, i) => low + ((high - low) * i) / 159);
    const width = (high - low) / 28;
    const y = x.map((place) =>
      weighted(
        picture.x,
        (i) => ((picture.x[i] ?? 0) - place) / width,
        (i) => picture.y[i] ?? 0,
      ),
    );
    return { kind: 'curve', x, y };
  }
  if (picture.kind !== 'plane') throw new Error('only planes and curves are smoothed');
  const [size, outputs] = [48, picture.regression || classes === 2 ? 1 : classes];
  const [xMin, xMax, yMin, yMax] = picture.extent;
  const width = (xMax - xMin) / 16;
  const values = new Float32Array(size * size * outputs);
  for (let cell = 0; cell < size * size; cell++) {
    const [px, py] = [
      xMin + ((xMax - xMin) * ((cell % size) + 0.5)) / size,
      yMin + ((yMax - yMin) * (Math.floor(cell / size) + 0.5)) / size,
    ];
    for (let k = 0; k < outputs; k++) {
      const distance = (i: number): number => Math.hypot((picture.x[i] ?? 0) - px, (picture.y[i] ?? 0) - py) / width;
      const target = (i: number): number =>
        picture.regression || outputs === 1 ? (picture.target[i] ?? 0) : picture.target[i] === k ? 1 : 0;
      values[cell * outputs + k] = weighted(picture.x, distance, target);
    }
  }
  return { kind: 'plane', size, outputs, values };
}

function weighted(points: Float32Array, distance: (i: number) => number, value: (i: number) => number): number {
  let [sum, weight] = [0, 1e-9];
  for (let i = 0; i < points.length; i++) {
    const w = Math.exp(-0.5 * distance(i) ** 2) + 1e-12;
    sum += w * value(i);
    weight += w;
  }
  return sum / weight;
}

interface Story {
  readonly config: Config;
  readonly plan: ReturnType<typeof planRun>;
  readonly steps: number;
  readonly floor: number;
  readonly diverges: boolean;
}

/** The loss without noise. */
function level({ plan, steps, floor, diverges }: Story, step: number): number {
  const base = floor + (0.69 - floor) * Math.exp((-5 * step) / plan.totalSteps);
  return diverges && step > steps * 0.85 ? base * Math.exp(((step - steps * 0.85) / (steps * 0.15)) * 12) : base;
}

function stepColumns(story: Story): HistoryColumns<StepStream> {
  const { config, plan, steps } = story;
  const noise = new Float32Array(2 * steps);
  fillNormal(noise, config.seed, stream.sampling, 1, 1);
  const column = (value: (step: number) => number): Float64Array => Float64Array.from({ length: steps }, (_, i) => value(i));
  const norm = (i: number): number => 2.5 * Math.exp((-3 * i) / plan.totalSteps) * Math.exp(0.5 * (noise[steps + i] ?? 0));
  return {
    step: column((i) => i + 1),
    epoch: column((i) => (i + 1) / plan.stepsPerEpoch),
    examples: column((i) => (i + 1) * config.batchSize),
    seconds: column((i) => (i + 1) * secondsPerStep),
    loss: column((i) => level(story, i) * 0.85 * Math.exp(0.25 * (noise[i] ?? 0))),
    l1: column((i) => config.l1 * 30 * (1 + i / plan.totalSteps)),
    l2: column((i) => config.l2 * 40 * (1 + i / plan.totalSteps)),
    learningRate: column((i) => learningRateAt(config, plan, i)),
    momentum: column(() => config.momentum),
    gradNorm: column(norm),
    clippedNorm: column((i) => (config.clip === 'norm' ? Math.min(config.clipAt, norm(i)) : norm(i))),
  };
}

function evaluationColumns(story: Story, share: boolean): HistoryColumns<EvaluationStream> {
  const { plan, steps, config } = story;
  const every = Math.max(1, plan.stepsPerEpoch);
  const count = Math.floor(steps / every) + 1;
  const column = (value: (step: number) => number): Float64Array => Float64Array.from({ length: count }, (_, i) => value(i * every));
  const loss = (step: number): number => level(story, step) * (1 + 0.05 * Math.sin(step / 70)) + 0.02 * (step / plan.totalSteps);
  return {
    step: column((step) => step),
    epoch: column((step) => step / plan.stepsPerEpoch),
    examples: column((step) => step * config.batchSize),
    seconds: column((step) => step * secondsPerStep),
    valLoss: column(loss),
    besideLoss: column(() => NaN),
    besideMetric: column(() => NaN),
    valMetric: column((step) => (share ? Math.max(0, 1 - 0.72 * loss(step)) : Math.sqrt(loss(step)))),
  };
}

function bestOf(columns: HistoryColumns<EvaluationStream>): Evaluation {
  const best = columns.valLoss.indexOf(columns.valLoss.reduce((low, value) => Math.min(low, value)));
  return evaluationAt(columns, best);
}

function evaluationAt(columns: HistoryColumns<EvaluationStream>, index: number): Evaluation {
  const at = (column: Float64Array): number => column.at(index) ?? NaN;
  return { step: at(columns.step), valLoss: at(columns.valLoss), valMetric: at(columns.valMetric) };
}

function endOf(recording: Recording, story: Story, best: Evaluation, final: Evaluation): Pick<RunSnapshot, 'end'> {
  if (recording.story !== 'diverged' && recording.story !== 'earlyStop') return {};
  const diverged = recording.story === 'diverged';
  const shared = {
    step: story.steps,
    bestStep: best.step,
    bestValLoss: best.valLoss,
    testLoss: final.valLoss,
    testMetric: final.valMetric,
  };
  if (!diverged) return { end: { ...shared, reason: 'earlyStop', restored: true } };
  const divergence = { layer: 'layer 2', learningRate: story.config.learningRate, clipped: false, loss: Infinity };
  return { end: { ...shared, reason: 'diverged', restored: false, divergence } };
}

/** A made-up run. */
export function drawnRun(recording: Recording): DrawnRun {
  const { config } = normalize(recording.settings ?? {});
  const { description, learned } = describeRecorded(config);
  const plan = planRun(config, description.trainingCount);
  const id = recording.id ?? 1;
  const named = { ...description, plan };
  const steps = Math.round(recording.done * plan.totalSteps);
  if (steps === 0) return { id, config, planned: [], description: named, snapshot: snapshotOf(id, config) };
  const story: Story = { config, plan, steps, floor: recording.floor ?? 0.03, diverges: recording.story === 'diverged' };
  const [stepHistory, evaluationHistory] = [new History(stepStreams), new History(evaluationStreams)];
  const [stepped, evaluated] = [stepColumns(story), evaluationColumns(story, description.metric.better === 'higher')];
  stepHistory.append(stepped);
  evaluationHistory.append(evaluated);
  const [best, final] = [bestOf(evaluated), evaluationAt(evaluated, -1)];
  const last = (column: Float64Array): number => column.at(-1) ?? NaN;
  const clipped = stepped.gradNorm.filter((norm, i) => norm > (stepped.clippedNorm[i] ?? norm)).length;
  const diagnostics = drawnDiagnostics({ config, plan, stepped, evaluated });
  const snapshot = snapshotOf(id, config, {
    phase: recording.story === undefined || recording.story === 'running' ? 'running' : 'ended',
    step: steps,
    epoch: last(stepped.epoch),
    examples: last(stepped.examples),
    seconds: last(stepped.seconds),
    plan,
    steps: stepHistory.reduce(180),
    evaluations: evaluationHistory.reduce(180),
    latest: {
      loss: last(stepped.loss),
      learningRate: last(stepped.learningRate),
      gradNorm: last(stepped.gradNorm),
      clippedNorm: last(stepped.clippedNorm),
    },
    evaluation: { ...final, ...diagnostics.last },
    best,
    clippedShare: clipped / steps,
    lately: { clippedShare: clipped / steps, normPercentile: percentileOf(stepped.gradNorm.slice(-256), 90) },
    measured: diagnostics.measured,
    changes: recording.changes ?? [],
    ...endOf(recording, story, best, final),
  });
  return { id, config, planned: [], description: named, snapshot, learned: { step: steps, learned } };
}
