/** The z-loss: its values and gradient in double precision, where it stands in a step, and that it costs nothing where it is off. */
import { describe, expect, it } from 'vitest';
import { gradients } from '../graph/gradients.ts';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { makeTask } from '../tasks/make-task.ts';
import { graphOf, inDouble, inSingle } from '../testing/evaluate-graph.ts';
import { gap, gapToLargest } from '../testing/gap.ts';
import { trained } from '../testing/trained.ts';
import { normalizerPenalties } from './losses.ts';
import { programShape } from './program-shape.ts';
import { setUp } from './setup.ts';
import { stepGraph } from './step-graph.ts';

const logits = [0.3, -1.2, 2.5, 90, 88, -40, -700, -701, -702.5, 0, 0, 0, 1e4, 1e4, -1e4, 5, 4, 3];
const targets = [2, 0, 1, 0, 1, 2];
const zeta = 0.01;

/** The penalty by the definition, in plain arithmetic: of rows of `context` tokens the mean from place `first` on. */
function byHand(values: readonly number[], context = 1, first = 0): number[] {
  const squares = Array.from({ length: values.length / 3 }, (_, i) => {
    const row = values.slice(3 * i, 3 * i + 3);
    const largest = Math.max(...row);
    return (largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0))) ** 2;
  });
  return Array.from({ length: squares.length / context }, (_, row) => {
    const counted = squares.slice(row * context + first, (row + 1) * context);
    return (zeta * counted.reduce((sum, value) => sum + value, 0)) / counted.length;
  });
}

function penaltyGraph(kind: 'multiclass' | 'language', context: number, firstCounted: number) {
  return graphOf((g) => {
    const output = g.feed('logits', [6, 3]);
    const asked = g.feed('targets', kind === 'language' ? [6 / context, context] : [6]);
    const rows = normalizerPenalties(g, { kind, output, targets: asked, firstCounted, scalar: (name) => g.scalar(name) });
    const [gradient = rows] = gradients(g, g.sum(rows), [output]);
    return { rows, gradient };
  });
}

describe.each([
  ['classes', 'multiclass', 1, 0],
  ['tokens, all counted', 'language', 3, 0],
  ['tokens behind a prompt', 'language', 3, 1],
] as const)('the z-loss of %s', (_name, kind, context, first) => {
  const graph = penaltyGraph(kind, context, first);
  const given = (values: readonly number[]) => ({ scalars: { zLoss: zeta }, feeds: { logits: values, targets } });
  const of = (values: readonly number[]) => byHand(values, context, first);

  it('is ζ·(ln Z)², however large the logits', async () => {
    expect(gap(inDouble(graph, ['rows'], given(logits)).rows, of(logits))).toBeLessThanOrEqual(1e-12);
    expect(gapToLargest((await inSingle(graph, ['rows'], given(logits))).rows, of(logits))).toBeLessThanOrEqual(1e-6);
  });

  it('has the gradient that differences say', async () => {
    const total = (values: readonly number[]) => of(values).reduce((sum, value) => sum + value, 0);
    const calm = logits.map((value) => value / (1 + Math.abs(value) / 5));
    const step = 1e-5;
    const differences = calm.map((value, i) => (total(calm.with(i, value + step)) - total(calm.with(i, value - step))) / (2 * step));
    expect(gapToLargest(inDouble(graph, ['gradient'], given(calm)).gradient, differences)).toBeLessThanOrEqual(1e-8);
    expect(gapToLargest((await inSingle(graph, ['gradient'], given(calm))).gradient, differences)).toBeLessThanOrEqual(1e-5);
  });
});

describe('a step with z-loss', () => {
  const copying = {
    task: 'copy',
    length: 2,
    model: 'gpt',
    depth: 1,
    width: 8,
    trainingSize: 30,
    batchSize: 6,
    engine: 'tfjs-cpu',
  } as const;
  const configOf = (patch: ConfigPatch) => normalize({ ...copying, ...patch }).config;
  const graphWith = (patch: ConfigPatch) => {
    const config = configOf(patch);
    const { model, sizes } = setUp(config, makeTask(config, {}));
    return stepGraph(model, sizes, programShape(config));
  };

  it('of 0 is the step without it, node for node', () => {
    const without = graphWith({});
    expect(graphWith({ zLoss: 0 })).toEqual(without);
    expect(JSON.stringify(without)).not.toContain('zLoss');
    expect(graphWith({ zLoss: 0.1 }).outputs).toHaveProperty('zLoss');
  });

  it('tells it apart from the loss, and both alike however the batch is cut', async () => {
    const first = (patch: ConfigPatch) => trained(configOf({ maxSteps: 2, ...patch }), {});
    const [plain, penalized, cut] = await Promise.all([
      first({}),
      first({ zLoss: 0.1 }),
      first({ zLoss: 0.1, batchSize: 3, accumulation: 2 }),
    ]);
    expect(plain.measured).not.toHaveProperty('zLoss');
    const [z = 0] = penalized.measured['zLoss'] ?? [];
    expect(z).toBeGreaterThan(0);
    expect(penalized.loss[0]).toBe(plain.loss[0]);
    expect(penalized.loss[1]).not.toBe(plain.loss[1]);
    expect(cut.measured['zLoss']?.[1]).toBeCloseTo(penalized.measured['zLoss']?.[1] ?? Number.NaN, 6);
  });

  it('makes ln Z small while it trains', async () => {
    const { measured } = await trained(configOf({ zLoss: 0.5, maxSteps: 60, learningRate: 0.03 }), {});
    const told = measured['zLoss'] ?? [];
    expect(told.at(-1)).toBeLessThan(0.1 * (told[0] ?? 0));
  });
});
