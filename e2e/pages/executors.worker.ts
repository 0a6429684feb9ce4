/** Answers the questions of `executors.spec.ts` about executors, in a dedicated module worker. */
import { findBackend, memory } from '@tensorflow/tfjs-core';
import { toEngineError } from '../../src/engine/engine-error.ts';
import { openEngine, type EngineName } from '../../src/engine/engines.ts';
import { findFaults } from '../../src/engine/self-test.ts';
import { perceptronFeeds, perceptronProgram } from '../../src/engine/testing-programs.ts';

const backendNames = { 'tfjs-cpu': 'cpu', 'tfjs-webgl': 'webgl', 'tfjs-webgpu': 'webgpu' } as const;

interface GpuBackend {
  readonly device?: { destroy(): void };
  readonly gpgpu?: { readonly gl: WebGL2RenderingContext };
}

/** What is on the device of an engine. */
function held(engine: EngineName): { readonly tensors: number; readonly numTensors: number; readonly numBytes: number } {
  const { numTensors, numBytes } = memory();
  return { tensors: findBackend(backendNames[engine]).numDataIds(), numTensors, numBytes };
}

/** Takes the device of an engine away, as a driver might. */
function lose(engine: EngineName): void {
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
  faults: async (engine: EngineName) => {
    const { executor } = await openEngine(engine);
    const faults = await findFaults(executor);
    executor.dispose();
    return faults;
  },
  /** Losses of a small perceptron, and its weights at the end. */
  train: async (engine: EngineName, steps: number, chunk: number) => {
    const { executor } = await openEngine(engine);
    await executor.load(perceptronProgram());
    const losses: number[] = [];
    for (let step = 0; step < steps; step += chunk) {
      const { loss } = await executor.run(perceptronFeeds(step, Math.min(chunk, steps - step)));
      losses.push(...(loss ?? []));
    }
    const state = await executor.readState();
    executor.dispose();
    return { losses, weights: Object.values(state).flatMap(({ values }) => [...values]) };
  },
  /** What is on the device before, while and after training. */
  leak: async (engine: EngineName, steps: number) => {
    const { executor } = await openEngine(engine);
    const before = held(engine);
    await executor.load(perceptronProgram());
    await executor.run(perceptronFeeds(0, 30));
    const early = held(engine);
    for (let step = 30; step < steps; step += 30) await executor.run(perceptronFeeds(step, 30));
    const late = held(engine);
    executor.dispose();
    return { before, early, late, after: held(engine) };
  },
  /** Loses the device between runs and while one is under way; then opens the engine anew. */
  lose: async (engine: EngineName) => {
    const { executor } = await openEngine(engine);
    await executor.load(perceptronProgram());
    await executor.run(perceptronFeeds(0, 2));
    const pending = failureOf(executor.run(perceptronFeeds(2, 2)).then(() => executor.run(perceptronFeeds(4, 2))));
    lose(engine);
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
