/** An executor alone, on feeds made beforehand: what our engines do without the run around them. The difference is the host's share. */
import { openEngine } from '../../../src/engine/engines.ts';
import type { EngineName } from '../../../src/engine/engines.ts';
import type { Feed } from '../../../src/graph/executor.ts';
import { initialVectors, programOf } from '../../../src/training/setup.ts';
import { stepScalars } from '../../../src/training/step-scalars.ts';
import type { Workload } from '../../workload.ts';
import type { Session } from '../session.ts';

/** Opens an engine on a workload. Rejects with an `EngineError`. */
export async function openBare(name: EngineName, workload: Workload): Promise<Session> {
  const { config, model } = workload;
  const { executor, software } = await openEngine(name);
  await executor.load(programOf(workload, config, initialVectors(config, model)));
  const feeds = firstFeeds(workload);
  let next = 0;
  return {
    device: executor.device,
    software,
    async train(steps) {
      const chunk: Feed[] = [];
      for (let step = 0; step < steps; step++) {
        chunk.push(feeds[next]!);
        next = next + 1 === feeds.length ? 0 : next + 1;
      }
      return (await executor.run(chunk))['loss'] ?? [];
    },
  };
}

/** The feeds of the first epoch. */
function firstFeeds({ config, batches }: Workload): readonly Feed[] {
  const { learningRate, momentum } = config;
  return batches.map((batch, step) => {
    const moment = { step, learningRate, momentum: config.optimizer === 'adam' ? config.beta1 : momentum, memory: {}, averageBegun: false };
    const rows = Float32Array.from(batch);
    const scalars = stepScalars(config, { ...moment, count: batch.length, examples: batch.length });
    return { step, scalars, tensors: { rows, weights: new Float32Array(batch.length).fill(1) } };
  });
}
