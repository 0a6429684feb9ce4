/** Whole runs with batch normalisation: running statistics are state like any other, saved, restored, averaged, and moved once a step. */
import { describe, expect, it } from 'vitest';
import type { ConfigPatch } from '../params/config.ts';
import { decodeSafetensors } from '../shared/safetensors.ts';
import { DrivenRun, toldBy } from '../testing/driven-run.ts';

const batch = { normalization: 'batch' } as const;

/** Running mean and variance of the first layer, of the weights or their average. */
async function statistics(run: DrivenRun, prefix = 'model'): Promise<readonly number[]> {
  const { tensors } = decodeSafetensors(await run.run.checkpoint());
  return ['running_mean', 'running_var'].flatMap((name) => [...(tensors[`${prefix}.layer1.norm.${name}`]?.values ?? [])]);
}

async function statisticsAfter(steps: number, choices: ConfigPatch, prefix?: string): Promise<readonly number[]> {
  const run = await (await DrivenRun.open({ ...batch, ...choices })).to(steps);
  const found = await statistics(run, prefix);
  await run.close();
  return found;
}

describe('a run with batch normalisation', () => {
  it('begins with mean 0 and variance 1', async () => {
    expect(await statisticsAfter(0, {})).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it.each([{}, { average: 0.9, averageUse: 'average' }, { sam: 0.1, accumulation: 2, batchSize: 8 }] satisfies ConfigPatch[])(
    'goes on exactly from a checkpoint: %o',
    async (choices) => {
      const whole = await toldBy({ ...batch, ...choices });
      const first = await (await DrivenRun.open({ ...batch, ...choices })).to(10);
      const checkpoint = await first.run.checkpoint();
      await first.close();
      const second = await (await DrivenRun.open({ ...batch, ...choices }, { checkpoint })).to();
      await second.close();
      expect(second.told.loss).toEqual(whole.loss.slice(10));
      expect(second.told.end).toEqual(whole.end);
    },
  );

  it('puts the statistics of the best evaluation back with its weights, and goes on without them', async () => {
    const worsening = { ...batch, learningRate: 3, optimizer: 'sgd', epochs: 6 } as const;
    const run = await (await DrivenRun.open(worsening)).to();
    expect(run.report.end?.restored).toBe(true);
    expect(run.run.validation?.loss).toBe(run.report.best?.valLoss);
    await run.change({ epochs: 8 });
    await run.to();
    await run.close();
    expect(run.told).toEqual({ ...(await toldBy({ ...worsening, epochs: 8 })), plan: run.told.plan });
  });

  it('averages the statistics as it averages the weights', async () => {
    const kept = 0.75;
    const [one, two] = [await statisticsAfter(1, { average: kept }), await statisticsAfter(2, { average: kept })];
    const averaged = await statisticsAfter(2, { average: kept }, 'average');
    averaged.forEach((value, i) => expect(value).toBeCloseTo(kept * (one[i] ?? 0) + (1 - kept) * (two[i] ?? 0), 6));
  });

  it('moves them once a step under SAM, by what the first gradient saw', async () => {
    expect(await statisticsAfter(1, { sam: 0.3 })).toEqual(await statisticsAfter(1, {}));
  });

  it('learns nothing about spread from a batch of one', async () => {
    expect(await statisticsAfter(5, { batchSize: 1 })).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it('takes padding for no example: the short last batch moves them as a batch of its size does', async () => {
    // 50 examples: after three batches of 16 comes one of 2, here the whole of an effective batch that begins at the same place.
    const frozen = { optimizer: 'sgd', learningRate: 1e-6, shuffle: 'never' } as const;
    const [before, after] = [await statisticsAfter(3, frozen), await statisticsAfter(4, frozen)];
    const own = (whole: readonly number[], i: number) => ((after[i] ?? 0) - 0.9 * (whole[i] ?? 0)) / 0.1;
    const small = { ...frozen, batchSize: 2 };
    const [ofTwo, last] = [await statisticsAfter(24, small), await statisticsAfter(25, small)];
    before.forEach((_, i) => expect(own(before, i)).toBeCloseTo(((last[i] ?? 0) - 0.9 * (ofTwo[i] ?? 0)) / 0.1, 3));
  });
});
