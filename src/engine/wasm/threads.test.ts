/** Threads of the wasm engine in Node: whole runs bit for bit alike with any number of them, helpers that come late, break or never come, and their end. */
import { Worker } from 'node:worker_threads';
import { expect, it, vi } from 'vitest';
import { readAsset } from '../../cli/read-asset.ts';
import type { Executor } from '../../graph/executor.ts';
import type { ConfigPatch } from '../../params/config.ts';
import { normalize } from '../../params/config.ts';
import { loadAssets } from '../../tasks/assets.ts';
import { makeTask } from '../../tasks/make-task.ts';
import { openRun } from '../../training/run.ts';
import { createExecutor } from './executor.ts';
import type { HelperMessage } from './helpers.ts';
import type { Kernels } from './instance.ts';
import { brokenAt, helpedAt, pendingAt, sessionAt, sliceBits, stateAt } from './kernels/desk-layout.ts';
import { openWasm } from './open.ts';
import { startHelper, type HelperWorker, type StartHelper } from './threads.ts';

/** A helper in Node, as far as it is looked at. */
type NodeHelper = HelperWorker & Pick<Worker, 'once' | 'performance'>;

/** Helpers of an executor, as a test sees them. */
interface Watch {
  readonly kernels: Kernels;
  readonly workers: readonly NodeHelper[];
  /** Slices that helpers did. */
  readonly helped: () => number;
}

async function watch(threads: number, start: StartHelper = startHelper): Promise<Watch> {
  const workers: NodeHelper[] = [];
  let counter: (() => number) | undefined;
  const watched: StartHelper = (onReady, onFailure) => {
    const worker = start(onReady, onFailure);
    workers.push(worker as NodeHelper);
    return {
      postMessage(message) {
        const told = message as HelperMessage;
        if (told.kind === 'start') counter = () => new Int32Array(told.memory.buffer)[(told.desk + helpedAt) / 4] ?? 0;
        worker.postMessage(message);
      },
      terminate: () => worker.terminate(),
    };
  };
  return { kernels: { ...(await openWasm(threads)), startHelper: watched }, workers, helped: () => counter?.() ?? 0 };
}

interface Told {
  readonly device: string;
  readonly columns: readonly unknown[];
  readonly checkpoint: Uint8Array;
}

/** Trains a configuration in pulls of `pull` steps. `between` is called after each. */
async function train(choices: ConfigPatch, executor: Executor, pull: number, between = async (): Promise<void> => {}): Promise<Told> {
  const { config, problems } = normalize({ engine: 'wasm', ...choices });
  expect(problems).toEqual([]);
  const task = makeTask(config, await loadAssets(config, readAsset));
  const run = openRun({ config, changes: [], task, executor });
  const columns: unknown[] = [];
  for (;;) {
    const { value: report } = await run.reports.next({ steps: pull });
    if (!report) throw new Error('The run closed before its end.');
    columns.push(structuredClone([report.columns, report.evaluation?.valLoss, report.evaluation?.valMetric]));
    await between();
    if (report.end === undefined) continue;
    const told = { device: executor.device, columns, checkpoint: await run.checkpoint() };
    await run.reports.return();
    return told;
  }
}

const rest = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const gpt = {
  task: 'text',
  text: 'names',
  model: 'gpt',
  depth: 1,
  width: 64,
  heads: '4',
  context: 64,
  batchSize: 8,
  maxSteps: 12,
} as const;
const runs: readonly (ConfigPatch & { readonly model: string })[] = [
  gpt,
  { task: 'digits', model: 'mlp', layers: [128, 64], batchSize: 64, trainingSize: 640, epochs: 2, dropout: 0.1, momentum: 0.9 },
  { task: 'digits', model: 'cnn', batchSize: 32, trainingSize: 320, epochs: 1, optimizer: 'adam' },
];

const mostAttempts = 20;

it.each(runs)('$model: bits do not depend on the number of threads', async (choices) => {
  const alone = await train(choices, createExecutor(await openWasm(1)), 4);
  expect(alone.device).toMatch(/^CPU, (relaxed )?SIMD, one thread$/);
  for (const threads of [2, 3]) {
    let slices = 0;
    // On a busy machine a helper may never be let on while there is a slice left.
    for (let attempt = 0; attempt < mostAttempts && slices === 0; attempt++) {
      const { kernels, helped } = await watch(threads);
      const executor = createExecutor(kernels);
      const told = await train(choices, executor, 4, () => executor.settled?.() ?? Promise.resolve());
      expect(told.device).toMatch(new RegExp(`^CPU, (relaxed )?SIMD, ${String(threads)} threads$`));
      expect(told.columns).toEqual(alone.columns);
      expect(Buffer.compare(told.checkpoint, alone.checkpoint)).toBe(0);
      slices = helped();
    }
    expect(slices).toBeGreaterThan(0);
  }
});

it('helpers are there after the first run of steps, idle between runs, and gone when the executor is', async () => {
  const { kernels, workers } = await watch(3);
  const counts: number[] = [];
  let exits: Promise<unknown> = Promise.resolve();
  let idle = 1;
  const atRest = 0.01;
  const executor = createExecutor(kernels);
  await train(gpt, executor, 3, async () => {
    counts.push(workers.length);
    if (counts.length === 2) exits = Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve))));
    await executor.settled?.();
    if (counts.length !== 3) return;
    // On a busy machine a helper may be held up on its way back to its messages; one that looks for jobs would never get there.
    for (let looks = 0; looks < 50 && idle > atRest; looks++) {
      const before = workers[0]?.performance.eventLoopUtilization();
      await rest(100);
      idle = workers[0]?.performance.eventLoopUtilization(before).utilization ?? 1;
    }
  });
  expect(counts.slice(0, 3)).toEqual([0, 2, 2]);
  expect(idle).toBeLessThanOrEqual(atRest);
  await exits;
});

it.each([
  [
    'cannot be started',
    'one thread',
    () => {
      throw new Error('No workers here.');
    },
  ],
  [
    'fail to load',
    'one thread',
    (_onReady: () => void, onFailure: () => void) => {
      setTimeout(onFailure, 1);
      return { postMessage: () => {}, terminate: () => {} };
    },
  ],
  ['never come', '3 threads', () => ({ postMessage: () => {}, terminate: () => {} })],
] as const)('where helpers %s the run goes on with the same bits', async (_, threads, start) => {
  const alone = await train({ ...gpt, maxSteps: 8 }, createExecutor(await openWasm(1)), 2);
  const { kernels, helped } = await watch(3, start);
  const told = await train({ ...gpt, maxSteps: 8 }, createExecutor(kernels), 2, () => rest(5));
  expect(helped()).toBe(0);
  expect(told.device.endsWith(threads)).toBe(true);
  expect(told.columns).toEqual(alone.columns);
  expect(Buffer.compare(told.checkpoint, alone.checkpoint)).toBe(0);
});

/** A helper that takes a slice and breaks: see `takeSlice` and `breakDesk` in `kernels/desk.ts`. */
const breaking = `
  const { parentPort } = require('node:worker_threads');
  let memory, desk;
  parentPort.on('message', (told) => {
    if (told.kind === 'start') ({ memory, desk } = told);
    if (told.kind !== 'help') return;
    const state = new BigInt64Array(memory.buffer, desk + ${String(stateAt)}, 1);
    const words = new Int32Array(memory.buffer, desk, ${String(pendingAt / 4 + 1)});
    while (Atomics.load(words, ${String(sessionAt / 4)}) === told.session) {
      const left = Atomics.load(state, 0);
      if ((left & ${String(2 ** sliceBits - 1)}n) === 0n || Atomics.compareExchange(state, 0, left, left - 1n) !== left) continue;
      Atomics.store(words, ${String(brokenAt / 4)}, 1);
      Atomics.notify(words, ${String(pendingAt / 4)}, 1);
      return;
    }
  });
  parentPort.postMessage('ready');
`;

it('a helper that breaks ends the run with an error, and nobody waits for its slice', async () => {
  const { kernels } = await watch(2, (onReady) => {
    const worker = new Worker(breaking, { eval: true });
    worker.on('message', onReady);
    return worker;
  });
  const executor = createExecutor(kernels);
  const run = train({ ...gpt, maxSteps: 400 }, executor, 4, () => executor.settled?.() ?? Promise.resolve());
  await expect(run).rejects.toMatchObject({ name: 'EngineError', kind: 'internal' });
});

it('a small program has no helpers and memory of its own', async () => {
  const { kernels, workers } = await watch(3);
  const compileShared = vi.fn(kernels.compileShared);
  const executor = createExecutor({ ...kernels, compileShared });
  const told = await train({ task: 'spiral', layers: [8, 8], epochs: 4 }, executor, 20, () => rest(5));
  expect(told.device).toMatch(/one thread$/);
  expect(workers).toEqual([]);
  expect(compileShared).not.toHaveBeenCalled();
});
