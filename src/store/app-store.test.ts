/** The store on a held trainer: the test decides when it answers, and when time passes. */
import { describe, expect, it } from 'vitest';
import { heldStore as setUp } from '../testing/held-store.ts';
import { snapshotOf } from '../testing/held-trainer.ts';
import { hashOf, sharedHash } from './link.ts';

describe('a first run', () => {
  it('is prepared at once and played as soon as it is ready', () => {
    const { trainer, actions, get } = setUp();
    expect(trainer.of('start')).toHaveLength(1);
    actions.run();
    expect(trainer.of('play')).toHaveLength(0);
    trainer.show({});
    expect(trainer.of('play')).toHaveLength(1);
    expect(get().wantsToRun).toBe(true);
  });

  it('lasts about fifteen seconds at the automatic pace, and flat out when asked', () => {
    const { trainer, actions } = setUp('#pace=0');
    trainer.show({});
    actions.run();
    const { plan } = snapshotOf(1, trainer.of('start')[0]!.config);
    expect(trainer.of('play')[0]?.stepsPerSecond).toBeCloseTo(plan.totalSteps / 15);
    actions.setPace(1_000_000);
    expect(trainer.of('play')[1]?.stepsPerSecond).toBe(Infinity);
    expect(trainer.of('change')).toHaveLength(0);
  });

  it('hears of the pretrained model on its way, until it is there or the run has failed', () => {
    const { trainer, get } = setUp();
    trainer.emit({ type: 'loading', loaded: 1000, total: 4000 });
    expect(get().loading).toEqual({ loaded: 1000, total: 4000 });
    trainer.emit({ type: 'loading', loaded: 4000, total: 4000 });
    expect(get().loading).toBeUndefined();
    trainer.emit({ type: 'loading', loaded: 1000, total: 4000 });
    trainer.emit({ type: 'fault', runId: get().run!.id, fault: { kind: 'internal', message: 'The model file is damaged.', keptStep: 0 } });
    expect(get().loading).toBeUndefined();
  });

  it('gets its description, and drops an answer that is out of date', async () => {
    const { trainer, actions, get, wait } = setUp();
    actions.setParameter('task', 'moons');
    wait(1000);
    await trainer.answer();
    expect(get().description?.taskName).toBe('Task moons');
    expect(get().run?.description?.taskName).toBe('Task moons');
  });
});

describe('changes of a run in progress', () => {
  it('reach the trainer when live: a short drag is one change, made where the hand came to rest', () => {
    const { trainer, actions, wait } = setUp();
    trainer.show({ phase: 'running', step: 40 });
    for (const rate of [0.04, 0.05, 0.06, 0.07]) {
      actions.setParameter('learningRate', rate);
      wait(100);
    }
    expect(trainer.of('change')).toHaveLength(0);
    wait(50);
    expect(trainer.of('change').map((call) => call.patch)).toEqual([{ learningRate: 0.07 }]);
    wait(1000);
    expect([trainer.of('change').length, trainer.of('start').length]).toEqual([1, 1]);
  });

  it('that are no drag reach it at once, with what is held', () => {
    const { trainer, actions, wait } = setUp();
    trainer.show({ phase: 'running', step: 40 });
    actions.setParameter('learningRate', 0.04);
    actions.setParameter('clip', 'norm');
    expect(trainer.of('change').map((call) => call.patch)).toEqual([{ learningRate: 0.04, clip: 'norm' }]);
    wait(1000);
    expect(trainer.of('change')).toHaveLength(1);
  });

  it('are two a second in a long drag, and the last one is where it came to rest', () => {
    const { trainer, actions, wait } = setUp();
    trainer.show({ phase: 'running', step: 40 });
    for (let moved = 1; moved <= 60; moved++) {
      actions.setParameter('learningRate', moved / 1000);
      wait(20);
    }
    wait(1000);
    const sent = trainer.of('change').map((call) => call.patch.learningRate);
    expect(sent.length).toBe(3);
    expect(sent.at(-1)).toBe(0.06);
  });

  it('start a new run when they must, with the old one kept behind it', () => {
    const { trainer, actions, get, wait } = setUp();
    trainer.show({ phase: 'running', step: 40 });
    actions.setParameter('activation', 'relu');
    expect(get().dirty).toBe(true);
    wait(500);
    expect(trainer.of('start')[1]?.config.activation).toBe('relu');
    expect([get().previous?.snapshot?.step, get().run?.snapshot, get().dirty]).toEqual([40, undefined, false]);
  });

  it('start a new run that trains on if the old one was training, and only then', () => {
    const { trainer, actions, get, wait } = setUp();
    trainer.show({});
    actions.run();
    trainer.show({ phase: 'running', step: 40 });
    actions.setParameter('activation', 'relu');
    wait(500);
    trainer.show({ phase: 'ready', step: 0 });
    expect([trainer.of('start').length, trainer.of('play').length, get().wantsToRun]).toEqual([2, 2, true]);
    actions.oneEpoch();
    actions.setParameter('activation', 'gelu');
    wait(500);
    trainer.show({ phase: 'ready', step: 0 });
    expect([trainer.of('start').length, trainer.of('play').length, get().wantsToRun]).toEqual([3, 2, false]);
  });

  it('leave no previous run when there was no step', () => {
    const { trainer, actions, get, wait } = setUp();
    trainer.show({});
    actions.setParameter('learningRate', 0.5);
    wait(500);
    expect(trainer.of('start')).toHaveLength(2);
    expect(trainer.of('change')).toHaveLength(0);
    expect(get().previous).toBeUndefined();
  });

  it('extend a finished run instead of starting another', () => {
    const { trainer, actions, get } = setUp();
    const end = { reason: 'epochs', step: 100, bestStep: 80, bestValLoss: 0.1, testLoss: 0.1, testMetric: 0.9, restored: false } as const;
    trainer.show({ phase: 'ended', step: 100, end });
    actions.setParameter('epochs', get().config.epochs + 10);
    actions.run();
    expect(trainer.of('start')).toHaveLength(1);
    expect(trainer.of('change')).toHaveLength(1);
    expect(trainer.of('play')).toHaveLength(1);
  });

  it('give a run that stopped early more patience instead of starting another', () => {
    const { trainer, actions, get } = setUp('#stop=1&patience=5');
    const end = {
      reason: 'earlyStop',
      step: 100,
      bestStep: 50,
      bestValLoss: 0.1,
      testLoss: 0.1,
      testMetric: 0.9,
      restored: false,
    } as const;
    trainer.show({ phase: 'ended', step: 100, patienceUsed: 5, end });
    actions.setParameter('patience', 6);
    actions.run();
    expect([trainer.of('start').length, trainer.of('change').at(-1)?.patch]).toEqual([1, { patience: 6 }]);
    trainer.show({ phase: 'running', step: 110 });
    trainer.show({ phase: 'ended', step: 120, patienceUsed: 6, end: { ...end, step: 120 } });
    actions.setParameter('patience', 4);
    actions.run();
    expect([trainer.of('start').length, get().config.patience]).toEqual([2, 4]);
  });

  it('wait for Run once a run has ended, and Run then starts anew', () => {
    const { trainer, actions, wait, get } = setUp();
    trainer.show({ phase: 'ended', step: 100 });
    actions.setParameter('learningRate', 0.5);
    wait(1000);
    expect(trainer.of('start')).toHaveLength(1);
    actions.run();
    expect(trainer.of('start')[1]?.config.learningRate).toBe(0.5);
    expect(get().previous?.snapshot?.step).toBe(100);
  });
});

describe('run controls', () => {
  it('train one step or one epoch and stop wanting to run when there', () => {
    const { trainer, actions, get } = setUp();
    trainer.show({});
    actions.oneStep();
    actions.oneEpoch();
    expect(trainer.of('advance').map((call) => call.amount)).toEqual([{ steps: 1 }, { epochs: 1 }]);
    expect(get().wantsToRun).toBe(true);
    trainer.show({ phase: 'paused', step: 10 });
    expect(get().wantsToRun).toBe(false);
  });

  it('pause, and forget a wish that was not granted', () => {
    const { trainer, actions } = setUp();
    actions.run();
    actions.pause();
    trainer.show({});
    expect([trainer.of('play').length, trainer.of('pause').length]).toEqual([0, 1]);
  });

  it('ignore words about a run that is no more', () => {
    const { trainer, actions, get } = setUp();
    trainer.show({ phase: 'running', step: 5 });
    const late = snapshotOf(1, get().config, { phase: 'running', step: 6 });
    actions.reset();
    trainer.emit({ type: 'snapshot', snapshot: late });
    expect(get().run?.snapshot).toBeUndefined();
  });
});

describe('links', () => {
  it('hold what differs and bring it back', () => {
    const { get } = setUp('#task=moons&lr=0.5&hide=l1&lock=lr&view=projector');
    expect([get().config.task, get().config.learningRate, get().hidden, get().locked, get().projector]).toEqual([
      'moons',
      0.5,
      ['l1'],
      ['learningRate'],
      true,
    ]);
    const again = setUp(hashOf(get()));
    expect(again.get().config).toEqual(get().config);
    expect(again.get().locked).toEqual(['learningRate']);
  });

  it('name what they could not use and use the rest', () => {
    const { get } = setUp('#lr=NaN&noise=0.2&nonsense=1');
    expect(get().problems.map((problem) => problem.key)).toEqual(expect.arrayContaining(['lr', 'nonsense']));
    expect(get().config.noise).toBe(0.2);
  });

  it('say what the run began with and what acted on it, and which engine ran', () => {
    const { trainer, actions, get } = setUp('#lr=0.5');
    trainer.emit({ type: 'engine', runId: 1, report: { engine: 'tfjs-cpu', device: 'd', why: 'w', candidates: [] } });
    trainer.show({ phase: 'running', step: 40 });
    actions.setParameter('learningRate', 0.01);
    trainer.show({ phase: 'running', step: 50, changes: [{ step: 41, id: 'learningRate', value: 0.01 }] });
    expect(hashOf(get())).toMatch(/lr=0\.5&.*changes=41:lr:0\.01/);
    expect(hashOf(get())).not.toContain('engine=');
    expect(sharedHash(get())).toContain('engine=tfjs-cpu');
  });

  it('replay their changes, show them on the controls, and replay them again after Reset', () => {
    const { trainer, actions, get } = setUp('#lr=0.5&changes=400:lr:0.003');
    const change = { step: 400, id: 'learningRate', value: 0.003 } as const;
    expect(trainer.of('start')[0]?.changes).toEqual([change]);
    trainer.show({ phase: 'running', step: 401, changes: [change] });
    expect(get().config.learningRate).toBe(0.003);
    actions.reset();
    expect([get().config.learningRate, trainer.of('start')[1]?.changes]).toEqual([0.5, [change]]);
  });

  it('are counted, and a moved control is none: what was typed for one goes with it', () => {
    const { actions, get } = setUp('#lr=0.1');
    const { taken } = get();
    actions.setParameter('learningRate', 0.2);
    expect(get().taken).toBe(taken);
    actions.applyHash('#lr=0.1');
    actions.tryPreset('#task=moons');
    expect(get().taken).toBe(taken + 2);
  });

  it('of an experiment to start from leave alone what a teacher has set', () => {
    const { actions, get } = setUp('#hide=batch,momentum&lock=lr&view=projector&lr=0.5');
    const { hidden } = get();
    actions.tryPreset('#task=moons&batch=1');
    expect(get()).toMatchObject({
      config: { task: 'moons', batchSize: 1 },
      locked: ['learningRate'],
      projector: true,
      hidden,
      problems: [],
    });
    expect(get().config.learningRate).not.toBe(0.5);
  });

  it('start by themselves when they say so', () => {
    const { trainer } = setUp('#run=1');
    trainer.show({});
    expect(trainer.of('play')).toHaveLength(1);
  });
});
