/**
 * The self-test of what shows only when operations meet: products that end in different ways, operations that join them, sums of what they give, and
 * states that are replaced by a step. Two gates, one opened by the other, are moved along by a rule of no use but that every number counts.
 */
import { GraphBuilder } from '../graph/builder.ts';
import type { Feed, Program, TensorMap } from '../graph/executor.ts';
import { spread } from './self-test-case.ts';

const [rows, inputs, units] = [5, 6, 7] as const;
const steps = 2;
const x = spread([rows, inputs], 11);
const start = { open: spread([inputs, units], 3), fresh: spread([inputs, units], 29), bias: spread([units], 41) };

/** What the executor is given. */
export function stepProgram(): Program {
  const g = new GraphBuilder();
  const given = g.feed('x', x.shape);
  const [open, fresh, bias] = [g.state('open', start.open.shape), g.state('fresh', start.fresh.shape), g.state('bias', start.bias.shape)];
  const gate = g.unary('sigmoid', g.linear(given, open, bias));
  const value = g.mul(gate, g.unary('tanh', g.matMul(given, fresh)));
  const rate = g.scalar('rate');
  const towards = g.mul(g.matMul(given, value, true), rate);
  const step = g.finish(
    { total: g.sum(value) },
    { open: g.sub(open, towards), fresh: g.plus(fresh, towards), bias: g.plus(bias, g.mul(g.sum(value, [0]), rate)) },
  );
  return { graphs: { step }, data: {}, state: start, seed: 1 };
}

/** Feeds of its steps. */
export const stepFeeds: readonly Feed[] = Array.from({ length: steps }, (_, step) => ({
  step,
  scalars: { rate: rateOf(step) },
  tensors: { x: x.values },
}));

function rateOf(step: number): number {
  return 0.125 / (step + 1);
}

/** What comes of it, in plain loops: the total of each step, and the states after the last. */
export function stepAnswer(): { readonly totals: readonly number[]; readonly state: TensorMap } {
  const [open, fresh, bias] = [start.open, start.fresh, start.bias].map(({ values }) => Float64Array.from(values)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const totals = stepFeeds.map((_, step) => {
    const product = (weights: Float64Array, row: number, unit: number): number => {
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += x.values[row * inputs + i]! * weights[i * units + unit]!;
      return sum;
    };
    const value = Float64Array.from({ length: rows * units }, (__, at) => {
      const [row, unit] = [Math.floor(at / units), at % units];
      return Math.tanh(product(fresh, row, unit)) / (1 + Math.exp(-product(open, row, unit) - bias[unit]!));
    });
    value.forEach((own, at) => {
      const [row, unit] = [Math.floor(at / units), at % units];
      bias[unit]! += rateOf(step) * own;
      for (let i = 0; i < inputs; i++) {
        const moved = rateOf(step) * x.values[row * inputs + i]! * own;
        open[i * units + unit]! -= moved;
        fresh[i * units + unit]! += moved;
      }
    });
    return value.reduce((sum, own) => sum + own, 0);
  });
  const single = (name: keyof typeof start, values: Float64Array) => ({ shape: start[name].shape, values: Float32Array.from(values) });
  return { totals, state: { open: single('open', open), fresh: single('fresh', fresh), bias: single('bias', bias) } };
}
