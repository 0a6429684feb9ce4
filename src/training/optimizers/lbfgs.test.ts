/** L-BFGS against `torch.optim.LBFGS` (`scripts/reference/lbfgs.py`), in double precision and as whole runs on the float32 executor. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../../engine/tfjs/cpu.ts';
import { createExecutor } from '../../engine/tfjs/executor.ts';
import type { ConfigPatch } from '../../params/config.ts';
import { normalize } from '../../params/config.ts';
import { DrivenRun, toldBy } from '../../testing/driven-run.ts';
import { gap } from '../../testing/gap.ts';
import { interpret, output } from '../../testing/interpreter.ts';
import { lbfgsProgram } from '../../testing/recorded-problem.ts';
import { OutsideSteps } from '../outside.ts';
import { lbfgsStep } from './lbfgs.ts';
import type { LbfgsState, Objective } from './lbfgs.ts';
import recorded from '../recorded/lbfgs.json' with { type: 'json' };

describe('L-BFGS follows PyTorch', () => {
  it.each(recorded.cases)('$name, in double precision', async (item) => {
    const { program, feed } = lbfgsProgram(item);
    const { gradient: graph } = program.graphs;
    if (!graph) throw new Error('no gradient graph');
    let data = Number.NaN;
    let losses: number[] = [];
    const objective: Objective = (place) => {
      const state = { ...program.state, 'slot.next': { shape: [place.length], values: place } };
      const results = interpret(graph, { ...feed(0), feeds: feed(0).tensors, data: program.data, state, seed: 0 });
      const value = (name: string) => output(graph, results, name).values[0] ?? Number.NaN;
      data = value('loss');
      losses = [...losses, data];
      return Promise.resolve({ loss: data + value('l1') + value('l2'), gradient: output(graph, results, 'gradient').values });
    };
    let place: Float64Array = Float64Array.from(program.state['parameters']?.values ?? []);
    let state: LbfgsState | undefined;
    const firstLosses: number[] = [];
    for (const [step, rate] of item.learningRate.entries()) {
      losses = [];
      const { iterations, historySize, lineSearch } = item.settings;
      const options = { rate, iterations, history: historySize, searches: lineSearch === 'wolfe', keep: (vector: Float64Array) => vector };
      const taken = await lbfgsStep(place, state, objective, options);
      ({ place, state } = taken);
      firstLosses.push(losses[0] ?? Number.NaN);
      expect([taken.looks, losses.length]).toEqual([item.float64.looks[step], item.float64.looks[step]]);
      const expected = (item.float64.snapshots as Partial<Record<string, number[][]>>)[String(step + 1)];
      if (expected) expect(gap(place, expected.flat())).toBeLessThanOrEqual(1e-10);
    }
    expect(gap(firstLosses, item.float64.loss)).toBeLessThanOrEqual(1e-10);
  });

  // A strong Wolfe search branches on comparisons of losses: where rounding turns one, PyTorch's own float32 takes other steps than its float64.
  const followed = recorded.cases.filter(({ float32Gap }) => float32Gap.loss <= 1e-4);

  it('is followed in single precision wherever PyTorch follows itself', () => {
    expect(recorded.cases.filter((item) => !followed.includes(item)).map(({ name }) => name)).toEqual([
      'strong Wolfe, one iteration a step',
      'strong Wolfe, longer first guess',
      'strong Wolfe',
    ]);
  });

  it.each(followed)('$name, through the float32 executor', async (item) => {
    const { program, feed } = lbfgsProgram(item);
    const executor = createExecutor(await openCpu());
    const single = (tensors: (typeof program)['state']) =>
      Object.fromEntries(Object.entries(tensors).map(([name, { shape, values }]) => [name, { shape, values: Float32Array.from(values) }]));
    await executor.load({ ...program, data: single(program.data), state: single(program.state) });
    const columns = await new OutsideSteps(executor, undefined).run(item.learningRate.map((_, step) => feed(step)));
    executor.dispose();
    expect(gap(columns['loss'] ?? [], item.float64.loss)).toBeLessThanOrEqual(10 * item.float32Gap.loss + 1e-6);
    expect(columns['good']?.every((good) => good === 1)).toBe(true);
  });
});

describe('a run with L-BFGS', () => {
  const lbfgs = { optimizer: 'lbfgs', batchSize: 50, learningRate: 1, iterations: 4, epochs: 12 } as const;

  it('takes the full batch whatever was asked for, and says why', () => {
    const { config, problems } = normalize({ optimizer: 'lbfgs', task: 'moons', trainingSize: 60, batchSize: 20, accumulation: 3 });
    expect([config.batchSize, config.accumulation]).toEqual([60, 1]);
    expect(problems.map(({ message }) => message)).toEqual([
      'batch: “20” is not the full batch, which L-BFGS needs; 60 is used.',
      'accumulate: “3” cannot be with L-BFGS, whose batch is the full one; 1 is used.',
    ]);
  });

  it('does not depend on how it is chunked', async () => {
    const inPieces = await DrivenRun.open(lbfgs);
    for (const step of [1, 2, 5, 12]) await inPieces.to(step);
    await inPieces.close();
    expect(inPieces.told).toEqual(await toldBy(lbfgs));
  });

  it.each([
    {},
    { lineSearch: 'none', learningRate: 0.3 },
    { average: 0.5, maxNorm: 1, l1: 0.01, l1Rule: 'proximal' },
  ] satisfies ConfigPatch[])('goes on exactly from a checkpoint: %o', async (choices) => {
    const whole = await toldBy({ ...lbfgs, ...choices });
    for (const step of [1, 7]) {
      const first = await (await DrivenRun.open({ ...lbfgs, ...choices })).to(step);
      const checkpoint = await first.run.checkpoint();
      await first.close();
      const second = await (await DrivenRun.open({ ...lbfgs, ...choices }, { checkpoint })).to();
      await second.close();
      expect(second.told.loss).toEqual(whole.loss.slice(step));
      expect(second.told.end).toEqual(whole.end);
    }
  });

  it('lowers the loss at every step with a line search, and counts the gradients', async () => {
    const { loss } = await toldBy(lbfgs);
    loss.slice(1).forEach((value, i) => expect(value).toBeLessThanOrEqual(loss[i] ?? 0));
    const run = await (await DrivenRun.open(lbfgs)).to(1);
    expect(run.report.columns.gradients[0]).toBeGreaterThanOrEqual(2);
    await run.close();
  });

  it('ends as diverged where a step leads nowhere finite, and keeps the weights before it', async () => {
    const wild = { ...lbfgs, task: 'curve', activation: 'linear', lineSearch: 'none', learningRate: 10, iterations: 100 } as const;
    const run = await (await DrivenRun.open({ ...wild, layers: [8, 8, 8] })).to();
    expect(run.report.end?.reason).toBe('diverged');
    expect(run.run.validation?.loss).not.toBeNaN();
    await run.close();
  });
});

it('moves nothing where the gradient is flat', async () => {
  const place = Float64Array.of(1, 2);
  const flat: Objective = () => Promise.resolve({ loss: 3, gradient: new Float64Array(2) });
  const options = { rate: 1, iterations: 5, history: 3, searches: true, keep: (vector: Float64Array) => vector };
  expect(await lbfgsStep(place, undefined, flat, options)).toEqual({ place, state: undefined, looks: 1 });
});
