/** Answers the questions of `executors.spec.ts` about executors, in a dedicated module worker. */
import { findBackend, memory } from '@tensorflow/tfjs-core';
import { toEngineError } from '../../src/engine/engine-error.ts';
import { openEngine, type EngineName } from '../../src/engine/engines.ts';
import { findFaults } from '../../src/engine/self-test.ts';
import { lineFeeds, lineProgram, perceptronFeeds, perceptronProgram } from '../../src/engine/testing-programs.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { fromHash } from '../../src/params/url.ts';
import { loadAssets } from '../../src/tasks/assets.ts';
import { makeTask } from '../../src/tasks/make-task.ts';
import { readAsset } from '../../src/trainer/read-asset.ts';
import { openRun } from '../../src/training/run.ts';
import { writtenOtherwise } from '../../src/testing/written.ts';
import { openGpu } from '../../src/engine/gpu.ts';
import { gpuQuestions, tryOpening } from './gpu-questions.ts';
import { orderQuestions } from './order-questions.ts';
import {
  missesOfCurves,
  missesOfLanguage,
  missesOfRandomGraphs,
  missesOfRecords,
  missesOfRepetition,
  missesOfShapes,
  missesOfStates,
  type Miss,
} from './oracles.ts';

type TfjsEngine = keyof typeof backendNames;

const backendNames = { 'tfjs-cpu': 'cpu', 'tfjs-webgl': 'webgl', 'tfjs-webgpu': 'webgpu' } as const;

interface GpuBackend {
  readonly device?: { destroy(): void };
  readonly gpgpu?: { readonly gl: WebGL2RenderingContext };
}

/** What is on the device of an engine. */
function held(engine: TfjsEngine): { readonly tensors: number; readonly numTensors: number; readonly numBytes: number } {
  const { numTensors, numBytes } = memory();
  return { tensors: findBackend(backendNames[engine]).numDataIds(), numTensors, numBytes };
}

/** Takes the device of an engine away, as a driver might. */
async function lose(engine: TfjsEngine | 'webgpu'): Promise<void> {
  if (engine === 'webgpu') {
    (await openGpu()).device.destroy();
    return;
  }
  const backend = findBackend(backendNames[engine]) as unknown as GpuBackend;
  backend.device?.destroy();
  backend.gpgpu?.gl.getExtension('WEBGL_lose_context')?.loseContext();
}

/** Opens an engine, asks about its executor, and disposes of it. */
async function misses(engine: EngineName, ask: (executor: Executor) => Promise<readonly Miss[]>): Promise<readonly Miss[]> {
  const { executor } = await openEngine(engine);
  try {
    return await ask(executor);
  } finally {
    executor.dispose();
  }
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
  open: tryOpening,
  faults: async (engine: EngineName) => {
    const { executor } = await openEngine(engine);
    const faults = await findFaults(executor);
    executor.dispose();
    return faults;
  },
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
  recordMisses: (engine: EngineName) => misses(engine, missesOfRecords),
  languageMisses: (engine: EngineName, names: readonly string[]) => misses(engine, (executor) => missesOfLanguage(executor, names)),
  curveMisses: (engine: EngineName, parts: readonly string[], most = Number.POSITIVE_INFINITY) =>
    misses(engine, (executor) => missesOfCurves(executor, parts, most)),
  repetitionMisses: (engine: EngineName, parts: readonly string[]) => misses(engine, (executor) => missesOfRepetition(executor, parts)),
  written: async (engine: EngineName) => {
    const { executor } = await openEngine(engine);
    const otherwise = await writtenOtherwise(executor);
    executor.dispose();
    return otherwise;
  },
  shapeMisses: (engine: EngineName) => misses(engine, missesOfShapes),
  stateMisses: (engine: EngineName) => misses(engine, missesOfStates),
  randomMisses: (engine: EngineName, from: number, count: number, size: number) =>
    misses(engine, (executor) => missesOfRandomGraphs(executor, from, count, size)),
  ...gpuQuestions,
  ...orderQuestions,
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
    return { answers, again: await tryOpening(engine) };
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
