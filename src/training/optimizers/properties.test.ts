/**
 * What the papers promise of their rules, on tensors and gradients made for it, beside the recorded trajectories: lengths of steps,
 * singular values, weighted means. In double precision, and in float32 where underflow could break the promise.
 */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../../engine/tfjs/cpu.ts';
import { createExecutor } from '../../engine/tfjs/executor.ts';
import { sizeOf } from '../../graph/graph.ts';
import { optimizerOptions } from '../../params/options.ts';
import { followed, of, scene } from '../../testing/rule-scene.ts';
import type { Values } from '../../testing/rule-scene.ts';
import { slotState } from '../program-shape.ts';
import { isDrivenFromOutside } from './lbfgs.ts';

const minus = (a: Values = [], b: Values = []): number[] => a.map((x, i) => x - (b[i] ?? Number.NaN));
const length = (a: Values): number => Math.hypot(...a);
const rms = (a: Values): number => length(a) / Math.sqrt(a.length);
const product = (a: readonly Values[], b: readonly Values[]): number[][] =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * (b[k]?.[j] ?? Number.NaN), 0)));
const transposed = (a: readonly Values[]): number[][] => (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? Number.NaN));

/** An orthogonal matrix: rotations by arbitrary angles in all planes, one after another. */
function rotation(size: number): readonly Values[] {
  let result: readonly Values[] = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_unused, j) => (i === j ? 1 : 0)));
  for (let p = 0; p < size; p++)
    for (let q = p + 1; q < size; q++) {
      const [cos, sin] = [Math.cos(1 + p + 3 * q), Math.sin(1 + p + 3 * q)];
      result = result.map((row) =>
        row.map((x, j) => (j === p ? cos * x + sin * (row[q] ?? 0) : j === q ? cos * x - sin * (row[p] ?? 0) : x)),
      );
    }
  return result;
}

describe('Muon', () => {
  it.each([
    [5, 3],
    [3, 5],
    [4, 4],
  ] as const)(
    'keeps the singular vectors of a hidden [%i, %i] gradient and makes its singular values nearly one',
    async (rows, columns) => {
      const [left, right] = [rotation(rows), rotation(columns)];
      const singular = [7, 1, 0.3, 2];
      const diagonal = Array.from({ length: rows }, (_, i) =>
        Array.from({ length: columns }, (_unused, j) => (i === j ? (singular[i] ?? 0) : 0)),
      );
      const gradient = product(product(left, diagonal), transposed(right));
      const shapes = [
        [2, rows],
        [rows, columns],
        [columns, 1],
      ] as const;
      const [before, hidden, after] = shapes.map(sizeOf);
      const edge = (size = 0) => new Array<number>(size).fill(0.1);
      const start = [...edge(before), ...edge(hidden), ...edge(after)];
      const trace = await followed({
        shapes,
        choices: { optimizer: 'muon', momentum: 0.9, adamRatio: 0.5, epsilon: 1e-12 },
        rates: [1],
        start,
        gradients: [[...edge(before), ...gradient.flat(), ...edge(after)]],
      });
      const step = minus(of(trace, 'parameters')[0], of(trace, 'parameters')[1]);
      const scale = Math.sqrt(Math.max(1, columns / rows));
      const inner = Array.from({ length: rows }, (_, i) => step.slice((before ?? 0) + i * columns, (before ?? 0) + (i + 1) * columns));
      product(product(transposed(left), inner), right).forEach((row, i) => {
        row.forEach((value, j) => {
          if (i !== j) expect(Math.abs(value)).toBeLessThan(1e-6);
          else {
            expect(value / scale).toBeGreaterThan(0.65);
            expect(value / scale).toBeLessThan(1.25);
          }
        });
      });
      // Adam's first step is the rate times the sign, and AdamW's rate is half of Muon's.
      for (const x of [...step.slice(0, before), ...step.slice(-(after ?? 0))]) expect(x).toBeCloseTo(0.5, 6);
    },
  );

  it('is AdamW alone where no matrix is hidden', async () => {
    const common = {
      shapes: [
        [2, 3],
        [3, 1],
      ] as const,
      start: [1, 2, 3, 4, 5, 6, 7, 8, 9],
      rates: [0.1, 0.2, 0.1],
    };
    const gradients = [0, 1, 2].map((t) => common.start.map((x) => Math.sin(x + t)));
    const betas = { beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weightDecay: 0.1 };
    const muon = await followed({ ...common, gradients, choices: { optimizer: 'muon', adamRatio: 0.5, ...betas } });
    const rates = common.rates.map((rate) => rate / 2);
    const adamw = await followed({ ...common, rates, gradients, choices: { optimizer: 'adamw', ...betas } });
    of(muon, 'parameters').forEach((values, t) => {
      values.forEach((value, i) => {
        expect(value).toBeCloseTo(of(adamw, 'parameters')[t]?.[i] ?? Number.NaN, 12);
      });
    });
  });
});

describe('LAMB', () => {
  it('moves each tensor by the rate times its length, and one of length 0 by Adam’s step', async () => {
    const start = [3, -1, 2, 0.5, 0, 0];
    const trace = await followed({
      shapes: [[2, 2], [2]],
      choices: { optimizer: 'lamb', epsilon: 1e-12 },
      rates: [0.01, 0.02],
      start,
      gradients: [
        [1, -5, 0.1, 2, 3, -4],
        [2, 1, -1, 0.5, 1, 1],
      ],
    });
    const [zero = [], one = [], two = []] = of(trace, 'parameters');
    expect(length(minus(one.slice(0, 4), zero))).toBeCloseTo(0.01 * length(zero.slice(0, 4)), 12);
    expect(length(minus(two.slice(0, 4), one))).toBeCloseTo(0.02 * length(one.slice(0, 4)), 12);
    minus(one.slice(4), zero.slice(4)).forEach((x, i) => {
      expect(x).toBeCloseTo([-0.01, 0.01][i] ?? Number.NaN, 9);
    });
    expect(length(minus(two.slice(4), one.slice(4)))).toBeCloseTo(0.02 * length(one.slice(4)), 12);
  });
});

describe('Lion', () => {
  it('moves every weight by the rate along a sign, whatever the size of the gradient', async () => {
    const gradients = [
      [5, -1e-6, 0, 1e3],
      [-5, 1e-6, 0, 1e3],
    ];
    const trace = await followed({
      shapes: [[4]],
      choices: { optimizer: 'lion', beta1: 0.9, beta2: 0.99 },
      rates: [0.01, 0.02],
      start: [1, 1, 1, 1],
      gradients,
    });
    const [zero, one, two] = of(trace, 'parameters');
    // β₁·m = 0.9·0.01·g is less than 0.1·g: the second sign is that of the second gradient.
    minus(one, zero).forEach((x, i) => {
      expect(x).toBeCloseTo([-0.01, 0.01, 0, -0.01][i] ?? Number.NaN, 12);
    });
    minus(two, one).forEach((x, i) => {
      expect(x).toBeCloseTo([0.02, -0.02, 0, -0.02][i] ?? Number.NaN, 12);
    });
  });
});

describe.each(['sfsgd', 'sfadamw'] as const)('Schedule-Free: %s', (optimizer) => {
  const beta = 0.75;
  const rates = [0.1, 0.3, 0.2, 0.4];
  const choices = { optimizer, momentum: beta, beta1: beta, epsilon: 1 };
  const start = [1, -2, 0.5];

  it('holds the mean of z, weighted by the squares of the largest rate so far', async () => {
    const gradients = rates.map((_, t) => start.map((x) => Math.cos(3 * x + t)));
    const trace = await followed({ shapes: [[3]], choices, rates, start, gradients });
    const z = of(trace, slotState('z'));
    const weights = [0.01, 0.09, 0.09, 0.16];
    const mean = start.map((_, i) => weights.reduce((sum, weight, t) => sum + weight * (z[t + 1]?.[i] ?? Number.NaN), 0) / 0.35);
    minus(of(trace, 'parameters').at(-1), mean).forEach((x) => {
      expect(x).toBeCloseTo(0, 12);
    });
  });

  it('takes its gradient at (1 − β)·z + β·x', async () => {
    // The gradient is the place itself; under Schedule-Free SGD it shows in the step of z.
    const trace = await followed({ shapes: [[3]], choices, rates, start, gradient: (_, place) => place });
    const [x, z] = [of(trace, 'parameters'), of(trace, slotState('z'))];
    rates.forEach((rate, t) => {
      const place = (z[t] ?? []).map((value, i) => (1 - beta) * value + beta * (x[t]?.[i] ?? Number.NaN));
      const moved = minus(z[t], z[t + 1]).map((value) => value / rate);
      moved.forEach((value, i) => {
        if (optimizer === 'sfsgd') expect(value).toBeCloseTo(place[i] ?? Number.NaN, 12);
        else expect(Math.sign(value)).toBe(Math.sign(place[i] ?? Number.NaN));
      });
    });
  });
});

describe('Adafactor', () => {
  const start = [1, -2, 3, 0.5, 2, -1, 0, 0];
  const shapes = [[2, 3], [2]] as const;

  it('factors squares of rank one without loss: its first step is the sign', async () => {
    const [a, b] = [
      [2, -3],
      [1, 0.5, -4],
    ];
    const gradient = [...a.flatMap((x) => b.map((y) => x * y)), 3, -0.01];
    const trace = await followed({
      shapes,
      choices: { optimizer: 'adafactor', scaleByWeights: false },
      rates: [0.1],
      start,
      gradients: [gradient],
    });
    minus(of(trace, 'parameters')[0], of(trace, 'parameters')[1]).forEach((x, i) => {
      expect(x).toBeCloseTo(0.1 * Math.sign(gradient[i] ?? 0), 8);
    });
  });

  it('never moves a tensor by more than the rate, or with scaling by the rate times its size', async () => {
    // A gradient that grows a thousandfold outruns its second moment, so that the step would be too long.
    const gradients = [0.001, 0.002, 5].map((size) => start.map((x, i) => size * Math.sin(x + 2 * i)));
    for (const scaleByWeights of [false, true]) {
      const choices = { optimizer: 'adafactor', scaleByWeights } as const;
      const trace = of(await followed({ shapes, choices, rates: [0.1, 0.1, 0.1], start, gradients }), 'parameters');
      for (let t = 0; t < 3; t++)
        for (const [from, to] of [
          [0, 6],
          [6, 8],
        ] as const) {
          const before = trace[t]?.slice(from, to) ?? [];
          const size = scaleByWeights ? Math.max(1e-3, rms(before)) : 1;
          const moved = rms(minus(trace[t + 1]?.slice(from, to), before));
          expect(moved).toBeLessThanOrEqual(0.1 * size * (1 + 1e-6));
          if (t === 2) expect(moved).toBeCloseTo(0.1 * size, 6);
        }
    }
  });
});

describe('Rprop', () => {
  it('lengthens its steps while the sign holds, shortens them at a turn and then waits', async () => {
    const trace = await followed({
      shapes: [[1]],
      choices: { optimizer: 'rprop', etaPlus: 1.5, etaMinus: 0.5 },
      rates: [0.1, 9, 9, 9, 9],
      start: [0],
      gradients: [[2], [0.1], [-3], [-1], [-1]],
    });
    const expected = [-0.1, -0.15, 0, 0.075, 0.1125];
    of(trace, 'parameters').forEach(([w = Number.NaN], t, all) => {
      if (t > 0) expect(w - (all[t - 1]?.[0] ?? Number.NaN)).toBeCloseTo(expected[t - 1] ?? Number.NaN, 7);
    });
  });
});

describe('in float32', () => {
  // L-BFGS is told where to go from outside.
  const rules = optimizerOptions.map(({ value }) => value).filter((optimizer) => !isDrivenFromOutside({ optimizer }));

  it.each(rules)('%s leaves weights without gradient where they are', async (optimizer) => {
    const start = [0.5, -0.25, 1, 2, 0.125, 0, 0, -1, 3, 0.5];
    // A dead layer, and one of which a row and a column are dead.
    const alive = [0, 0, 0, 0, 0, 0, 0, 2, 0, 0];
    const { program, feeds } = scene({
      shapes: [[2, 2], [2], [2, 2]],
      choices: { optimizer, lambda: 0 },
      rates: [0.01, 0.01, 0.01],
      start,
      gradients: [alive, alive, alive],
    });
    const executor = createExecutor(await openCpu());
    await executor.load(program);
    await executor.run(feeds);
    const after = [...((await executor.readState())['parameters']?.values ?? [])];
    executor.dispose();
    expect(after.with(7, 0)).toEqual(start.with(7, 0));
    expect(after[7]).toBeLessThan(start[7] ?? Number.NaN);
  });
});
