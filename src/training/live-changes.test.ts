/** Live changes: those of one step act as one, and whatever is done by hand can be repeated from the changes that the run noted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigPatch } from '../params/config.ts';
import { decodeSafetensors } from '../shared/safetensors.ts';
import { DrivenRun, toldBy } from '../testing/driven-run.ts';

/** Puts changes into force one by one at a step, then trains to the end. */
async function changedAt(step: number, patches: readonly ConfigPatch[], choices: ConfigPatch): Promise<DrivenRun> {
  const run = await (await DrivenRun.open(choices)).to(step);
  for (const patch of patches) await run.change(patch);
  await run.to();
  await run.close();
  return run;
}

const impatient = { earlyStopping: true, patience: 6, epochs: 100, learningRate: 0.3, optimizer: 'adam' } as const;
const decaying = { schedule: 'exponential', gamma: 0.5, warmup: 3, epochs: 4 } as const;
const rolling = { optimizer: 'sgd', momentum: 0.9, dampening: 0.5, learningRate: 0.1 } as const;

describe('several changes at one step act as one', () => {
  it.each<readonly [string, number, readonly ConfigPatch[], ConfigPatch]>([
    ['monitor', 24, [{ monitor: 'metric' }, { monitor: 'loss' }], impatient],
    ['batch size in mid-epoch, with warm-up and decay by the epoch', 7, [{ batchSize: 20 }, { batchSize: 16 }], decaying],
    ['batch size within the warm-up', 2, [{ batchSize: 20 }, { batchSize: 16 }], { ...decaying, warmup: 0.3 }],
    ['Nesterov', 4, [{ nesterov: true }, { nesterov: false }], { ...rolling, dampening: 0 }],
    ['the limit of steps', 9, [{ maxSteps: 12 }, { maxSteps: 0 }], {}],
    ['a batch that the epoch has no room for', 2, [{ batchSize: 40 }, { batchSize: 16 }], { dropLast: true }],
  ])('moved and moved back: %s', async (_name, step, patches, choices) => {
    const live = await changedAt(step, patches, choices);
    expect(live.report.changes).toEqual([]);
    expect(live.told).toEqual(await toldBy(choices));
  });

  it.each<readonly [string, number, readonly ConfigPatch[], ConfigPatch]>([
    ['monitor', 24, [{ monitor: 'metric' }, { monitor: 'loss' }, { monitor: 'metric' }], impatient],
    ['batch size', 7, [{ batchSize: 20 }, { batchSize: 5 }, { batchSize: 10 }], decaying],
    ['Nesterov', 4, [{ nesterov: true }, { nesterov: false }, { nesterov: true }], rolling],
    ['Nesterov, which takes the dampening with it', 4, [{ nesterov: true }, { nesterov: false }], rolling],
  ])('moved about: %s, repeated from what was noted', async (_name, step, patches, choices) => {
    const live = await changedAt(step, patches, choices);
    expect(new Set(live.report.changes.map((change) => change.step))).toEqual(new Set([step]));
    expect(live.told).toEqual(await toldBy(choices, { changes: live.report.changes }));
    expect(live.told).not.toEqual(await toldBy(choices));
  });
});

describe('a change', () => {
  it('before the first step acts like one from a link: plateau does not hear the evaluation before it', async () => {
    const choices = { plateauPatience: 0, threshold: 0.5, factor: 0.1, cooldown: 0, learningRate: 0.001 } as const;
    const live = await changedAt(0, [{ schedule: 'plateau' }], choices);
    expect(live.told.cuts.length).toBeGreaterThan(0);
    const changes = [{ step: 0, id: 'schedule', value: 'plateau' }] as const;
    expect(live.report.changes).toEqual(changes);
    expect(await toldBy(choices, { changes })).toEqual(live.told);
  });

  it('to a batch that the epoch has no room for ends the epoch there, with its evaluation', async () => {
    const choices = { trainingSize: 100, batchSize: 10, dropLast: true, epochs: 4 } as const;
    const run = await (await DrivenRun.open(choices)).to(9);
    await run.change({ batchSize: 20 });
    await run.to(10);
    await run.to();
    expect(run.told.evaluations.map(([step]) => step)).toEqual([0, 9, 14, 19, 24]);
    expect(run.told).toEqual(await toldBy(choices, { changes: run.report.changes }));
    await run.close();
  });

  it('is still undone when the epoch has been left and its evaluation taken', async () => {
    const choices = { trainingSize: 100, batchSize: 10, dropLast: true, epochs: 4, earlyStopping: true, patience: 50 } as const;
    const run = await (await DrivenRun.open(choices)).to(9);
    await run.change({ batchSize: 20 });
    await run.leave();
    expect(run.report).toMatchObject({ step: 9, evaluation: { step: 9, onCadence: true } });
    await (await run.change({ batchSize: 10 })).to();
    expect(run.report.changes).toEqual([]);
    expect(run.report.end).toEqual((await toldBy(choices)).end);
    await run.close();
  });

  it('that ends an epoch does not make one evaluation count twice', async () => {
    const choices = { trainingSize: 100, batchSize: 10, dropLast: true, evaluateEvery: 3, minDelta: 1, earlyStopping: true } as const;
    const run = await (await DrivenRun.open({ ...choices, patience: 50 })).to(9);
    const before = run.report.patienceUsed;
    await (await run.change({ batchSize: 20 })).to(10);
    expect([before > 0, run.report.patienceUsed]).toEqual([true, before]);
    await run.close();
  });

  it('that takes the average up again starts it from the weights of that moment', async () => {
    const run = await (await DrivenRun.open({ average: 0.999, averageUse: 'average' })).to(8);
    await (await run.change({ average: 0 })).to(12);
    await (await run.change({ average: 0.999 })).to(13);
    const [{ average, parameters }] = [await vectorsOf(run)];
    expect(average).toEqual(parameters);
    await run.close();
  });

  it('of the monitor starts patience and the best over', async () => {
    const run = await (await DrivenRun.open({ ...impatient, patience: 500 })).to(60);
    expect(run.report.patienceUsed).toBeGreaterThan(1);
    await run.change({ monitor: 'metric' });
    expect([run.report.patienceUsed, run.report.best]).toEqual([0, undefined]);
    await run.to(64);
    expect([run.report.patienceUsed, run.report.best?.step]).toEqual([0, 64]);
    await run.close();
  });
});

/** The weights and their average in a checkpoint of the run. */
async function vectorsOf({ run }: DrivenRun): Promise<{ average: unknown; parameters: unknown }> {
  const { tensors } = decodeSafetensors(await run.checkpoint());
  return { average: tensors['average.layer1.weight']?.values, parameters: tensors['model.layer1.weight']?.values };
}

describe('changes of a link', () => {
  it('that are still ahead act after reopening from a checkpoint, and one behind does not undo what was done since', async () => {
    const changes = [
      { step: 5, id: 'learningRate', value: 0.1 },
      { step: 10, id: 'batchSize', value: 7 },
      { step: 18, id: 'l1', value: 0.01 },
    ] as const;
    const run = await (await DrivenRun.open({}, { changes })).to(8);
    await (await run.change({ learningRate: 0.05 })).to(10);
    const checkpoint = await run.run.checkpoint();
    await run.close();
    const again = await (await DrivenRun.open({}, { changes, checkpoint })).to();
    await again.close();
    expect(again.report.changes.map(({ step }) => step)).toEqual([5, 8, 10, 18]);
    const whole = await toldBy({}, { changes: again.report.changes });
    expect([...run.told.loss, ...again.told.loss]).toEqual(whole.loss);
    expect(again.told.end).toEqual(whole.end);
  });
});

/** Any of these may come at any step of any optimizer. */
const patches: readonly ConfigPatch[] = [
  { evaluateEvery: 3 },
  { evaluateEvery: 7 },
  { batchSize: 7 },
  { batchSize: 50 },
  { dropLast: true },
  { shuffle: 'once' },
  { shuffle: 'never' },
  { epochs: 3.3 },
  { epochs: 8 },
  { maxSteps: 17 },
  { momentum: 0 },
  { earlyStopping: true, patience: 2 },
  { schedule: 'plateau', plateauPatience: 0 },
  { schedule: 'exponential', gamma: 0.7 },
  { schedule: 'multistep', milestones: [1, 2], per: 'epoch' },
  { schedule: 'drawn', drawn: [[0, 1], [0.3, 0.2], [0.4, 2]] }, // prettier-ignore
  { warmup: 5 },
  { clip: 'norm', clipAt: 0.1 },
  { l1: 0.01 },
  { dropout: 0.3 },
  { learningRate: 0.3 },
  { restoreBest: false },
  { monitor: 'metric' },
  { minDelta: 0.05 },
  { average: 0.9, averageUse: 'average' },
  { average: 0 },
  { earlyStopping: true, patience: 1, onPatience: 'cut' },
  { accumulation: 2 },
  { weightDecay: 0.01 },
];

describe('any live change at any step', () => {
  it('is repeated exactly from what the run noted', async () => {
    const step = fc.integer({ min: 0, max: 23 });
    const optimizer = fc.constantFrom('sgd', 'rmsprop', 'adam' as const);
    await fc.assert(
      fc.asyncProperty(
        optimizer,
        fc.array(fc.tuple(step, fc.constantFrom(...patches)), { minLength: 1, maxLength: 3 }),
        async (kind, made) => {
          const choices = { optimizer: kind, learningRate: 0.05, ...(kind === 'adam' ? {} : { momentum: 0.9 }) } as const;
          const run = await DrivenRun.open(choices);
          for (const [at, patch] of made.toSorted(([a], [b]) => a - b)) await (await run.to(at)).change(patch);
          await run.to();
          await run.close();
          expect(await toldBy(choices, { changes: run.report.changes })).toEqual(run.told);
        },
      ),
      { numRuns: 40, seed: 20261123 },
    );
  });
});
