/**
 * The build for memory that threads share proves itself before it is first used: other code than that for one thread, with a desk besides, and plans
 * that are cut. Not when the engine is opened: who trains nothing large never loads it.
 */
import { EngineError } from '../engine-error.ts';
import { selfTest } from '../self-test.ts';
import { sizeOf } from '../../graph/graph.ts';
import type { Executor, Program } from '../../graph/executor.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { createExecutor } from './executor.ts';
import type { Kernels } from './instance.ts';

/** As finely as can be. */
const cutEverything = { program: 0, job: 0, slice: 1 };
/** Enough to be cut, and nothing else. */
const firstShape = [8, 8] as const;

/**
 * The same kernels, whose `compileShared` rejects with an `EngineError` if that build computes anything wrongly, or has no memory: a large program then
 * has one thread. It is asked once.
 */
export function provingShared(kernels: Kernels): Kernels {
  let proved: Promise<WebAssembly.Module> | undefined;
  const compileProved = async (): Promise<WebAssembly.Module> => {
    await prove(kernels);
    return kernels.compileShared();
  };
  return { ...kernels, compileShared: () => (proved ??= compileProved()) };
}

/** Every slice is done here, for helpers that never come; the helpers' own code is the same. */
async function prove(kernels: Kernels): Promise<void> {
  let helpers = 0;
  const startHelper = () => {
    helpers++;
    return { postMessage: () => undefined, terminate: () => undefined };
  };
  const executor = createExecutor({
    ...kernels,
    sharing: { threads: Math.max(2, kernels.sharing.threads), limits: cutEverything },
    startHelper,
  });
  try {
    await runOnce(executor);
    if (helpers === 0) throw new EngineError('outOfMemory', 'There is no memory that threads can share.');
    await selfTest(executor);
  } finally {
    executor.dispose();
  }
}

/** Helpers are started after a run, and without them nothing is cut. */
async function runOnce(executor: Executor): Promise<void> {
  const g = new GraphBuilder();
  const step = g.finish({ y: g.sum(g.softmax(g.feed('x', firstShape))) });
  const program: Program = { graphs: { step }, data: {}, state: {}, seed: 1 };
  await executor.load(program);
  await executor.run([{ step: 0, scalars: {}, tensors: { x: new Float32Array(sizeOf(firstShape)) } }]);
}
