/**
 * Exports for the parity runs and their fingerprints: runs of `parity-cases.ts`, the problem on which PyTorch and the papers' rules were
 * recorded, and runs with their weights after every step.
 */
import { createHash } from 'node:crypto';
import { exportFiles } from '../codegen/files.ts';
import type { MaterialTensor, Phase, RunMaterial } from '../codegen/material.ts';
import { ExportError } from '../codegen/refusals.ts';
import { torchTensor } from '../codegen/tensors.ts';
import type { Config } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { optimizerOptions } from '../params/options.ts';
import { fromHash } from '../params/url.ts';
import { encodeNpz } from '../shared/npz.ts';
import { decodeSafetensors } from '../shared/safetensors.ts';
import { makeTask } from '../tasks/make-task.ts';
import { exportRun } from '../trainer/export-run.ts';
import { openEngine } from '../trainer/open-engine.ts';
import { runMaterial } from '../trainer/run-material.ts';
import recorded from '../training/recorded/optimizers.json' with { type: 'json' };
import { DrivenRun } from './driven-run.ts';
import type { ParityCase } from './parity-cases.ts';
import type { RecordedCase } from './recorded-problem.ts';
import { recordedCases, recordedRun } from './recorded-problem.ts';
import { testAssets } from './test-assets.ts';

/** Files by name, of one export. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** The export of a case. */
export async function exportCase({ config, changes }: ParityCase): Promise<Files> {
  const task = makeTask(config, await testAssets(config));
  return exportRun({ config, changes, target: 'pytorch' }, task, openEngine);
}

/** The export of a link's run, or why it is refused. */
export async function exportLink(hash: string): Promise<{ readonly files?: Files; readonly problems?: readonly string[] }> {
  const { config, changes } = fromHash(hash).link;
  try {
    return { files: await exportCase({ name: hash, config, changes }) };
  } catch (error) {
    if (error instanceof ExportError) return { problems: error.problems };
    throw error;
  }
}

/** Fingerprints of the script, and of the arrays that it reads. */
export function fingerprints(files: Files): { readonly script: string; readonly arrays: string } {
  return { script: digest(files, ['train.py']), arrays: digest(files, ['data.npz', 'init.npz', 'masks.npz', 'tokenizer.json']) };
}

/** Fingerprint of a model that is taken away: its code, its weights, and its adapter. */
export function modelFingerprint(files: Files): string {
  return digest(files, ['model.py', 'model.safetensors', 'adapter_model.safetensors', 'adapter_config.json', 'base.safetensors']);
}

function digest(files: Files, names: readonly string[]): string {
  const hash = createHash('sha256');
  for (const name of names) hash.update(files[name] ?? '');
  return hash.digest('hex').slice(0, 16);
}

/** The losses that the product told. */
export function expectedLosses(files: Files): readonly number[] {
  const { loss } = JSON.parse(new TextDecoder().decode(files['expected.json'])) as { loss: number[] };
  return loss;
}

/** A script for a recorded case: the problem's own data, weights and batches, and a rate that changes at every step. */
function recordedMaterial(item: RecordedCase): RunMaterial {
  const { config } = recordedRun(item);
  const { problem } = recorded;
  const count = problem.inputs.shape[0] ?? 0;
  const binary = item.loss === 'bce';
  const split = {
    count,
    inputs: Float32Array.from(problem.inputs.values),
    targets: Float32Array.from(problem.targets[binary ? 'bce' : 'mse'].values),
  };
  const layers = ['layer1', 'layer2', 'output'];
  const tensor = ({ shape, values, decay }: (typeof problem.parameters)[number], index: number): MaterialTensor => ({
    name: `${layers[Math.floor(index / 2)] ?? ''}.${decay ? 'weight' : 'bias'}`,
    shape,
    role: decay ? 'weight' : 'bias',
    values: Float32Array.from(values),
  });
  const phase = (learningRate: number, step: number): Phase => ({
    step,
    config: { ...config, learningRate, activation: 'tanh', model: 'mlp', schedule: 'constant', warmup: 0, averageUse: 'raw' },
    totalSteps: problem.batches.length,
    stepsPerEpoch: 3,
    rate: learningRate,
    warmupSteps: 0,
    anchor: { step: 0, epoch: 0, share: 0, stepsLeft: 3 },
  });
  return {
    link: `#opt=${config.optimizer}`,
    taskName: `Recorded problem, ${item.name}`,
    modelName: 'MLP 2-5-3-1',
    kind: binary ? 'binary' : 'regression',
    inputShape: [2],
    outputs: 1,
    targetScale: 1,
    changes: [],
    phases: item.learningRate.map(phase),
    train: split,
    validation: split,
    test: split,
    parameters: problem.parameters.map(tensor),
    order: Uint16Array.from(problem.batches.flat()),
    epochs: problem.batches.length / 3,
    hiddenDropout: [],
    inputDropoutSite: 0,
    inputNoiseSite: 0,
    gradientNoiseSite: 0,
    expected: { loss: item.float64.loss, learningRate: item.learningRate, momentum: [], evaluations: [] },
  };
}

/** Scripts on the recorded problem, by the name of the case. */
export function recordedExports(): readonly (readonly [string, Files])[] {
  return recordedCases.map((item) => [item.name, exportFiles(recordedMaterial(item), 'pytorch')]);
}

/** Steps whose weights are handed on. */
const forcedSteps = 20;

/** Every optimizer at its defaults, with the weights after each of the first steps in `states.npz`. */
export async function stateExports(): Promise<readonly (readonly [string, Files])[]> {
  const exports: [string, Files][] = [];
  for (const { value: optimizer } of optimizerOptions) exports.push([optimizer, await stateExport(optimizer)]);
  return exports;
}

async function stateExport(optimizer: Config['optimizer']): Promise<Files> {
  const choices = {
    task: 'moons',
    noise: 0.3,
    optimizer,
    trainingSize: 200,
    layers: [16, 16],
    maxSteps: forcedSteps,
    epochs: 1000,
  } as const;
  // A step of L-BFGS at its defaults is up to twenty of its iterations, which amplify rounding; one iteration is what a step of others is.
  const own =
    optimizer === 'lbfgs' ? ({ iterations: 1, lineSearch: 'none', learningRate: 0.1 } as const) : { learningRate: defaultRate(optimizer) };
  const run = await DrivenRun.open({ ...choices, ...own, batchSize: optimizer === 'rprop' || optimizer === 'lbfgs' ? 200 : 20 });
  const { config } = run.report;
  const material = runMaterial(config, [], run.run.task, { loss: [], learningRate: [], momentum: [], evaluations: [] });
  const states = material.parameters.map(() => new Array<Float32Array>());
  let shapes: readonly (readonly number[])[] = [];
  for (let step = 0; step <= forcedSteps; step++) {
    await run.to(step);
    const { tensors } = decodeSafetensors(await run.run.checkpoint());
    const arrays = material.parameters.map((parameter) =>
      torchTensor({ ...parameter, values: Float32Array.from(tensors[`model.${parameter.name}`]?.values ?? parameter.values) }, material),
    );
    arrays.forEach(({ values }, index) => states[index]?.push(Float32Array.from(values)));
    shapes = arrays.map(({ shape }) => shape);
  }
  await run.close();
  const stacked = material.parameters.map(({ name }, index) => {
    const pieces = states[index] ?? [];
    return [
      name,
      { shape: [pieces.length, ...(shapes[index] ?? [])], values: Float32Array.from(pieces.flatMap((piece) => [...piece])) },
    ] as const;
  });
  return { ...(await exportCase({ name: optimizer, config, changes: [] })), 'states.npz': encodeNpz(Object.fromEntries(stacked)) };
}

/** The rate that the table gives an optimizer by itself. */
function defaultRate(optimizer: Config['optimizer']): number {
  return normalize({ task: 'moons', optimizer }).config.learningRate;
}
