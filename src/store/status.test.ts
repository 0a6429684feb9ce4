/** The status sentence, phase by phase. */
import { describe, expect, it } from 'vitest';
import { resolve } from '../params/config.ts';
import { planRun } from '../schedule/plan.ts';
import { describedAs, snapshotOf } from '../testing/held-trainer.ts';
import type { RunEnd, RunSnapshot } from '../trainer/trainer.ts';
import type { RunRecord } from './state.ts';
import { announcement, statusText, type StatusFacts } from './status.ts';

const config = resolve({ earlyStopping: true, patience: 20 });

function facts(parts: Partial<RunSnapshot>, run: Partial<RunRecord> = {}, rest: Partial<StatusFacts> = {}): StatusFacts {
  const plan = { ...planRun(config, config.trainingSize), totalSteps: 2000, stepsPerEpoch: 25 };
  const snapshot = snapshotOf(1, config, { plan, ...parts });
  const description = describedAs(config);
  return { run: { id: 1, config, planned: [], description, snapshot, ...run }, pulse: 'alive', wantsToRun: true, config, ...rest };
}

const end: RunEnd = { reason: 'epochs', step: 2000, bestStep: 1180, bestValLoss: 0.03, testLoss: 0.05, testMetric: 0.975, restored: true };
const best = { step: 220, valLoss: 0.03, valMetric: 0.9 };
const evaluation = { step: 240, valLoss: 0.031, valMetric: 0.9 };

describe('the status sentence', () => {
  it('says where a running run is', () => {
    const text = statusText(facts({ phase: 'running', step: 240, epoch: 9.6, evaluation, best, patienceUsed: 3 }));
    expect(text).toBe('Running. Step 240 of 2,000 · epoch 9.6 · validation 0.031, best 0.03 at step 220 · patience 3 of 20');
  });
  it('says of a text among how many tokens the model seems to choose', () => {
    const picture = { kind: 'tokens', tokens: Uint16Array.of(0, 1), length: 2, promptLength: 0, names: ['a', 'b'] } as const;
    const moved = { phase: 'running', step: 240, evaluation: { step: 240, valLoss: 2, valMetric: 2.9 } } as const;
    const described = (promptLength: number) => ({ description: { ...describedAs(config), picture: { ...picture, promptLength } } });
    expect(statusText(facts(moved, described(0)))).toContain('validation 2 · perplexity 7.39 · patience');
    expect(statusText(facts(moved, described(1)))).not.toContain('perplexity');
  });
  it('says of a pretrained model what it still knows of its old text, beside what it learns', () => {
    const said = (oldLoss: object) => statusText(facts({ phase: 'running', step: 240, evaluation: { ...evaluation, ...oldLoss } }));
    expect(said({ oldLoss: 3.915 })).toMatch(/· validation 0\.031 · old text 3\.9\d*/);
    expect(said({})).not.toContain('old text');
    expect(statusText(facts({ evaluation: { ...evaluation, oldLoss: 3.5 } }))).toMatch(/before training 0\.031 · old text 3\.5$/);
  });
  it('says what is prepared and what is ready', () => {
    expect(statusText({ pulse: 'alive', wantsToRun: false, config })).toContain('Preparing');
    expect(statusText(facts({ evaluation }))).toBe('Ready. 2,000 steps planned, 25 to an epoch · validation loss before training 0.031');
    expect(statusText(facts({ phase: 'paused', step: 240 }))).toContain('Paused. Step 240');
  });
  it('says how much of the pretrained model has come', () => {
    const loading = { loaded: 2_140_000, total: 4_300_000 };
    expect(statusText({ pulse: 'alive', wantsToRun: false, config, loading })).toBe('Loading the pretrained model: 2.1 of 4.3 MB…');
    expect(statusText(facts({ evaluation }, {}, { loading }))).toMatch(/^Ready/);
  });
  it('says why a run ended', () => {
    const ended = (parts: Partial<RunEnd>) =>
      statusText(facts({ phase: 'ended', step: 2000, epoch: 80, evaluation, best, end: { ...end, ...parts } }));
    expect(ended({})).toMatch(/^Finished: 80 epochs, 2,000 steps .*test accuracy 97.5\s%.*weights of step 1,180 were put back\.$/);
    expect(ended({ reason: 'steps' })).toContain('the step limit of 2,000 is reached');
    expect(ended({ reason: 'earlyStop', step: 1480 })).toContain('Stopped early at step 1,480: nothing better for 20 evaluations');
  });
  it('says where and how a run diverged and what to try', () => {
    const divergence = { layer: 'layer 2', learningRate: 3, clipped: false, loss: NaN };
    const text = statusText(facts({ phase: 'ended', step: 388, end: { ...end, reason: 'diverged', step: 388, divergence } }));
    expect(text).toContain(
      'Diverged at step 388 in layer 2: the loss is no longer a number. Learning rate 3, the gradient was not clipped.',
    );
    expect(text).toContain('Try a tenth of the rate, or clip the gradient.');
  });
  it('says when the engine is busy, silent or gone', () => {
    expect(statusText(facts({ phase: 'running', step: 3 }, {}, { pulse: 'busy' }))).toMatch(/^Engine busy\. Running/);
    const checkpoint = { step: 1200, bytes: new Uint8Array() };
    expect(statusText(facts({}, { checkpoint }, { pulse: 'silent' }))).toContain('restart it from step 1,200');
    expect(statusText(facts({}, { fault: { kind: 'workerDied', message: 'x', keptStep: 30 } }))).toContain('up to step 30 is kept');
  });
  it('warns', () => {
    expect(statusText(facts({ phase: 'running', step: 3, warnings: ['stuckAtChance'] }))).toContain('Stuck at chance');
    expect(statusText(facts({ phase: 'running', step: 3, warnings: ['noUnitAlive'] }))).toContain('No unit');
  });
});

describe('announcements', () => {
  it('are made when the run changes, not when it moves on', () => {
    const running = facts({ phase: 'running', step: 3 });
    expect(announcement(running, facts({ phase: 'running', step: 4 }))).toBeUndefined();
    expect(announcement(running, facts({ phase: 'ended', step: 2000, epoch: 80, end }))).toContain('Finished');
    expect(announcement(running, facts({ phase: 'running', step: 4, warnings: ['stuckAtChance'] }))).toContain('Stuck at chance');
  });
});
