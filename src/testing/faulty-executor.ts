/** Engines that fail when a test says so, around the real CPU engine. */
import { EngineError } from '../engine/engine-error.ts';
import type { EngineErrorKind } from '../engine/engine-error.ts';
import type { Executor } from '../graph/executor.ts';
import type { OpenEngine } from '../trainer/job-request.ts';
import { openEngine } from '../trainer/open-engine.ts';

/** An executor whose `run` rejects from its `failing`-th call on; being let go then fails too, as on a lost device. */
export function failingAfter(executor: Executor, failing: number, kind: EngineErrorKind): Executor {
  let runs = 0;
  return {
    ...executor,
    run: (feeds) => (++runs >= failing ? Promise.reject(new EngineError(kind, 'The device went away.')) : executor.run(feeds)),
    dispose: () => {
      executor.dispose();
      if (runs >= failing) throw new EngineError(kind, 'Nothing is left to let go.');
    },
  };
}

/** Opens `engines` in turn, each the CPU engine under another name; one that is an error cannot be opened. */
export function openInTurn(
  engines: readonly ((executor: Executor) => Executor)[],
  log: { failed: readonly string[][] } = { failed: [] },
): OpenEngine {
  let opened = 0;
  return async (_engine, failed, trial) => {
    log.failed = [...log.failed, [...failed]];
    const wrap = engines[opened++];
    if (!wrap) throw new EngineError('unsupported', 'No engine is left.');
    const { executor, report } = await openEngine('tfjs-cpu', [], trial);
    return { executor: wrap(executor), report: { ...report, engine: `engine ${String(opened)}` } };
  };
}
