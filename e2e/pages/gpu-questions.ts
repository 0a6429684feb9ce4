/** Questions about our own kernels on the graphics card: what they ask of the device, and what becomes of them when it is wrong, late or gone. */
import { chooseEngine } from '../../src/engine/choose.ts';
import { toEngineError } from '../../src/engine/engine-error.ts';
import { openEngine, type EngineName } from '../../src/engine/engines.ts';
import { openGpu } from '../../src/engine/gpu.ts';
import { MeasuredSpeeds } from '../../src/engine/measured-speeds.ts';
import { lineFeeds, lineProgram, trainLineInDouble } from '../../src/engine/testing-programs.ts';
import { Memory } from '../../src/engine/webgpu/memory.ts';
import { pipelinesOf } from '../../src/engine/webgpu/pipelines.ts';
import { createPlan } from '../../src/engine/webgpu/plan.ts';
import { Runner } from '../../src/engine/webgpu/runner.ts';
import type { Feed, Program } from '../../src/graph/executor.ts';
import { fromHash } from '../../src/params/url.ts';
import { loadAssets } from '../../src/tasks/assets.ts';
import { makeTask } from '../../src/tasks/make-task.ts';
import { readAsset } from '../../src/trainer/read-asset.ts';
import { firstStep } from '../../src/training/first-step.ts';
import { openRun } from '../../src/training/run.ts';
import { watchGpu } from './gpu-counts.ts';

const gpu = watchGpu();

/** Microseconds that the thread takes to record and submit a step: the least of several times, each on an idle device. */
async function recordingTime(program: Program, feeds: readonly Feed[]): Promise<number> {
  const { device } = await openGpu();
  const memory = new Memory(device, program);
  const plan = createPlan(program.graphs.step, program, memory, true);
  memory.commit();
  const runner = await Runner.create(plan, device, memory, pipelinesOf(device), feeds.length);
  let least = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < 12; repeat++) {
    const start = performance.now();
    runner.submit(feeds, 0, feeds.length, 0);
    least = Math.min(least, performance.now() - start);
    await device.queue.onSubmittedWorkDone();
  }
  runner.dispose();
  memory.dispose();
  return (1000 * least) / feeds.length;
}

/** Opens an engine; `error` is what it was refused with. */
export async function tryOpening(engine: EngineName) {
  try {
    const { executor, software } = await openEngine(engine);
    executor.dispose();
    return { device: executor.device, software };
  } catch (thrown) {
    const { kind, message } = toEngineError(thrown);
    return { error: kind, message };
  }
}

/** Puts another function in the place of a method for as long as some work takes. */
async function instead<Result>(
  owner: object,
  name: string,
  change: (original: (...parameters: never[]) => unknown) => (this: never, ...parameters: never[]) => unknown,
  work: () => Promise<Result>,
): Promise<Result> {
  const methods = owner as Record<string, (...parameters: never[]) => unknown>;
  const original = methods[name]!;
  methods[name] = change(original);
  try {
    return await work();
  } finally {
    methods[name] = original;
  }
}

/** A run of the app on webgpu, from its beginning or from a checkpoint; `trainTo` answers the losses on the way to a step. */
async function openOnCard(hash: string, checkpoint?: Uint8Array<ArrayBuffer>) {
  const { config, changes } = fromHash(hash).link;
  const task = makeTask(config, await loadAssets(config, readAsset));
  const { executor } = await openEngine('webgpu');
  const run = openRun({ config, changes, task, executor, ...(checkpoint ? { checkpoint } : {}) });
  let { value: report } = await run.reports.next();
  const trainTo = async (step: number): Promise<readonly number[]> => {
    const losses: number[] = [];
    while (report && report.step < step) {
      ({ value: report } = await run.reports.next({ steps: step - report.step }));
      losses.push(...(report?.columns.loss ?? []));
    }
    return losses;
  };
  return { run, trainTo };
}

/** Answered in the worker of `executors.spec.ts`. */
export const gpuQuestions = {
  /** What `steps` steps of the app make the device do once they have been made before, and how long the thread takes to record one, µs. */
  counts: async (hash: string, steps: number) => {
    const { config } = fromHash(hash).link;
    const { program, feeds } = firstStep(config, makeTask(config, await loadAssets(config, readAsset)));
    const many = Array.from({ length: steps }, (_, step) => ({ ...feeds[0]!, step }));
    const { executor } = await openEngine('webgpu');
    await executor.load(program);
    for (let warm = 0; warm < 3; warm++) await executor.run(many);
    gpu.reset();
    await executor.run(many);
    const counted = gpu.counts();
    executor.dispose();
    return { ...counted, microseconds: await recordingTime(program, many) };
  },
  /** Buffers on the device and their bytes: before a run, after `early` of its steps, after `late`, and when its executor has been let go. */
  held: async (early: number, late: number) => {
    const now = (): { readonly buffers: number; readonly bytes: number } => {
      const { buffers, bytes } = gpu.counts();
      return { buffers, bytes };
    };
    const chunk = 500;
    const { executor } = await openEngine('webgpu');
    const before = now();
    await executor.load(lineProgram());
    const train = async (from: number, to: number) => {
      for (let step = from; step < to; step += chunk) await executor.run(lineFeeds(step, chunk));
      return now();
    };
    const [first, last] = [await train(0, early), await train(early, late)];
    executor.dispose();
    return { before, first, last, after: now() };
  },
  /**
   * A run whose results are mapped late, the first of them last of all: how far its losses are from double precision, and how many submissions
   * were made while the first waited.
   */
  lateMaps: async (steps: number, milliseconds: number) => {
    let [waiting, meanwhile, maps] = [0, 0, 0];
    const later = (map: (...parameters: never[]) => unknown) =>
      async function (this: GPUBuffer, ...parameters: never[]): Promise<void> {
        const isFirst = maps++ === 0;
        if (isFirst) waiting++;
        await map.apply(this, parameters);
        await new Promise((resolve) => setTimeout(resolve, isFirst ? milliseconds : 0));
        if (isFirst) waiting--;
      };
    const count = (submit: (...parameters: never[]) => unknown) =>
      function (this: GPUQueue, ...parameters: never[]): unknown {
        meanwhile += waiting;
        return submit.apply(this, parameters);
      };
    const { executor } = await openEngine('webgpu');
    await executor.load(lineProgram());
    const { loss = [] } = await instead(GPUQueue.prototype, 'submit', count, () =>
      instead(GPUBuffer.prototype, 'mapAsync', later, () => executor.run(lineFeeds(0, steps))),
    );
    executor.dispose();
    const apart = trainLineInDouble(steps).losses.map((value, step) => Math.abs((loss[step] ?? Number.NaN) - value));
    return { maps, meanwhile, apart: Math.max(...apart) };
  },
  /** Chooses among webgpu and the CPU on a device that takes a piece of a kernel's text for another, as a driver with a fault might. */
  wrongKernel: async (text: string, wrong: string) => {
    (await openGpu()).device.destroy();
    let changed = 0;
    const worse = (create: (...parameters: never[]) => unknown) =>
      function (this: GPUDevice, descriptor: GPUShaderModuleDescriptor): unknown {
        const code = descriptor.code.replaceAll(text, wrong);
        if (code !== descriptor.code) changed++;
        return (create as GPUDevice['createShaderModule']).call(this, { ...descriptor, code });
      };
    const answer = await instead(GPUDevice.prototype, 'createShaderModule', worse, async () => {
      const source = {
        open: openEngine,
        probe: () => Promise.resolve({ device: '', software: false }),
        now: () => performance.now(),
        threads: 1,
      };
      const others = ['tfjs-webgpu', 'tfjs-webgl', 'wasm'];
      const choice = await chooseEngine(lineProgram(), lineFeeds(0, 1), others, { ...source, measured: new MeasuredSpeeds() });
      choice.executor.dispose();
      return { engine: choice.engine, refused: choice.candidates.find(({ engine }) => engine === 'webgpu')?.refused ?? '' };
    });
    (await openGpu()).device.destroy();
    return { changed, ...answer };
  },
  /** Losses of a run that is left alone, and of one whose device is taken from it in the middle: it goes on from its checkpoint on another. */
  interrupted: async (hash: string, checkpointAt: number, end: number) => {
    const alone = await openOnCard(hash);
    const expected = await alone.trainTo(end);
    await alone.run.reports.return();
    const first = await openOnCard(hash);
    const before = await first.trainTo(checkpointAt);
    const checkpoint = await first.run.checkpoint();
    const lost = first.trainTo(end).then(
      () => 'none',
      (thrown: unknown) => toEngineError(thrown).kind,
    );
    const { submits } = gpu.counts();
    while (gpu.counts().submits < submits + 3) await new Promise((resolve) => setTimeout(resolve, 1));
    (await openGpu()).device.destroy();
    const failure = await lost;
    await first.run.reports.return().catch(() => undefined);
    const second = await openOnCard(hash, checkpoint);
    const after = await second.trainTo(end);
    await second.run.reports.return();
    return { failure, expected, found: [...before, ...after] };
  },
};
