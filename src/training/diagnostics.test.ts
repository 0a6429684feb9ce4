/**
 * Diagnostics as a whole: they change nothing that is trained, cost nothing when off, do not depend on how a run is chunked, and go on from a
 * checkpoint as if the run had never stopped.
 */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor } from '../engine/tfjs/executor.ts';
import type { ConfigPatch } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { makeTask } from '../tasks/make-task.ts';
import { trained } from '../testing/trained.ts';
import type { Told } from '../testing/trained.ts';
import { buildGraphs } from './program.ts';
import { programShape } from './program-shape.ts';
import { openRun } from './run.ts';
import type { Report } from './run-types.ts';
import { setUp } from './setup.ts';
import { layerSpans } from './update-ratio.ts';

const small = { task: 'moons', trainingSize: 50, layers: [6, 4], batchSize: 16, epochs: 30, engine: 'tfjs-cpu', seed: 4 } as const;
const on = { updateRatio: true, noiseScale: true, sharpness: 3 } as const;

function configOf(patch: ConfigPatch = {}) {
  const { config, problems } = normalize({ ...small, ...patch });
  expect(problems).toEqual([]);
  return config;
}

/** What must not depend on diagnostics. */
function trainedPart({ measured: _measured, diagnosed: _diagnosed, best, end, ...rest }: Told) {
  return { ...rest, best: best && [best.step, best.valLoss, best.valMetric], end };
}

describe('diagnostics leave the run as it is', () => {
  it.each([
    ['plain', {}],
    ['with all that draws random numbers', { dropout: 0.3, inputDropout: 0.1, inputNoise: 0.1, gradientNoise: 0.1 }],
    ['with accumulation, penalties and clipping', { batchSize: 4, accumulation: 4, l1: 0.01, l2: 0.01, clip: 'percentile' }],
    ['with sharpness-aware steps', { sam: 0.1, average: 0.9 }],
    ['schedule-free', { optimizer: 'sfadamw', l1: 0.01, l1Rule: 'proximal' }],
  ] as const)('%s: bit for bit', async (_name, patch) => {
    const [without, beside] = [await trained(configOf(patch)), await trained(configOf({ ...patch, ...on }))];
    expect(trainedPart(beside)).toEqual(trainedPart(without));
    expect(Object.keys(without.measured)).toEqual([]);
    expect(without.diagnosed).toEqual([]);
    expect(Object.keys(beside.measured).sort()).toEqual(['noiseSquare', 'noiseTrace', 'update.layer1', 'update.layer2', 'update.output']);
    expect(beside.diagnosed.length).toBeGreaterThan(5);
  });

  it('cost nothing when off: not a node of any graph', () => {
    const config = configOf();
    const { model, sizes } = setUp(config, makeTask(config, {}));
    const graphs = buildGraphs(model, sizes, programShape(config));
    expect(Object.keys(graphs.step.outputs).sort()).toEqual(['clippedNorm', 'good', 'gradNorm', 'l1', 'l2', 'loss']);
    expect(Object.keys(graphs)).not.toContain('curvature');
    const more = buildGraphs(model, sizes, programShape(configOf(on)));
    expect(more.step.nodes.length).toBeGreaterThan(graphs.step.nodes.length);
  });

  it('with accumulation the halves are there already: no further pass', () => {
    const shape = programShape(configOf({ batchSize: 4, accumulation: 4 }));
    const { model, sizes } = setUp(configOf(), makeTask(configOf(), {}));
    const products = (noiseScale: boolean) =>
      buildGraphs(model, sizes, { ...shape, noiseScale }).step.nodes.filter(({ op }) => op === 'matMul').length;
    expect(products(true)).toBe(products(false));
  });
});

/** All that a run tells from a checkpoint or its beginning to a step or its end, pulled in chunks. */
async function told(patch: ConfigPatch, { until = Infinity, chunk = 1000, from = new Uint8Array(0) } = {}) {
  const config = configOf(patch);
  const checkpoint = from.length > 0 ? { checkpoint: from } : {};
  const run = openRun({ config, changes: [], task: makeTask(config, {}), executor: createExecutor(await openCpu()), ...checkpoint });
  const reports: Report[] = [];
  let { value: report } = await run.reports.next();
  while (report && !report.end && report.step < until) {
    report = (await run.reports.next({ steps: Math.min(chunk, until - report.step) })).value ?? undefined;
    if (report) reports.push(report);
  }
  const bytes = await run.checkpoint();
  await run.reports.return();
  const columns = (name: string) => reports.flatMap(({ columns: { measured } }) => [...(measured[name] ?? [])]);
  const evaluations = reports.flatMap(({ evaluation }) => (evaluation ? [evaluation] : []));
  const names = ['update.layer1', 'update.output', 'noiseSquare', 'noiseTrace'];
  return { bytes, evaluations, columns: names.map(columns), report: reports.at(-1) };
}

describe('diagnostics of a run that stops and goes on', () => {
  it('do not depend on chunks', async () => {
    const [whole, pieces] = [await told(on), await told(on, { chunk: 3 })];
    expect(pieces.columns).toEqual(whole.columns);
    expect(pieces.evaluations).toEqual(whole.evaluations);
    expect(pieces.bytes).toEqual(whole.bytes);
  });

  it.each([37, 70, 96])('are those of one that never stopped: saved at step %i', async (stop) => {
    const whole = await told(on);
    const first = await told(on, { until: stop });
    const second = await told(on, { from: first.bytes });
    expect(whole.columns.map((column) => column.slice(stop))).toEqual(second.columns);
    expect([...first.evaluations, ...second.evaluations]).toEqual(whole.evaluations);
    expect(second.bytes).toEqual(whole.bytes);
    expect(whole.evaluations.filter(({ noise }) => noise).length).toBeGreaterThan(5);
  });

  it('measure sharpness at every third evaluation, wherever it began', async () => {
    const { evaluations } = await told({ ...on, epochs: 10 });
    expect(evaluations.filter(({ sharpness }) => sharpness !== undefined).map(({ step }) => step)).toEqual([12, 24, 36]);
    const often = await told({ ...on, epochs: 2, evaluateEvery: 1 });
    expect(often.evaluations.filter(({ sharpness }) => sharpness !== undefined).map(({ step }) => step)).toEqual([3, 6]);
  });

  it('can be switched on and off in a live run, which stays as it was', async () => {
    const config = configOf();
    const switched = await trained(config, { patchAt: 30, patch: on });
    const plain = await trained(config);
    expect(switched.loss).toEqual(plain.loss);
    expect(switched.measured['update.layer1']).toHaveLength(plain.loss.length - 30);
  });
});

describe('the update-to-weight ratio', () => {
  it.each(['sgd', 'adamw', 'muon', 'sfsgd'] as const)('is that of the weights before and after: %s', async (optimizer) => {
    const config = configOf({ optimizer, updateRatio: true, maxNorm: 1, l1: 0.02, l1Rule: 'proximal', weightDecay: 0.01 });
    const executor = createExecutor(await openCpu());
    const run = openRun({ config, changes: [], task: makeTask(config, {}), executor });
    await run.reports.next();
    await run.reports.next({ steps: 5 });
    const flat = async () => (await executor.readState())['parameters']?.values.slice() ?? new Float32Array();
    const before = await flat();
    const { value } = await run.reports.next({ steps: 1 });
    const after = await flat();
    await run.reports.return();
    const length = (of: (i: number) => number, offset: number, size: number) =>
      Math.sqrt(Array.from({ length: size }, (_, i) => of(offset + i) ** 2).reduce((sum, square) => sum + square, 0));
    for (const [layer, [span]] of layerSpans(run.model.parameters)) {
      const { offset = 0, size = 0 } = span ?? {};
      const moved = length((i) => (after[i] ?? 0) - (before[i] ?? 0), offset, size);
      const ratio = value?.columns.measured[`update.${layer}`]?.[0] ?? NaN;
      expect(Math.abs(ratio / (moved / length((i) => before[i] ?? 0, offset, size)) - 1)).toBeLessThan(1e-5);
    }
  });

  it('joins what lies together and keeps apart what does not', () => {
    const parameter = (name: string, size: number, offset: number) =>
      ({ name, shape: [size], role: 'weight', fanIn: 1, fanOut: 1, offset }) as const;
    const layout = [parameter('a.weight', 4, 0), parameter('a.bias', 2, 4), parameter('b.weight', 3, 6), parameter('a.gain', 1, 9)];
    expect([...layerSpans(layout)]).toEqual([
      [
        'a',
        [
          { offset: 0, size: 6 },
          { offset: 9, size: 1 },
        ],
      ],
      ['b', [{ offset: 6, size: 3 }]],
    ]);
  });
});
