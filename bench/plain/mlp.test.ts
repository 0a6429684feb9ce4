/** The plain step against the app's own core: the same losses and gradient norms from the same weights and batches, and the same weights after. */
import { describe, expect, it } from 'vitest';
import { readAsset } from '../../src/cli/read-asset.ts';
import { openEngine } from '../../src/engine/engines.ts';
import { gapToLargest } from '../../src/testing/gap.ts';
import { openRun } from '../../src/training/run.ts';
import { plainSpec } from '../plain-spec.ts';
import { rows } from '../rows.ts';
import { workloadOf } from '../workload.ts';
import { PlainMlp } from './mlp.ts';

async function bothWays(link: string) {
  const workload = await workloadOf(link, readAsset);
  // In its second epoch the app deals the examples out in another order.
  const steps = Math.min(workload.model.parameterCount > 10_000 ? 5 : 20, workload.batches.length);
  const plain = new PlainMlp(plainSpec(workload));
  const [losses, norms] = [new Float64Array(steps), new Float64Array(steps)];
  for (let step = 0; step < steps; step++) {
    plain.train(workload.batches[step]!);
    losses[step] = plain.loss;
    norms[step] = plain.gradientNorm;
  }
  const { executor } = await openEngine('tfjs-cpu');
  const { reports } = openRun({ config: workload.config, changes: [], task: workload.task, executor });
  await reports.next();
  const { value: report } = await reports.next({ steps });
  const { parameters } = await executor.readState();
  await reports.return();
  return { plain, losses, norms, core: report!.columns, parameters: parameters!.values };
}

/**
 * One of the 66,817 weights of the widest row has a first gradient of 7e-8. Adam divides it by something as small, and the rounding of the core's
 * float32 sums in it, 2e-10, becomes 3e-6 of a weight; the plain step, in double precision, is right to 5e-8. This ε takes that away.
 */
const aboveRounding = '&eps=1e-5';

describe('the plain step', () => {
  // Rows of the bench, and what they leave out: the other activation, several outputs, Adam on cross-entropy.
  const links = [
    ...rows
      .filter(({ link }) => !/model=|task=text/.test(link))
      .map(({ id, link }) => [id, `${link}${id === 'width-256' ? aboveRounding : ''}`] as const),
    ['ReLU, Adam, classes', '#task=penguins&n=200&batch=20&layers=7,5&act=relu&opt=adam&dropLast=1&seed=3'] as const,
  ];

  it.each(links)('%s: follows the core', async (_, link) => {
    const { plain, losses, norms, core, parameters } = await bothWays(link);
    expect(losses.every((loss) => loss > 0)).toBe(true);
    // Float32 keeps 6e-8; twenty steps and sums over a batch let that grow.
    const bound = 2e-6;
    expect(gapToLargest(losses, core.loss)).toBeLessThanOrEqual(bound);
    expect(gapToLargest(norms, core.gradNorm)).toBeLessThanOrEqual(bound);
    expect(gapToLargest(plain.parameters, parameters)).toBeLessThanOrEqual(bound);
  });
});
