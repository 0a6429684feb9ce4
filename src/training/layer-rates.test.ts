/**
 * Rates by layer. PyTorch's parameter groups are each an optimizer of their own with their own rate: so a layer of a run with rates by layer
 * must move, bit for bit in double precision, as in a run of that rate that starts from the same state. That holds whatever the rule.
 */
import { describe, expect, it } from 'vitest';
import type { Feed } from '../graph/executor.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { optimizerOptions } from '../params/options.ts';
import { momentumAt } from '../schedule/momentum.ts';
import { DrivenRun, toldBy } from '../testing/driven-run.ts';
import { Interpreter } from '../testing/interpreter.ts';
import { makeTask } from '../tasks/make-task.ts';
import { hasLayerRates, layerOf, layerFactor, remembered } from './layer-rates.ts';
import { isDrivenFromOutside } from './optimizers/lbfgs.ts';
import type { Memory } from './optimizers/optimizer.ts';
import { optimizers } from './optimizers/optimizers.ts';
import { initialVectors, programOf, setUp } from './setup.ts';
import { stepScalars } from './step-scalars.ts';

const rules = optimizerOptions.map(({ value }) => value).filter((optimizer) => !isDrivenFromOutside({ optimizer }));
const small = { task: 'moons', trainingSize: 20, batchSize: 20, layers: [3, 4], learningRate: 0.02, weightDecay: 0.1, l2: 0.01 } as const;
const steps = 12;

function settings(choices: ConfigPatch): Config {
  const { config, problems } = normalize({ ...small, ...choices });
  expect(problems).toEqual([]);
  return config;
}

/** A run in double precision, a step at a time; its rate moves from step to step. */
class Stepper {
  readonly interpreter = new Interpreter();
  readonly setup;
  private memory: Memory = {};
  readonly config: Config;

  constructor(config: Config) {
    this.config = config;
    this.setup = setUp(config, makeTask(config, {}));
  }

  async open(): Promise<this> {
    await this.interpreter.load(programOf(this.setup, this.config, initialVectors(this.config, this.setup.model)));
    return this;
  }

  async step(step: number): Promise<void> {
    const { config } = this;
    const rows = Float32Array.from({ length: 20 }, (_, row) => row);
    const counts = { count: 20, examples: 20 };
    const learningRate = config.learningRate * (1 + (step % 3));
    const momentum = momentumAt(config, { totalSteps: steps }, step);
    const moment = { step, learningRate, momentum, memory: this.memory, averageBegun: step > 0, ...counts };
    const feed: Feed = { step, scalars: stepScalars(config, moment), tensors: { rows, weights: new Float32Array(20).fill(1) } };
    const { good } = await this.interpreter.run([feed]);
    expect(good?.[0]).toBe(1);
    this.memory = remembered({ config, ...moment });
  }

  /** The values of one layer in every state vector. */
  layer(index: number): Readonly<Record<string, readonly number[]>> {
    const { model } = this.setup;
    const layer = layerOf(model);
    const own = model.parameters.filter((parameter) => layer(parameter) === index);
    const cut = (values: ArrayLike<number>) =>
      own.flatMap(({ offset, shape }) => Array.from(values).slice(offset, offset + shape.reduce((a, b) => a * b, 1)));
    const { doubles } = this.interpreter;
    const names = Object.keys(doubles).filter((name) => name === 'parameters' || name.startsWith('slot.'));
    return Object.fromEntries(names.map((name) => [name, cut(doubles[name]?.values ?? [])]));
  }
}

describe('each layer trains with its own rate', () => {
  it.each(rules)('%s, as a parameter group of that rate', async (optimizer) => {
    const rule = optimizer === 'rprop' ? { optimizer, weightDecay: 0 } : { optimizer };
    const config = settings({ ...rule, layerDecay: 0.5, headRate: 3, momentum: rule.optimizer === 'sgd' ? 0.9 : 0.5 });
    expect(hasLayerRates(config)).toBe(true);
    const mixed = await new Stepper(config).open();
    const alone = await Promise.all(
      [0, 1, 2].map((layer) => {
        const own = { ...config, layerDecay: 1, headRate: 1, learningRate: config.learningRate * layerFactor(config, layer) };
        return new Stepper(own).open();
      }),
    );
    for (let step = 0; step < steps; step++) {
      // All start the step from the weights and slots of the mixed run.
      for (const run of alone) await run.interpreter.writeState({ ...mixed.interpreter.doubles });
      await mixed.step(step);
      for (const [layer, run] of alone.entries()) {
        await run.step(step);
        expect(run.layer(layer)).toEqual(mixed.layer(layer));
      }
    }
  });

  it.each(rules)('%s names every scalar that follows the rate', (optimizer) => {
    const config = settings({ optimizer, ...(optimizer === 'rprop' ? { weightDecay: 0 } : {}) });
    const { scalars, passingScalars, remember, rates = [] } = optimizers[optimizer];
    const at = (learningRate: number, memory: Memory) => ({ config, step: 3, learningRate, momentum: 0.5, memory });
    const scalarsOf = (learningRate: number): Readonly<Record<string, number>> => {
      const context = at(2 * learningRate, remember?.(at(learningRate, {})) ?? {});
      return { ...scalars(context), ...passingScalars?.(context) };
    };
    const [low, high] = [scalarsOf(0.01), scalarsOf(0.03)];
    const follow = Object.keys(low).filter((name) => Math.abs((low[name] ?? 0) - (high[name] ?? 0)) > 1e-12 * Math.abs(low[name] ?? 0));
    expect(follow.filter((name) => !rates.includes(name))).toEqual([]);
    expect(Object.keys(low)).toEqual(expect.arrayContaining([...rates]));
  });

  it('costs nothing when off: the scalars are those without', () => {
    const moment = { step: 0, learningRate: 0.1, momentum: 0, memory: {}, averageBegun: false, count: 20, examples: 20 };
    expect(Object.keys(stepScalars(settings({}), moment)).some((name) => name.includes('@'))).toBe(false);
    expect(remembered({ config: settings({ optimizer: 'asgd' }), ...moment, memory: { rate: 1, 'rate@0': 2 } })).toHaveProperty('rate');
  });
});

describe('frozen layers', () => {
  it.each(rules)('%s moves neither their weights nor its own state of them', async (optimizer) => {
    const extras = { gradientNoise: 0.1, maxNorm: 0.5, l1: 0.01, l1Rule: 'proximal', decay: 'all', sam: 0.05 } as const;
    const config = settings({ optimizer, frozenLayers: 2, ...extras, ...(optimizer === 'rprop' ? { weightDecay: 0 } : {}) });
    const run = await new Stepper(config).open();
    const [before, head] = [[run.layer(0), run.layer(1)], run.layer(2)];
    for (let step = 0; step < 3; step++) await run.step(step);
    expect([run.layer(0), run.layer(1)]).toEqual(before);
    expect(run.layer(2)['parameters']).not.toEqual(head['parameters']);
  });

  it('leaves them out of the gradient norm and of the penalties', async () => {
    const told = async (choices: ConfigPatch) => {
      const run = await (await DrivenRun.open({ layers: [3, 4], l2: 0.1, ...choices })).to(1);
      await run.close();
      return run.report.columns;
    };
    const [all, some] = [await told({}), await told({ frozenLayers: 2 })];
    expect(some.loss[0]).toBe(all.loss[0]);
    expect(some.l2[0]).toBeLessThan(all.l2[0] ?? 0);
    expect(some.gradNorm[0]).toBeLessThan(all.gradNorm[0] ?? 0);
  });

  it('can be frozen and let go while the run moves, and a replay of that is the same run', async () => {
    const choices = { layers: [3, 4], optimizer: 'asgd', layerDecay: 0.5 } as const;
    const run = await (await DrivenRun.open(choices)).to(5);
    await run.change({ frozenLayers: 2, layerDecay: 0.8 });
    await run.to(12);
    await run.change({ frozenLayers: 0, layerDecay: 1, headRate: 2 });
    await run.to();
    await run.close();
    expect(await toldBy(choices, { changes: run.report.changes })).toEqual(run.told);
  });

  it('leave at least the output to learn', () => {
    expect(normalize({ layers: [3], frozenLayers: 5 }).config.frozenLayers).toBe(1);
  });
});
