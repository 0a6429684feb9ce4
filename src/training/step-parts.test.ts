/** Parts of a step that no framework has recorded: accumulation, sharpness-aware steps, noise, and what follows the update. In double precision. */
import { effectiveBatch } from '../params/effective.ts';
import { describe, expect, it } from 'vitest';
import type { Feed, MetricColumns } from '../graph/executor.ts';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { createSampler, startCursor } from '../tasks/batches.ts';
import { makeTask } from '../tasks/make-task.ts';
import { Interpreter } from '../testing/interpreter.ts';
import { gap } from '../testing/gap.ts';
import { initialVectors, programOf, setUp } from './setup.ts';
import { stepScalars } from './step-scalars.ts';

const base = {
  task: 'moons',
  trainingSize: 22,
  layers: [5],
  optimizer: 'sgd',
  momentum: 0,
  learningRate: 0.2,
  weightDecay: 0,
  batchSize: 8,
  seed: 5,
} as const;

/** Runs `steps` plain steps; the gradient of a step is what moves the weights at rate 1. */
async function stepped(patch: ConfigPatch, steps = 3) {
  const { config, problems } = normalize({ ...base, ...patch });
  expect(problems).toEqual([]);
  const setup = setUp(config, makeTask(config, {}));
  const { seed, shuffle, dropLast } = config;
  const sampler = createSampler({ count: setup.task.train.count, seed, shuffle, dropLast });
  let cursor = startCursor;
  const feeds = Array.from({ length: steps }, (_, step): Feed => {
    const { rows, weights, count, next } = sampler.next(cursor, effectiveBatch(config));
    cursor = next;
    const { learningRate, momentum } = config;
    const scalars = stepScalars(config, { step, learningRate, momentum, memory: {}, averageBegun: step > 0, count, examples: count });
    return { step, scalars, tensors: { rows, weights } };
  });
  const interpreter = new Interpreter();
  const initial = initialVectors(config, setup.model);
  await interpreter.load(programOf(setup, config, initial));
  const trace: number[][] = [[...(initial['parameters'] ?? [])]];
  const columns: MetricColumns[] = [];
  for (const feed of feeds) {
    columns.push(await interpreter.run([feed]));
    trace.push([...(interpreter.doubles['parameters']?.values ?? [])]);
  }
  const column = (name: string) => columns.map((one) => one[name]?.[0] ?? Number.NaN);
  return { trace, column, state: interpreter.doubles, layout: setup.model.parameters };
}

const last = (trace: readonly (readonly number[])[]): readonly number[] => trace.at(-1) ?? [];
/** The gradient that moved the weights in step `step`, at the base rate. */
const gradientOf = ({ trace }: { trace: readonly (readonly number[])[] }, step: number): number[] =>
  (trace[step] ?? []).map((before, i) => (before - (trace[step + 1]?.[i] ?? Number.NaN)) / base.learningRate);

describe('gradient accumulation', () => {
  it.each([
    { batchSize: 4, accumulation: 2 },
    { batchSize: 2, accumulation: 4 },
    { batchSize: 3, accumulation: 5 },
  ])('$accumulation batches of $batchSize equal one of their product, short last batch, masks and noise included', async (micro) => {
    const parts = { dropout: 0.3, inputDropout: 0.2, inputNoise: 0.1, l2: 0.01 };
    const whole = await stepped({ ...parts, batchSize: micro.batchSize * micro.accumulation }, 4);
    const accumulated = await stepped({ ...parts, ...micro }, 4);
    expect(gap(last(accumulated.trace), last(whole.trace))).toBeLessThanOrEqual(1e-12);
    expect(gap(accumulated.column('loss'), whole.column('loss'))).toBeLessThanOrEqual(1e-12);
    expect(last(whole.trace)).not.toEqual(whole.trace[0]);
  });
});

describe('a sharpness-aware step', () => {
  it('takes the gradient at the worst point near by: w + ρ·g/‖g‖', async () => {
    const plain = await stepped({}, 1);
    const sharp = await stepped({ sam: 0.3 }, 1);
    const g = gradientOf(plain, 0);
    const length = Math.hypot(...g);
    expect(length).toBeCloseTo(plain.column('gradNorm')[0] ?? Number.NaN, 10);
    expect(sharp.column('loss')).toEqual(plain.column('loss'));
    // ρ → 0 gives the plain gradient; the change of the gradient is ρ·H·g/‖g‖ for small ρ, linear in ρ.
    const [small, smaller] = [await stepped({ sam: 0.002 }, 1), await stepped({ sam: 0.001 }, 1)].map((one) =>
      gradientOf(one, 0).map((value, i) => value - (g[i] ?? 0)),
    );
    expect(Math.hypot(...(small ?? []))).toBeGreaterThan(0);
    expect(Math.hypot(...(small ?? [])) / Math.hypot(...(smaller ?? []))).toBeCloseTo(2, 2);
    // Uphill: along g the gradient grows where the loss curves upwards, as cross-entropy does here.
    const along = (small ?? []).reduce((sum, value, i) => sum + value * (g[i] ?? 0), 0);
    expect(along).toBeGreaterThan(0);
  });

  it('clips and tells the second gradient, not the first', async () => {
    const plain = await stepped({}, 1);
    const sharp = await stepped({ sam: 0.5 }, 1);
    expect(sharp.column('gradNorm')[0]).toBeCloseTo(Math.hypot(...gradientOf(sharp, 0)), 10);
    expect(sharp.column('gradNorm')).not.toEqual(plain.column('gradNorm'));
    const clipped = await stepped({ sam: 0.5, clip: 'norm', clipAt: 0.01 }, 1);
    expect(Math.hypot(...gradientOf(clipped, 0))).toBeCloseTo(0.01, 5);
  });
});

describe('noise', () => {
  it('on the gradient is none of what the norms tell, is drawn anew at every step, and anneals', async () => {
    const plain = await stepped({}, 1);
    const noisy = await stepped({ gradientNoise: 0.5 }, 60);
    expect(noisy.column('gradNorm')[0]).toBe(plain.column('gradNorm')[0]);
    const first = gradientOf(noisy, 0).map((value, i) => value - (gradientOf(plain, 0)[i] ?? 0));
    const deviation = Math.sqrt(first.reduce((sum, value) => sum + value ** 2, 0) / first.length);
    // 21 weights: the sample deviation of σ = 0.5 lies within 0.5 ± 4·0.5/√42 but for one case in ten thousand.
    expect(deviation).toBeGreaterThan(0.19);
    expect(deviation).toBeLessThan(0.81);
    const second = gradientOf(noisy, 1);
    expect(second).not.toEqual(gradientOf(noisy, 0));
  });

  it('on the inputs changes training and no evaluation', async () => {
    const [plain, noisy] = [await stepped({}, 1), await stepped({ inputNoise: 0.5 }, 1)];
    expect(noisy.column('loss')).not.toEqual(plain.column('loss'));
    expect((await stepped({ inputNoise: 0.5 }, 1)).column('loss')).toEqual(noisy.column('loss'));
  });
});

describe('after the update', () => {
  it('proximal L1 moves each weight by η·λ₁ towards zero and stops there; biases stay', async () => {
    const plain = await stepped({}, 1);
    const proximal = await stepped({ l1: 0.5, l1Rule: 'proximal' }, 1);
    const expected = plain.layout.flatMap(({ role, offset, shape }) =>
      last(plain.trace)
        .slice(offset, offset + shape.reduce((product, size) => product * size, 1))
        .map((w) => (role === 'weight' ? Math.sign(w) * Math.max(0, Math.abs(w) - base.learningRate * 0.5) : w)),
    );
    expect(gap(last(proximal.trace), expected)).toBeLessThanOrEqual(1e-6);
    expect(last(proximal.trace).filter((w) => w === 0).length).toBeGreaterThan(0);
    expect(proximal.column('l1')[0]).toBeGreaterThan(0);
    expect(proximal.column('gradNorm')).toEqual(plain.column('gradNorm'));
  });

  it('max-norm holds the incoming weights of every unit within the limit and leaves shorter ones alone', async () => {
    const limit = 0.6;
    const [plain, limited] = [await stepped({}, 1), await stepped({ maxNorm: limit }, 1)];
    const norms = ({ trace, layout }: typeof plain) =>
      layout
        .filter(({ role }) => role === 'weight')
        .flatMap(({ offset, shape: [inputs = 0, units = 0] }) =>
          Array.from({ length: units }, (_, u) =>
            Math.hypot(...Array.from({ length: inputs }, (_, i) => last(trace)[offset + i * units + u] ?? 0)),
          ),
        );
    const [before, after] = [norms(plain), norms(limited)];
    expect(Math.max(...before)).toBeGreaterThan(limit);
    expect(Math.min(...before)).toBeLessThan(limit);
    after.forEach((norm, i) => expect(norm).toBeCloseTo(Math.min(limit, before[i] ?? 0), 6));
  });

  it('the average of the weights begins with the first and follows its recursion', async () => {
    const { trace, state } = await stepped({ average: 0.7 }, 4);
    const [, first = [], ...rest] = trace;
    const expected = rest.reduce((average, weights) => average.map((value, i) => 0.7 * value + 0.3 * (weights[i] ?? 0)), first);
    expect(gap(state['average']?.values ?? [], expected)).toBeLessThanOrEqual(1e-12);
    expect((await stepped({}, 4)).trace).toEqual(trace);
  });
});
