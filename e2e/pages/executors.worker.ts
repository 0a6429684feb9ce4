/** Answers the questions of `executors.spec.ts` about executors, in a dedicated module worker. */
import { findBackend, memory } from '@tensorflow/tfjs-core';
import { toEngineError } from '../../src/engine/engine-error.ts';
import { openEngine, type EngineName } from '../../src/engine/engines.ts';
import { findFaults } from '../../src/engine/self-test.ts';
import { lineFeeds, lineProgram, perceptronFeeds, perceptronProgram } from '../../src/engine/testing-programs.ts';
import type { Executor, Feed, Program } from '../../src/graph/executor.ts';
import { fromHash } from '../../src/params/url.ts';
import { loadAssets } from '../../src/tasks/assets.ts';
import { makeTask } from '../../src/tasks/make-task.ts';
import { readAsset } from '../../src/trainer/read-asset.ts';
import { complaintsOfGraphs, complaintsOfRecords, complaintsOfShapes } from '../../src/testing/executor-checks.ts';
import { openRun } from '../../src/training/run.ts';
import { countBuffers } from './buffers.ts';

type TfjsEngine = keyof typeof backendNames;

const buffers = countBuffers();
const backendNames = { 'tfjs-cpu': 'cpu', 'tfjs-webgl': 'webgl', 'tfjs-webgpu': 'webgpu' } as const;

interface GpuBackend {
  readonly device?: { destroy(): void };
  readonly gpgpu?: { readonly gl: WebGL2RenderingContext };
}

/** Asks about an executor of an engine, and disposes it. */
async function asked<Answer>(engine: EngineName, question: (executor: Executor) => Promise<Answer>): Promise<Answer> {
  const { executor } = await openEngine(engine);
  try {
    return await question(executor);
  } finally {
    executor.dispose();
  }
}

/** What the webgpu engine asks of its device for each step of a program, and how many buffers it holds. */
async function countsOf(program: Program, feedsFrom: (step: number, count: number) => readonly Feed[], chunk: number) {
  const executor = (await openWebgpu()).createExecutor();
  const before = buffers();
  await executor.load(program);
  // The pace of submissions is found in the first steps.
  for (let step = 0; step < 4 * chunk; step += chunk) await executor.run(feedsFrom(step, chunk));
  const [early, { dispatches, submits, readbacks }] = [buffers(), { ...executor.counts }];
  await executor.run(feedsFrom(4 * chunk, chunk));
  const { counts } = executor;
  const late = buffers();
  executor.dispose();
  return {
    dispatches: (counts.dispatches - dispatches) / chunk,
    submits: (counts.submits - submits) / chunk,
    readbacks: counts.readbacks - readbacks,
    buffers: { before, early, late, after: buffers() },
  };
}

/** What is on the device of an engine. */
function held(engine: TfjsEngine): { readonly tensors: number; readonly numTensors: number; readonly numBytes: number } {
  const { numTensors, numBytes } = memory();
  return { tensors: findBackend(backendNames[engine]).numDataIds(), numTensors, numBytes };
}

/** The engine as it is, with its device and its counts. */
async function openWebgpu() {
  return (await import('../../src/engine/webgpu/open.ts')).openWebgpu();
}

/** Takes the device of an engine away, as a driver might. */
async function lose(engine: TfjsEngine | 'webgpu'): Promise<void> {
  if (engine === 'webgpu') {
    (await openWebgpu()).graphics.gpu.destroy();
    return;
  }
  const backend = findBackend(backendNames[engine]) as unknown as GpuBackend;
  backend.device?.destroy();
  backend.gpgpu?.gl.getExtension('WEBGL_lose_context')?.loseContext();
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (thrown) {
    return toEngineError(thrown).kind;
  }
}

const questions = {
  /** Opens an engine; `error` is what it was refused with. */
  open: async (engine: EngineName) => {
    try {
      const { executor, software } = await openEngine(engine);
      executor.dispose();
      return { device: executor.device, software };
    } catch (thrown) {
      const { kind, message } = toEngineError(thrown);
      return { error: kind, message };
    }
  },
  faults: (engine: EngineName) => asked(engine, findFaults),
  graphs: (engine: EngineName, from: number, count: number, size: number) =>
    asked(engine, (executor) => complaintsOfGraphs(executor, from, count, size)),
  shapes: (engine: EngineName, count: number) => asked(engine, (executor) => complaintsOfShapes(executor, count)),
  records: (engine: EngineName) => asked(engine, complaintsOfRecords),
  /** Of a network that one workgroup can do, and of one that needs many. */
  counts: async () => ({
    small: await countsOf(lineProgram(), lineFeeds, 200),
    large: await countsOf(perceptronProgram(784, 128, 10, 64), (step, count) => perceptronFeeds(step, count, 64), 8),
  }),
  /** Losses of a whole run of the app, as a link describes it, in chunks of so many steps. */
  curve: async (engine: EngineName, hash: string, chunk: number) => {
    const { config, changes } = fromHash(hash).link;
    const task = makeTask(config, await loadAssets(config, readAsset));
    const { executor } = await openEngine(engine);
    const { reports } = openRun({ config, changes, task, executor });
    const losses: number[] = [];
    let { value: report } = await reports.next();
    while (report && !report.end) {
      report = (await reports.next({ steps: chunk })).value ?? undefined;
      losses.push(...(report?.columns.loss ?? []));
    }
    await reports.return();
    return losses;
  },
  /** What is on the device before, while and after training. */
  leak: async (engine: TfjsEngine, steps: number) => {
    const { executor } = await openEngine(engine);
    const before = held(engine);
    await executor.load(lineProgram());
    await executor.run(lineFeeds(0, 30));
    const early = held(engine);
    for (let step = 30; step < steps; step += 30) await executor.run(lineFeeds(step, 30));
    const late = held(engine);
    executor.dispose();
    return { before, early, late, after: held(engine) };
  },
  /** Loses the device between runs and while one is under way; then opens the engine anew. */
  lose: async (engine: TfjsEngine | 'webgpu') => {
    const { executor } = await openEngine(engine);
    await executor.load(perceptronProgram());
    await executor.run(perceptronFeeds(0, 2));
    const pending = failureOf(executor.run(perceptronFeeds(2, 2)).then(() => executor.run(perceptronFeeds(4, 2))));
    await lose(engine);
    const answers = [await pending, await failureOf(executor.run(perceptronFeeds(6, 1))), await failureOf(executor.readState())];
    executor.dispose();
    return { answers, again: await questions.open(engine) };
  },
};

export type Questions = typeof questions;
/** What each question is answered with. */
export type Answers = { readonly [Name in keyof Questions]: Awaited<ReturnType<Questions[Name]>> };

addEventListener('message', ({ data }: MessageEvent<{ id: number; name: keyof Questions; parameters: never[] }>) => {
  const ask = questions[data.name] as (...parameters: never[]) => Promise<unknown>;
  ask(...data.parameters).then(
    (value) => {
      postMessage({ id: data.id, value });
    },
    (thrown: unknown) => {
      postMessage({ id: data.id, error: String(thrown) });
    },
  );
});
