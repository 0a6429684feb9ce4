/** The parts of a step that recorded trajectories do not reach: padded rows, dropout, and the guard against steps that went wrong. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import type { Feed } from '../graph/executor.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { ownMomentum } from '../params/momentum-role.ts';
import { makeTask } from '../tasks/make-task.ts';
import { Interpreter } from '../testing/interpreter.ts';
import { evaluateSplit } from './evaluate.ts';
import { optimizers } from './optimizers/optimizers.ts';
import { slotState } from './program-shape.ts';
import { initialVectors, programOf, setUp } from './setup.ts';
import type { Setup } from './setup.ts';
import { stepScalars } from './step-scalars.ts';

interface Prepared {
  readonly config: Config;
  readonly setup: Setup;
}

function prepared(patch: ConfigPatch): Prepared {
  const choices = { task: 'moons', trainingSize: 24, layers: [6], batchSize: 8, optimizer: 'sgd', learningRate: 0.1, seed: 3, ...patch };
  const { config, problems } = normalize(choices);
  expect(problems).toEqual([]);
  return { config, setup: setUp(config, makeTask(config, {})) };
}

function firstProgram({ config, setup }: Prepared) {
  return programOf(setup, config, initialVectors(config, setup.model));
}

/** The feed of one step on the given rows of the training split, padded to the batch size. */
function feedOf(config: Config, rows: readonly number[], step = 0, scalars: Readonly<Record<string, number>> = {}): Feed {
  const moment = {
    step,
    learningRate: config.learningRate,
    momentum: ownMomentum(config),
    memory: step > 0 && config.momentum > 0 ? { begun: 1 } : {},
    averageBegun: false,
    count: rows.length,
    examples: rows.length,
  };
  const padded = (values: readonly number[]) => Float32Array.from({ length: config.batchSize }, (_, i) => values[i] ?? 0);
  return {
    step,
    scalars: { ...stepScalars(config, moment), ...scalars },
    tensors: { rows: padded(rows), weights: padded(rows.map(() => 1)) },
  };
}

async function stepped(of: Prepared, feeds: readonly Feed[]) {
  const interpreter = new Interpreter();
  await interpreter.load(firstProgram(of));
  const columns = await interpreter.run(feeds);
  return { columns, state: interpreter.doubles, interpreter };
}

describe('a short batch', () => {
  it.each(['moons', 'blobs', 'curve'] as const)('equals a whole batch of just those examples: %s', async (task) => {
    const short = await stepped(prepared({ task, batchSize: 8 }), [feedOf(prepared({ task, batchSize: 8 }).config, [4, 9, 17])]);
    const whole = await stepped(prepared({ task, batchSize: 3 }), [feedOf(prepared({ task, batchSize: 3 }).config, [4, 9, 17])]);
    expect(short.columns['loss']?.[0]).toBeCloseTo(whole.columns['loss']?.[0] ?? Number.NaN, 12);
    expect(short.columns['gradNorm']?.[0]).toBeCloseTo(whole.columns['gradNorm']?.[0] ?? Number.NaN, 12);
    const [a = [], b = []] = [short, whole].map(({ state }) => [...(state['parameters']?.values ?? [])]);
    expect(a.length).toBeGreaterThan(0);
    a.forEach((value, i) => expect(value).toBeCloseTo(b[i] ?? Number.NaN, 12));
  });
});

describe('dropout in a step', () => {
  const rows = [0, 1, 2, 3, 4, 5, 6, 7];

  it('changes the loss and differs from step to step, but not from run to run', async () => {
    const dropped = prepared({ dropout: 0.5 });
    const lossAt = async (of: Prepared, step: number) => (await stepped(of, [feedOf(of.config, rows, step)])).columns['loss']?.[0];
    const plain = await lossAt(prepared({}), 0);
    expect(await lossAt(dropped, 0)).not.toBe(plain);
    expect(await lossAt(dropped, 1)).not.toBe(await lossAt(dropped, 0));
    expect(await lossAt(dropped, 0)).toBe(await lossAt(dropped, 0));
  });

  it('has no part in evaluation', async () => {
    const lossOf = async (of: Prepared) => {
      const { interpreter } = await stepped(of, []);
      return (await evaluateSplit(interpreter, of.setup.task, 'validation', of.setup.sizes, { scalars: { delta: 1 }, graph: 'evaluate' }))
        .loss;
    };
    expect(await lossOf(prepared({ dropout: 0.5 }))).toBe(await lossOf(prepared({})));
  });
});

describe('the guard', () => {
  const rows = [0, 1, 2, 3, 4, 5, 6, 7];
  const names = Object.keys(optimizers) as Config['optimizer'][];
  const causes = [
    { cause: 'a loss that is not a number', scalars: { inverseCount: Number.NaN } },
    { cause: 'an infinite loss', scalars: { inverseCount: Infinity } },
    { cause: 'a loss past the limit', scalars: { inverseCount: 1e7 } },
    { cause: 'a penalty gradient that is not finite', scalars: { l2: Infinity } },
  ] as const;

  it.each(names.flatMap((optimizer) => causes.map((cause) => ({ optimizer, ...cause }))))(
    '$optimizer: $cause leaves every state as it was, and so do all steps after it',
    async ({ optimizer, scalars }) => {
      const own = optimizer === 'rmsprop' ? { centered: true } : optimizer === 'lbfgs' ? { batchSize: 24 } : {};
      const of = prepared({ optimizer, momentum: 0.5, l2: 0.01, ...own });
      const executor = createExecutor(await openCpu());
      await executor.load(firstProgram(of));
      const good = await executor.run([feedOf(of.config, rows, 0), feedOf(of.config, rows, 1)]);
      expect([...(good['good'] ?? [])]).toEqual([1, 1]);
      const before = await executor.readState();
      const bad = await executor.run([feedOf(of.config, rows, 2, scalars), feedOf(of.config, rows, 3), feedOf(of.config, rows, 4)]);
      const after = await executor.readState();
      executor.dispose();
      expect([...(bad['good'] ?? [])]).toEqual([0, 0, 0]);
      expect(before['halted']?.values).toEqual(Float32Array.of(0));
      expect(after['halted']?.values).toEqual(Float32Array.of(1));
      expect(Object.keys(before).sort()).toEqual(
        ['average', 'halted', 'normHistory', 'parameters', ...optimizers[optimizer].slots.map(slotState)].sort(),
      );
      for (const name of Object.keys(before).filter((state) => state !== 'halted')) expect(after[name], name).toEqual(before[name]);
    },
  );
});

describe('penalties in a step', () => {
  const rows = [0, 1, 2, 3, 4, 5, 6, 7];

  it.each(['l1', 'l2'] as const)('%s moves the weights, not the biases, and is no part of the loss', async (penalty) => {
    const of = prepared({ [penalty]: 0.1, layers: [] });
    const [plain, penalized] = [
      await stepped(prepared({ layers: [] }), [feedOf(of.config, rows)]),
      await stepped(of, [feedOf(of.config, rows)]),
    ];
    expect(penalized.columns['loss']).toEqual(plain.columns['loss']);
    expect(penalized.columns[penalty]?.[0]).toBeGreaterThan(0);
    const initial = [...(initialVectors(of.config, of.setup.model)['parameters'] ?? [])];
    const [a = [], b = []] = [plain, penalized].map(({ state }) => [...(state['parameters']?.values ?? [])]);
    const pull = (w: number) => 0.1 * 0.1 * (penalty === 'l1' ? Math.sign(w) : w);
    of.setup.model.parameters.forEach(({ role, offset, shape }) => {
      for (let i = offset; i < offset + shape.reduce((x, y) => x * y, 1); i++)
        expect((a[i] ?? 0) - (b[i] ?? 0)).toBeCloseTo(role === 'weight' ? pull(initial[i] ?? 0) : 0, 12);
    });
  });
});
