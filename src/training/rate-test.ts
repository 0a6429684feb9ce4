/**
 * A learning-rate range test (Smith 2015): the rate is raised by a factor a step, from the lowest to the highest, and the loss is watched.
 *
 * Idea: it is a run of its own on an executor of its own, from a copy of a run's state, so the run itself cannot be touched. What it reads
 * is the loss of training batches as a run would log it; nothing is evaluated. Same state, same result, however it is cut up.
 */
import type { Executor } from '../graph/executor.ts';
import type { Config } from '../params/config.ts';
import { parameters } from '../params/table.ts';
import { createSampler } from '../tasks/batches.ts';
import type { Task } from '../tasks/task.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import { chunkResult, planChunk } from './chunk.ts';
import { Machine } from './machine.ts';
import type { RateSuggestions } from './rate-suggestions.ts';
import { isWithinNoise, SmoothedLoss, suggestRates } from './rate-suggestions.ts';
import { initialCounters } from './run-state.ts';
import type { MutableCounters } from './run-state.ts';
import { checkpointOwner, initialVectors, setUp } from './setup.ts';
import type { Setup } from './setup.ts';

/** Steps of a test: twice fastai's, since small batches of noisy data hide the fall of the loss from fewer. */
const plannedSteps = 200;

/** Steps in one call of the executor: few, so that a thread stays responsive. */
const chunk = 5;

/** One step of a test. */
export interface RatePoint {
  readonly learningRate: number;
  readonly loss: number;
  readonly smoothed: number;
}

/** Why a test ended: at the highest rate, above four times the lowest smoothed loss, at a loss that is no number, or because it was told to. */
export type RateTestEnd = 'highest' | 'risen' | 'diverged' | 'stopped';

/** A test, under way or over. */
export interface RateTest {
  /** Step of the run that it started from. */
  readonly fromStep: number;
  readonly plannedSteps: number;
  readonly points: readonly RatePoint[];
  readonly end?: RateTestEnd;
  /** Once it is over. None late in a run, where the loss falls within its noise: a reading of it would be no better than a guess. */
  readonly suggestions: RateSuggestions;
  /** Once it is over: the loss falls by no more than it differs from batch to batch. */
  readonly withinNoise?: boolean;
}

/** What a test is made of. */
export interface RateTestOptions {
  /** As the run began. */
  readonly config: Config;
  readonly task: Task;
  /** Is disposed of in the end. */
  readonly executor: Executor;
  /** The state to start from; without it, the initial one. */
  readonly checkpoint?: Uint8Array;
  /** Looked at between calls of the executor. */
  readonly stopped?: () => boolean;
  /** Called between them; the thread may answer meanwhile. */
  readonly progress?: (test: RateTest) => Promise<void>;
}

/** Makes a test. Rejects with the executor's errors, or a `CheckpointError`. */
export async function testRates(options: RateTestOptions): Promise<RateTest> {
  const { config, task, executor, stopped = () => false, progress } = options;
  const setup = setUp(config, task);
  const machine = new Machine(executor, setup, undefined);
  try {
    const { counters, vectors } = startOf(options, setup);
    await machine.load(counters.config, vectors);
    const sweep = new Sweep(counters, setup, machine);
    let test = sweep.told();
    while (!test.end) {
      await progress?.(test);
      test = stopped() ? sweep.told('stopped') : await sweep.go();
    }
    return test;
  } finally {
    machine.dispose();
  }
}

function startOf({ config, checkpoint, task }: RateTestOptions, setup: Setup) {
  if (!checkpoint) return { counters: initialCounters(config, task.train.count), vectors: initialVectors(config, setup.model) };
  const { counters, vectors } = decodeCheckpoint(checkpoint, checkpointOwner(config, setup));
  return { counters: { ...counters }, vectors };
}

/** The steps of one test. */
class Sweep {
  private readonly points: RatePoint[] = [];
  private readonly smoothing = new SmoothedLoss();
  private readonly fromStep: number;
  private readonly sampler: ReturnType<typeof createSampler>;
  private readonly counters: MutableCounters;
  private readonly setup: Setup;
  private readonly machine: Machine;

  constructor(counters: MutableCounters, setup: Setup, machine: Machine) {
    this.counters = counters;
    this.setup = setup;
    this.machine = machine;
    this.fromStep = counters.cursor.step;
    const { seed, shuffle, dropLast } = counters.config;
    this.sampler = createSampler({ count: setup.task.train.count, seed, shuffle, dropLast });
  }

  told(end?: RateTestEnd): RateTest {
    const { fromStep, points } = this;
    const ofPoints = (name: keyof RatePoint) => points.map((point) => point[name]);
    const told = { fromStep, plannedSteps, points: [...points], ...(end ? { end } : {}) };
    if (!end || end === 'stopped') return { ...told, suggestions: {} };
    const withinNoise = isWithinNoise(ofPoints('loss'), ofPoints('smoothed'), plannedSteps);
    const isLate = fromStep > 0 && withinNoise;
    return { ...told, withinNoise, suggestions: isLate ? {} : suggestRates(ofPoints('learningRate'), ofPoints('smoothed'), plannedSteps) };
  }

  /** A few steps more. */
  async go(): Promise<RateTest> {
    const steps = Math.min(chunk, plannedSteps - this.points.length);
    const planned = planChunk(this.counters, this.sampler, steps, this.setup.task, { rateAt: (step) => rateAt(step - this.fromStep) });
    const { columns, done, failing } = chunkResult(planned, await this.machine.run(this.counters.config, planned.feeds));
    for (let i = 0; i < done; i++) {
      const loss = columns.loss[i] ?? NaN;
      this.points.push({ learningRate: columns.learningRate[i] ?? NaN, loss, smoothed: this.smoothing.add(loss) });
      if (this.smoothing.hasRisen) return this.told('risen');
    }
    if (failing) return this.told('diverged');
    return this.told(this.points.length >= plannedSteps ? 'highest' : undefined);
  }
}

/** The rate of step `index` of a test: equal factors over the whole range that a rate may have. */
function rateAt(index: number): number {
  const { min, max } = parameters.learningRate;
  return min * (max / min) ** (index / (plannedSteps - 1));
}
