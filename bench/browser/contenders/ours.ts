/** Our engines, as the app runs them: a run that deals out batches by index, hands chunks to the executor and keeps all columns. */
import { openEngine } from '../../../src/engine/engines.ts';
import type { EngineName } from '../../../src/engine/engines.ts';
import { openRun } from '../../../src/training/run.ts';
import type { Run } from '../../../src/training/run.ts';
import type { Workload } from '../../workload.ts';
import type { Session } from '../session.ts';

/** Opens an engine on a workload. Rejects with an `EngineError`. */
export async function openOurs(name: EngineName, { config, task }: Workload): Promise<Session> {
  const begin = async () => {
    const { executor, software } = await openEngine(name);
    const { reports } = openRun({ config, changes: [], task, executor, reusesColumns: true });
    await reports.next();
    return { reports, device: executor.device, software };
  };
  const first = await begin();
  let { reports } = first;
  return {
    device: first.device,
    software: first.software,
    async train(steps) {
      let losses: Float64Array | undefined;
      let done = 0;
      while (done < steps) {
        const report = await pull(reports, steps - done);
        losses ??= report.columns.loss;
        done += report.columns.step.length;
        // No run of the app is endless; a fast engine gets to the end of the longest, and begins another.
        if (report.end) {
          await reports.return();
          ({ reports } = await begin());
        }
      }
      return losses ?? [];
    },
  };
}

async function pull(reports: Run['reports'], steps: number) {
  const { value: report } = await reports.next({ steps });
  if (!report) throw new Error('The run closed.');
  if (report.end?.reason === 'diverged') throw new Error('The run diverged.');
  return report;
}
