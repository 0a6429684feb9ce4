/** The lines of every optimizer, computed in double precision from what was read before a step, against what the executor made of the weight. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import type { ConfigPatch } from '../params/config.ts';
import { optimizerOptions } from '../params/options.ts';
import { createSampler } from '../tasks/batches.ts';
import { makeTask } from '../tasks/make-task.ts';
import { DrivenRun, drivenConfig } from '../testing/driven-run.ts';
import { planChunk } from './chunk.ts';
import { entryGraphNames } from './entry-graphs.ts';
import { halvesOf } from './formulas/expression.ts';
import { Machine } from './machine.ts';
import { initialCounters } from './run-state.ts';
import { initialVectors, setUp } from './setup.ts';
import { watch } from './watch.ts';
import type { WeightStep } from './weight-step.ts';

/** Steps of a run in which every weight in `indices` is watched, as the page shows them and as the lines alone compute them. */
async function watchedSteps(choices: ConfigPatch, indices: readonly number[], steps: number) {
  const config = drivenConfig(choices);
  const task = makeTask(config, {});
  const setup = setUp(config, task);
  const machine = new Machine(createExecutor(await openCpu()), setup, undefined);
  await machine.load(config, initialVectors(config, setup.model));
  // What has become of the weight is kept from it: every value is computed from the lines.
  const blind = {
    entry: async (...asked: Parameters<Machine['entry']>) => (asked[0] === entryGraphNames.after ? {} : machine.entry(...asked)),
  };
  const counters = initialCounters(config, task.train.count);
  const sampler = createSampler({ ...config, count: task.train.count });
  const told: { readonly shown: WeightStep; readonly computed: WeightStep }[] = [];
  for (let step = 0; step < steps; step++) {
    const { memory } = counters;
    const chunk = planChunk(counters, sampler, 1, task);
    const ends = [];
    for (const index of indices)
      for (const through of [machine, blind]) ends.push(await watch(through, setup, { chunk, config, memory, index }));
    await machine.run(config, chunk.feeds);
    const results = [];
    for (const end of ends) results.push(await end?.());
    for (let i = 0; i < results.length; i += 2) told.push({ shown: results[i]!, computed: results[i + 1]! });
  }
  machine.dispose();
  return told;
}

/** Two weights of the first layer, one of a hidden matrix, biases, one of the last layer, in 2-4-3-1. */
const indices = [0, 5, 9, 14, 24, 28];
const base = { layers: [4, 3], decay: 'weights', clip: 'norm', clipAt: 0.5, l2: 0.001 } as const;

const cases: readonly (readonly [name: string, choices: ConfigPatch])[] = [
  // Of L-BFGS only the whole move is told: there is no line to compute it from.
  ...optimizerOptions.flatMap(({ value }) => (value === 'lbfgs' ? [] : [[value, { optimizer: value }] as const])),
  ['adamw with rates by layer', { optimizer: 'adamw', weightDecay: 0.1, layerDecay: 0.5, headRate: 3 }],
  ['rprop with rates by layer', { optimizer: 'rprop', layerDecay: 0.5 }],
  ['asgd with rates by layer', { optimizer: 'asgd', layerDecay: 0.5 }],
  ['sgd with Nesterov and decay', { optimizer: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.1 }],
  ['sgd with dampening', { optimizer: 'sgd', momentum: 0.9, dampening: 0.3 }],
  ['sgd without momentum', { optimizer: 'sgd', momentum: 0, weightDecay: 0.1 }],
  ['centred rmsprop with momentum', { optimizer: 'rmsprop', centered: true, momentum: 0.9 }],
  ['amsgrad', { optimizer: 'adam', amsgrad: true, weightDecay: 0.1 }],
  ['adamw with decay of all', { optimizer: 'adamw', weightDecay: 0.1, decay: 'all' }],
  ['muon with decay', { optimizer: 'muon', weightDecay: 0.1 }],
  ['lamb with decay', { optimizer: 'lamb', weightDecay: 0.1 }],
  ['lion with decay', { optimizer: 'lion', weightDecay: 0.1 }],
  ['adafactor with momentum, by weights', { optimizer: 'adafactor', beta1: 0.9, scaleByWeights: true, weightDecay: 0.1 }],
  ['schedule-free with decay', { optimizer: 'sfadamw', weightDecay: 0.1 }],
  ['asgd with its own decay', { optimizer: 'asgd', lambda: 0.1 }],
  ['SAM, dropout and noise', { sam: 0.05, dropout: 0.2, gradientNoise: 0.01 }],
  ['proximal L1', { optimizer: 'sgd', l1: 0.01, l1Rule: 'proximal' }],
  ['max-norm', { maxNorm: 0.5 }],
  ['one-cycle momentum', { optimizer: 'adam', schedule: 'onecycle', cycleMomentum: true }],
];

/** Rounding of float32: of the weight itself, and of the few operations that made its change. */
const close = (a: number, b: number, before: number) =>
  Math.abs(a - b) <= 2 ** -22 * Math.max(Math.abs(b), Math.abs(before)) + 2e-5 * Math.abs(b - before);

describe('the rule of one weight', () => {
  it.each(cases)('gives the executor’s new weight: %s', async (_name, choices) => {
    const told = await watchedSteps({ ...base, ...choices }, indices, 8);
    expect(told.some(({ shown }) => shown.after !== shown.before)).toBe(true);
    for (const { shown, computed } of told) {
      const { lines, before, after } = shown;
      const own = lines.findLast(({ rule }) => halvesOf(rule).target === 'w');
      expect(own?.value).toBe(after);
      const alone = computed.lines.findLast(({ rule }) => halvesOf(rule).target === 'w')?.value ?? NaN;
      expect(
        close(alone, after, before),
        `step ${shown.step} weight ${shown.index}: ${alone} for ${after}; ${lines.map(({ rule, filled }) => `${rule} = ${filled}`).join('; ')}`,
      ).toBe(true);
      lines.forEach(({ rule, value }, i) => {
        const slot = computed.lines[i]?.value ?? NaN;
        expect(Math.abs(slot - value) <= 2e-5 * Math.max(Math.abs(value), Math.abs(before)), rule).toBe(true);
      });
    }
  });

  it('of a frozen layer says that its weights stay', async () => {
    const [first, last] = await watchedSteps({ ...base, optimizer: 'adam', frozenLayers: 1 }, [0, 28], 1);
    expect([first?.shown.lines, first?.shown.notes, first?.shown.after]).toEqual([
      [],
      ['This layer is frozen: its weights stay as they are.'],
      first?.shown.before,
    ]);
    expect(last?.shown.lines.length).toBeGreaterThan(0);
  });

  it('of L-BFGS tells the whole move', async () => {
    const [watched] = await watchedSteps({ ...base, optimizer: 'lbfgs', batchSize: 50, clip: 'none' }, [0], 1);
    const { before, after, lines } = watched!.shown;
    expect(lines).toMatchObject([{ rule: 'w ← w + d', value: after }]);
    expect(after).not.toBe(before);
  });

  it('says nothing of a weight that is not there', async () => {
    expect((await watchedSteps(base, [1000], 1))[0]?.shown).toBeUndefined();
  });

  it('is that of the run, which does not feel that it is watched', async () => {
    const choices = { ...base, optimizer: 'adam', dropout: 0.2 } as const;
    const untouched = await (await DrivenRun.open(choices)).to();
    const run = await DrivenRun.open(choices);
    const seen: WeightStep[] = [];
    while (!run.report.end) {
      const { weight } = await run.watched(9);
      if (weight) seen.push(weight);
    }
    expect(run.told).toEqual(untouched.told);
    expect(seen).toHaveLength(24);
    seen.slice(1).forEach(({ before }, i) => expect(before).toBe(seen[i]?.after));
    await run.close();
    await untouched.close();
  });
});
