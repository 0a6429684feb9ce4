/**
 * A range test beside a run: on an executor of its own of the same engine, from a checkpoint of the run, disposed of when it is over.
 * Whatever goes wrong with it concerns the test alone.
 */
import { parameters } from '../params/table.ts';
import { firstStep } from '../training/first-step.ts';
import { testRates } from '../training/rate-test.ts';
import type { Run } from '../training/run.ts';
import type { JobRequest, JobSurroundings } from './job-request.ts';
import { Throttle } from './throttle.ts';
import type { RateNews } from './trainer.ts';

/** Seconds between news of a test. */
const newsInterval = 0.15;

/** Makes a test and tells how it stands until it is over. Never rejects. */
export async function tryRates(
  around: JobSurroundings,
  { runId, config, task, failed }: JobRequest,
  run: Run,
  engine: string,
  stopped: () => boolean,
): Promise<void> {
  const tell = (news: RateNews) => around.emit({ type: 'rates', runId, news });
  const due = new Throttle(newsInterval, 1);
  try {
    const checkpoint = await run.checkpoint();
    // By name: measuring again could choose another engine than the one that runs.
    const named = parameters.engine.options.find(({ value }) => value === engine)?.value ?? 'auto';
    const { executor } = await around.openEngine(named, failed, firstStep(config, task));
    const test = await testRates({
      config,
      task,
      executor,
      checkpoint,
      stopped,
      progress: async (soFar) => {
        if (due.ready(around.now())) {
          tell(soFar);
          due.done(around.now(), 0);
        }
        await around.rest(0);
      },
    });
    tell(test);
  } catch (error) {
    tell({ failed: error instanceof Error ? error.message : String(error) });
  }
}
