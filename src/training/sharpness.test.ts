/**
 * Sharpness against eigenvalues that somebody else computed: the whole Hessian by PyTorch and its eigenvalues by NumPy
 * (`scripts/reference/sharpness.py`), and the closed form of linear regression.
 */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { largestEigenvalue } from '../shared/lanczos.ts';
import { makeTask } from '../tasks/make-task.ts';
import type { Task } from '../tasks/task.ts';
import { Interpreter } from '../testing/interpreter.ts';
import { recordedCases, recordedRun } from '../testing/recorded-problem.ts';
import recorded from './recorded/sharpness.json' with { type: 'json' };
import { curvatureGraph, curvatureGraphName, sharpnessOf } from './sharpness.ts';
import { mlp } from '../models/mlp.ts';
import { programShape } from './program-shape.ts';
import { initialVectors, programOf, setUp } from './setup.ts';

/** The recorded problem as what sharpness is asked of. */
function problemOf({ loss, l2 }: (typeof recorded.cases)[number]) {
  const item = recordedCases.find((one) => one.optimizer === 'adam' && one.loss === loss);
  if (!item) throw new Error(`nothing recorded for ${loss}`);
  const { program, config: plain } = recordedRun(item);
  const config = { ...plain, l2, sharpness: 1 };
  const model = mlp({ inputShape: [2], hidden: [5, 3], outputs: 1, activation: 'tanh' });
  const kind = loss === 'bce' ? 'binary' : 'regression';
  const sizes = { kind, inputShape: [2], outputs: 1, trainingCount: 20, heldOutCount: 20 } as const;
  const graphs = { ...program.graphs, [curvatureGraphName]: curvatureGraph(model, sizes, programShape(config)) };
  const task: Task = { ...makeTask(normalize({ task: 'gauss' }).config, {}), kind };
  return { program: { ...program, graphs }, setup: { model, sizes, task }, config };
}

const toSingle = (tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: ArrayLike<number> }>>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, values }]) => [name, { shape, values: Float32Array.from(values) }]));

describe('sharpness agrees with the eigenvalues of the whole Hessian', () => {
  it.each(recorded.cases)('$name, in double precision', async (item) => {
    const { program, setup, config } = problemOf(item);
    const interpreter = new Interpreter();
    await interpreter.load(program);
    expect(Math.abs((await sharpnessOf(interpreter, setup, config)) / item.largest - 1)).toBeLessThan(2e-4);
  });

  it.each(recorded.cases)('$name, through the float32 executor', async (item) => {
    const { program, setup, config } = problemOf(item);
    const executor = createExecutor(await openCpu());
    await executor.load({ ...program, data: toSingle(program.data), state: toSingle(program.state) });
    expect(Math.abs((await sharpnessOf(executor, setup, config)) / item.largest - 1)).toBeLessThan(5e-4);
    executor.dispose();
  });
});

async function measured(patch: ConfigPatch) {
  const { config, problems } = normalize({ task: 'surface', layers: [], sharpness: 1, engine: 'tfjs-cpu', optimizer: 'adam', ...patch });
  expect(problems).toEqual([]);
  const setup = setUp(config, makeTask(config, {}));
  const executor = createExecutor(await openCpu());
  await executor.load(programOf(setup, config, initialVectors(config, setup.model)));
  let breaths = 0;
  const sharpness = await sharpnessOf(executor, setup, config, () => {
    breaths++;
    return Promise.resolve();
  });
  executor.dispose();
  return { sharpness, task: setup.task, breaths };
}

/** Largest eigenvalue of 2/Σw · Σ wᵢ·xᵢxᵢᵀ + ridge on the weights, with xᵢ = (inputs, 1): the exact Hessian of linear regression. */
function closedForm({ train }: Task, ridge: number, rows = Array.from({ length: train.count }, (_, i) => i)): Promise<number> {
  const points = rows.map((row) => [train.inputs[2 * row] ?? 0, train.inputs[2 * row + 1] ?? 0, 1]);
  const product = (vector: Float64Array) => {
    const result = vector.map((value, i) => (i < 2 ? ridge * value : 0));
    for (const point of points) {
      const along = point.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0);
      point.forEach((value, i) => (result[i] = (result[i] ?? 0) + (2 * along * value) / points.length));
    }
    return Promise.resolve(result);
  };
  return largestEigenvalue(product, Float64Array.of(1, 0.3, -0.2), { most: 3, tolerance: 0 });
}

describe('sharpness of linear regression is that of its normal equations', () => {
  it.each([
    ['data loss alone', {}, 0],
    ['with L2', { l2: 0.5 }, 0.5],
    ['with the weight decay of SGD, which is the same', { optimizer: 'sgd', weightDecay: 0.25, l2: 0.25 }, 0.5],
    ['without the weight decay of another rule', { optimizer: 'adamw', weightDecay: 0.5 }, 0],
    ['without L1, dropout and noise', { l1: 0.1, inputDropout: 0.4, inputNoise: 0.3, gradientNoise: 0.1 }, 0],
    ['in two pieces, the second padded', { trainingSize: 300 }, 0],
  ] as const)('%s', async (_name, patch, ridge) => {
    const { sharpness, task } = await measured(patch);
    expect(Math.abs(sharpness / (await closedForm(task, ridge)) - 1)).toBeLessThan(1e-4);
  });

  it('looks at 500 examples at most, evenly spread, and lets others breathe', async () => {
    const { sharpness, task, breaths } = await measured({ trainingSize: 1200 });
    const rows = Array.from({ length: 500 }, (_, i) => Math.floor((i * task.train.count) / 500));
    expect(Math.abs(sharpness / (await closedForm(task, 0, rows)) - 1)).toBeLessThan(1e-4);
    expect(breaths).toBeGreaterThanOrEqual(4);
  });

  it('is not a number where the gradient is none', async () => {
    const { sharpness } = await measured({ task: 'moons', loss: 'bce', l2: 0 });
    expect(Number.isFinite(sharpness)).toBe(true);
    const executor = { evaluate: () => Promise.resolve({ difference: { shape: [3], values: Float32Array.of(NaN, 0, 0) } }) };
    const { config } = normalize({ task: 'surface', layers: [], sharpness: 1 });
    expect(await sharpnessOf(executor, setUp(config, makeTask(config, {})), config)).toBeNaN();
  });
});
