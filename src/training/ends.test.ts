/** The end of a run takes nothing away: what it puts aside comes back when the run goes on, is saved, or ends again elsewhere. */
import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../shared/safetensors.ts';
import { DrivenRun, toldBy } from '../testing/driven-run.ts';

/** Learns so fast that the best weights lie behind at the end, which is in the middle of an epoch. */
const wild = { learningRate: 1, epochs: 6.5, restoreBest: true } as const;

describe.each(['adam', 'sgd'] as const)('an end that restored the best weights: %s', (optimizer) => {
  const choices = { ...wild, optimizer, ...(optimizer === 'sgd' ? { learningRate: 3, momentum: 0.9 } : {}) };

  it('extended equals the longer run: the last weights come back', async () => {
    const run = await (await DrivenRun.open(choices)).to();
    expect(run.report.end?.restored).toBe(true);
    await (await run.change({ epochs: 9 })).to();
    expect(run.told).toEqual(await toldBy({ ...choices, epochs: 9 }));
    await run.close();
  });

  it('a checkpoint taken there holds the last weights, and goes on from them', async () => {
    const run = await (await DrivenRun.open(choices)).to();
    const checkpoint = await run.run.checkpoint();
    await run.close();
    const { tensors } = decodeSafetensors(checkpoint);
    expect(tensors['best.layer1.weight']).toBeDefined();
    expect(tensors['model.layer1.weight']?.values).not.toEqual(tensors['best.layer1.weight']?.values);
    const changes = [{ step: run.report.step, id: 'epochs', value: 9 }] as const;
    const rest = await toldBy(choices, { checkpoint, changes });
    const longer = await toldBy({ ...choices, epochs: 9 });
    expect(rest.loss.length).toBeGreaterThan(0);
    expect(rest.loss).toEqual(longer.loss.slice(run.report.step));
    expect(rest.end).toEqual(longer.end);
  });
});

describe('an end off the cadence that cuts', () => {
  it('does not: extended, the run is the longer one', async () => {
    const choices = { epochs: 6.5, earlyStopping: true, onPatience: 'cut', patience: 4, minDelta: 1, warmup: 0 } as const;
    const run = await (await DrivenRun.open(choices)).to(25);
    await (await run.change({ patience: 2 })).to();
    expect(run.report).toMatchObject({ cuts: [16], end: { step: 26 } });
    await (await run.change({ epochs: 9 })).to();
    const { changes } = run.report;
    expect(run.told).toEqual(await toldBy({ ...choices, epochs: 9 }, { changes: changes.filter(({ id }) => id === 'patience') }));
    await run.close();
  });
});

describe('a run that diverged', () => {
  it('is over when it is opened again', async () => {
    const choices = { optimizer: 'sgd', learningRate: 10, momentum: 0.99, activation: 'relu', loss: 'mse', task: 'curve' } as const;
    const run = await (await DrivenRun.open(choices)).to();
    expect(run.report.end).toMatchObject({ reason: 'diverged' });
    const again = await DrivenRun.open(choices, { checkpoint: await run.run.checkpoint() });
    expect(again.report.end).toEqual(run.report.end);
    expect(again.report.step).toBe(run.report.step);
    await run.close();
    await again.close();
  });
});

describe('an end off the cadence', () => {
  const choices = { epochs: 3.5, earlyStopping: true, patience: 40 } as const;

  it('is the same after epochs were moved up and back', async () => {
    const run = await (await DrivenRun.open(choices)).to();
    const first = run.told;
    expect(first.end).toMatchObject({ reason: 'epochs', step: 14 });
    await (await run.change({ epochs: 6 })).change({ epochs: 3.5 });
    await run.to();
    expect(run.told).toEqual(first);
    expect(run.report.changes).toEqual([]);
    await run.close();
  });

  it('is the same after the run has gone on from a checkpoint of it', async () => {
    const run = await (await DrivenRun.open(choices)).to();
    const checkpoint = await run.run.checkpoint();
    await run.close();
    const again = await (await DrivenRun.open(choices, { checkpoint })).to();
    expect(again.report.end).toEqual(run.report.end);
    expect(again.report.patienceUsed).toBe(run.report.patienceUsed);
    await again.close();
  });
});

describe('a checkpoint of an end off the cadence', () => {
  it('does not hold the evaluation there: a run that goes on has never heard of it', async () => {
    const choices = { epochs: 3.5, optimizer: 'sgd', momentum: 0.9, learningRate: 0.05 } as const;
    const run = await (await DrivenRun.open(choices)).to();
    expect(run.report.end?.bestStep).toBe(14);
    const checkpoint = await run.run.checkpoint();
    await run.close();
    const on = await (await DrivenRun.open(choices, { checkpoint, changes: [{ step: 14, id: 'epochs', value: 6 }] })).to(15);
    expect(on.report.best?.step).toBe(12);
    await on.close();
  });
});

describe('reduce on plateau', () => {
  /** Each evaluation that is heard, but for the first, cuts: none is half of the one before. */
  const choices = { schedule: 'plateau', plateauPatience: 0, threshold: 0.5, factor: 0.5, cooldown: 0, learningRate: 0.001 } as const;

  it('does not listen during warm-up', async () => {
    expect((await toldBy({ ...choices, warmup: 0 })).cuts).toEqual([4, 8, 12, 16, 20, 24]);
    expect((await toldBy({ ...choices, warmup: 6 })).cuts).toEqual([12, 16, 20, 24]);
    expect((await toldBy({ ...choices, warmup: 8 })).cuts).toEqual([12, 16, 20, 24]);
  });

  it('does not listen to an evaluation off the cadence', async () => {
    const run = await (await DrivenRun.open({ ...choices, epochs: 3.5 })).to();
    expect(run.report.evaluation).toMatchObject({ step: 14, onCadence: false });
    expect(run.report.cuts).toEqual([4, 8, 12]);
    await (await run.change({ epochs: 6 })).to();
    expect(run.report.cuts).toEqual([4, 8, 12, 16, 20, 24]);
    await run.close();
  });
});
