/** A question about orders that a helper of the WebAssembly engine draws ahead. */
import type { Executor } from '../../src/graph/executor.ts';
import { fromHash } from '../../src/params/url.ts';
import type { FillOrder } from '../../src/shared/random.ts';
import { loadAssets } from '../../src/tasks/assets.ts';
import { makeTask } from '../../src/tasks/make-task.ts';
import { readAsset } from '../../src/trainer/read-asset.ts';
import { openRun } from '../../src/training/run.ts';

/** Steps between two rests, in which a helper can start. */
const chunk = 1000;

/** Losses of all steps of a link. */
async function lossesOf(hash: string, executor: Executor): Promise<readonly number[]> {
  const { config, changes } = fromHash(hash).link;
  const task = makeTask(config, await loadAssets(config, readAsset));
  const { reports } = openRun({ config, changes, task, executor });
  const losses: number[] = [];
  let { value: report } = await reports.next();
  while (report && !report.end) {
    report = (await reports.next({ steps: chunk })).value ?? undefined;
    losses.push(...(report?.columns.loss ?? []));
    await new Promise((resolve) => setTimeout(resolve));
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
  const ahead = createOrdersAhead(kernels);
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
  return { helped: { ...executor, fillOrder }, alone: createExecutor(kernels), drawn, dispose: () => ahead.dispose() };
}

export const orderQuestions = {
  /** Runs a link with orders drawn ahead and without: how many were, and how many losses there are, and are not the same. */
  ordersAhead: async (hash: string) => {
    const { helped, alone, drawn, dispose } = await openBoth();
    const losses = await lossesOf(hash, helped);
    dispose();
    const without = await lossesOf(hash, alone);
    return { drawn, losses: losses.length, different: without.filter((loss, step) => loss !== losses[step]).length };
  },
};
