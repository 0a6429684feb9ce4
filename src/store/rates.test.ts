/** Range tests as the store sees them: when one may be asked for, what is taken in, how it is put away. */
import { describe, expect, it } from 'vitest';
import { createHeldTrainer } from '../testing/held-trainer.ts';
import type { RateTest } from '../trainer/trainer.ts';
import { createAppStore } from './app-store.ts';
import { isSearching, whyNoRates } from './rates.ts';

function setUp(hash = '') {
  const trainer = createHeldTrainer();
  const { state, actions } = createAppStore({ trainer, later: () => () => undefined });
  actions.applyHash(hash);
  return { trainer, actions, get: state.getState };
}

const underWay: RateTest = { fromStep: 40, plannedSteps: 200, points: [], suggestions: {} };

describe('a range test', () => {
  it('cannot be had before the run is prepared, nor where the rate means nothing', () => {
    const { trainer, actions, get } = setUp();
    expect(whyNoRates(get())).toMatch(/prepared/);
    actions.findRate();
    expect(trainer.of('findRate')).toHaveLength(0);
    trainer.show({});
    expect(whyNoRates(get())).toBeUndefined();
    expect(whyNoRates(setUp('#opt=rprop').get())).toMatch(/Rprop/);
    expect(whyNoRates(setUp('#task=text&text=own').get())).toMatch(/no text yet: choose a file, or paste/);
  });

  it('pauses a run in progress after its last change, and is kept up to date until its last word', () => {
    const { trainer, actions, get } = setUp();
    trainer.show({});
    actions.run();
    trainer.show({ phase: 'running', step: 40 });
    for (const rate of [0.04, 0.05]) actions.setParameter('learningRate', rate);
    actions.findRate();
    expect(trainer.calls.slice(-3).map(({ name }) => name)).toEqual(['change', 'pause', 'findRate']);
    expect([get().wantsToRun, isSearching(get())]).toEqual([false, true]);
    trainer.emit({ type: 'rates', runId: 1, news: underWay });
    expect(isSearching(get())).toBe(true);
    const over = { ...underWay, end: 'highest', suggestions: { valley: 0.1 } } as const;
    trainer.emit({ type: 'rates', runId: 1, news: over });
    trainer.emit({ type: 'rates', runId: 1, news: underWay });
    expect([get().rates?.news, isSearching(get())]).toEqual([over, false]);
  });

  it('stays when a rate of it starts a new run, and does not wait for a run that is no more', () => {
    const { trainer, actions, get } = setUp();
    trainer.show({});
    actions.findRate();
    actions.reset();
    expect(isSearching(get())).toBe(false);
    trainer.emit({ type: 'rates', runId: 1, news: { ...underWay, end: 'stopped' } });
    expect(get().rates).toMatchObject({ runId: 1 });
  });

  it('is called off by closing, and put away once it is over', () => {
    const { trainer, actions, get } = setUp();
    trainer.show({});
    actions.findRate();
    actions.closeRates();
    expect(trainer.calls.at(-1)?.name).toBe('pause');
    const calls = trainer.calls.length;
    actions.closeRates();
    expect([get().rates, trainer.calls.length]).toEqual([undefined, calls]);
  });
});
