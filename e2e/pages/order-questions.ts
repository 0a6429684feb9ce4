/** A question about orders that a helper of the WebAssembly engine draws ahead. */
import type { Executor } from '../../src/graph/executor.ts';
import { fromHash } from '../../src/params/url.ts';
import type { FillOrder } from '../../src/shared/random.ts';
import { loadAssets } from '../../src/tasks/assets.ts';
import { makeTask } from '../../src/tasks/make-task.ts';
import { readAsset } from '../../src/trainer/read-asset.ts';
import { nextTask } from '../../src/trainer/next-task.ts';
import { openRun } from '../../src/training/run.ts';

/** Losses of all steps of a link, with a rest after each chunk. */
async function lossesOf(hash: string, executor: Executor, rest: () => Promise<void>): Promise<readonly number[]> {
  const { config, changes } = fromHash(hash).link;
  const task = makeTask(config, await loadAssets(config, readAsset));
  const { reports } = openRun({ config, changes, task, executor });
  const losses: number[] = [];
  let { value: report } = await reports.next();
  while (report && !report.end) {
    report = (await reports.next({ steps: 10_000 })).value ?? undefined;
    for (const loss of report?.columns.loss ?? []) losses.push(loss);
    await rest();
  }
  await reports.return();
  return losses;
}

/** Executors on one thread: one whose orders are drawn ahead, with how many of them were, and were not, and one that draws them itself. */
async function openBoth() {
  // As the app loads them: when they are asked for.
  const [{ openWasm }, { createExecutor }, { createOrdersAhead }] = await Promise.all([
    import('../../src/engine/wasm/open.ts'),
    import('../../src/engine/wasm/executor.ts'),
    import('../../src/engine/wasm/orders-ahead.ts'),
  ]);
  const kernels = await openWasm(1);
  const executor = createExecutor(kernels);
  let isComing = false;
  const ahead = createOrdersAhead({
    module: kernels.module,
    startOrderHelper(...listeners) {
      isComing = true;
      return kernels.startOrderHelper(...listeners);
    },
  });
  const drawn = { ahead: 0, here: 0 };
  const own: FillOrder = (...what) => {
    drawn.here++;
    executor.fillOrder?.(...what);
  };
  const fillOrder: FillOrder = (...what) => {
    const before = drawn.here;
    ahead.fill(own, ...what);
    if (drawn.here === before) drawn.ahead++;
  };
  return {
    helped: { ...executor, fillOrder },
    alone: createExecutor(kernels),
    drawn,
    // On a busy machine a helper that has been started may need longer than the run.
    rest: () => (isComing && drawn.ahead === 0 ? new Promise<void>((resolve) => setTimeout(resolve, 50)) : nextTask()),
    dispose: () => ahead.dispose(),
  };
}

export const orderQuestions = {
  /** Runs a link with orders drawn ahead and without: how many were, and how many losses there are, and are not the same. */
  ordersAhead: async (hash: string) => {
    const { helped, alone, drawn, rest, dispose } = await openBoth();
    const losses = await lossesOf(hash, helped, rest);
    dispose();
    const without = await lossesOf(hash, alone, nextTask);
    return { drawn, losses: losses.length, different: without.filter((loss, step) => loss !== losses[step]).length };
  },
};
