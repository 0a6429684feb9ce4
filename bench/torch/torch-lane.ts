/** PyTorch beside the browser: a Python process for each lane, asked by lines of JSON; arrays go by a file. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readAsset } from '../../src/cli/read-asset.ts';
import type { Lane, Ready, Turn } from '../lane.ts';
import { comparedSteps } from '../lane.ts';
import { workloadOf } from '../workload.ts';
import type { Workload } from '../workload.ts';

/** Debian's Python, which has the package `python3-torch`. */
const python = '/usr/bin/python3';
const scripts = {
  row: fileURLToPath(new URL('torch_lane.py', import.meta.url)),
  language: fileURLToPath(new URL('language_lane.py', import.meta.url)),
};

/** BLAS libraries have threads of their own, which PyTorch's setting does not reach. */
const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/** GFLOP/s of a product of 512 that any vectorised BLAS exceeds on any machine that could run this, even a busy one. */
const worthTheName = 20;

function slowBlas(products: number): string {
  const rate = `its BLAS makes ${products.toFixed(0)} GFLOP/s in products of 512, as Debian's reference BLAS does`;
  return `${rate}: ratios to it say nothing. Install libopenblas0, or put its folder on LD_LIBRARY_PATH.`;
}

/** A lane that trains a row, given as a link of the app, with PyTorch on one thread. */
export function torchLane(contender: string, link: string): Lane {
  const folder = mkdtempSync(join(tmpdir(), 'tuning-fork-bench-'));
  const file = join(folder, 'arrays');
  let child: ChildProcess | undefined;
  let ask: (question: unknown) => Promise<unknown> = () => Promise.reject(new Error('The lane is not open.'));
  return {
    contender,
    async open() {
      const workload = await workloadOf(link, readAsset);
      const row = writeRow(workload, file);
      child = spawn(python, [workload.task.kind === 'language' ? scripts.language : scripts.row], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, ...oneThread },
      });
      ask = conversation(child);
      const { products, ...ready } = (await ask({ row, steps: comparedSteps })) as Ready & { readonly products: number };
      return { ...ready, ...(products < worthTheName ? { note: slowBlas(products) } : {}) };
    },
    turn: async (seconds) => (await ask({ seconds })) as Turn,
    close() {
      child?.kill();
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  };
}

/** Writes the arrays of a workload to a file and says what they are. */
function writeRow(workload: Workload, file: string): Readonly<Record<string, unknown>> {
  const { config, task, parameters, batches } = workload;
  if (config.optimizer !== 'adam' && (config.optimizer !== 'sgd' || config.momentum > 0))
    throw new Error('This optimizer has not been set up for PyTorch.');
  const order = Float32Array.from(batches.flatMap((batch) => [...batch]));
  const arrays = [parameters, task.train.inputs, task.train.targets, order];
  writeFileSync(file, Buffer.concat(arrays.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))));
  const { optimizer, learningRate, beta1, beta2, epsilon, batchSize } = config;
  const rule = { optimizer, rate: learningRate, betas: [beta1, beta2], epsilon };
  const model = task.kind === 'language' ? languageModel(workload) : tableModel(workload);
  return { file, sizes: arrays.map(({ length }) => length), batch: batchSize, ...rule, ...model };
}

function tableModel({ config, sizes }: Workload): Readonly<Record<string, unknown>> {
  const { activation, loss, layers } = config;
  const channels = config.model === 'cnn' ? config.channels : [];
  return { activation, loss, inputShape: sizes.inputShape, outputs: sizes.outputs, layers, channels };
}

function languageModel({ config, sizes, model }: Workload): Readonly<Record<string, unknown>> {
  const { depth, width, context } = config;
  const parameters = model.parameters.map(({ name, shape }) => [name, shape]);
  return { model: config.model, vocabulary: sizes.outputs, depth, width, heads: Number(config.heads), context, parameters };
}

/** Asks one question at a time and resolves with its answer; rejects with the last line of what went wrong. */
function conversation(child: ChildProcess): (question: unknown) => Promise<unknown> {
  let complaint = '';
  let waiting: { resolve: (answer: unknown) => void; reject: (reason: Error) => void } | undefined;
  const fail = (reason: string) => waiting?.reject(new Error(reason));
  child.on('error', ({ message }) => fail(message));
  child.on('close', () => fail(complaint.trim().split('\n').at(-1) ?? 'PyTorch ended.'));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  if (child.stdout) createInterface(child.stdout).on('line', (line) => waiting?.resolve(JSON.parse(line)));
  return (question) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      child.stdin?.write(`${JSON.stringify(question)}\n`);
    });
}
