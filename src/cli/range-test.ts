/** A learning-rate range test from the initial weights or from those of a checkpoint, as lines: nothing is trained for good, nothing is kept. */
import { loadTask } from '../trainer/load-task.ts';
import { openEngine } from '../trainer/open-engine.ts';
import { firstStep } from '../training/first-step.ts';
import { testRates } from '../training/rate-test.ts';
import { configLine, rateTestLines } from './lines.ts';
import type { TrainOptions } from './options.ts';
import { readAsset } from './read-asset.ts';
import type { Output } from './train.ts';
import { interruptible } from './train.ts';

/** Rejects with the engine's or the data's error. An interrupt ends it with the lines so far. */
export async function rangeTest({ config, resume, own }: TrainOptions, output: Output): Promise<void> {
  const task = await loadTask(config, readAsset, own === undefined ? {} : { own });
  const { executor, report } = await openEngine(config.engine, [], firstStep(config, task));
  if (config.engine !== 'auto' && report.engine !== config.engine) output.note(report.why);
  output.write(configLine(config, [], report.engine));
  output.write(
    rateTestLines(
      await testRates({
        config,
        task,
        executor,
        ...(resume ? { checkpoint: resume } : {}),
        stopped: output.stopped,
        progress: interruptible,
      }),
    ),
  );
}
