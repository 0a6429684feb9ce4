/** The step in plain JavaScript, on a workload. */
import { PlainMlp } from '../../plain/mlp.ts';
import { keptColumns } from '../../../src/shared/column-memory.ts';
import { plainSpec } from '../../plain-spec.ts';
import type { Session } from '../session.ts';
import type { Workload } from '../../workload.ts';

/** Opens it. Throws where there is no such step. */
export function openPlain(workload: Workload): Session {
  const network = new PlainMlp(plainSpec(workload));
  const { batches } = workload;
  const memory = keptColumns();
  let next = 0;
  return {
    device: 'JavaScript',
    software: false,
    train(steps) {
      const [losses, norms] = [memory('loss', steps), memory('gradNorm', steps)];
      for (let step = 0; step < steps; step++) {
        network.train(batches[next]!);
        next = next + 1 === batches.length ? 0 : next + 1;
        losses[step] = network.loss;
        norms[step] = network.gradientNorm;
      }
      return Promise.resolve(losses);
    },
  };
}
