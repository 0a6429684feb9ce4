/** Beginning to draw a schedule. */
import { describe, expect, it } from 'vitest';
import type { Curve } from '../params/kinds.ts';
import { heldStore } from '../testing/held-store.ts';
import { hashOf } from './link.ts';

const own: Curve = [[0, 0.5], [1, 0.1]]; // prettier-ignore

describe('choosing the drawn schedule', () => {
  it('begins with what was planned, so that nothing jumps, and anew as long as nobody has drawn', async () => {
    const { trainer, actions, get } = heldStore('#sched=wsd&decayShare=0.5');
    await trainer.answer();
    trainer.show({});
    actions.setParameter('schedule', 'drawn');
    expect(get().config.drawn).toEqual([[0, 1], [0.5, 1], [1, 0]]); // prettier-ignore
    actions.setParameter('schedule', 'constant');
    actions.setParameter('schedule', 'drawn');
    expect(new Set(get().config.drawn.map(([, factor]) => factor))).toEqual(new Set([1]));
    actions.setParameter('drawn', own);
    actions.setParameter('schedule', 'cosine');
    actions.setParameter('schedule', 'drawn');
    expect(get().config.drawn).toEqual(own);
  });

  it('leaves the curve of a link alone, and one that a teacher has fixed', () => {
    for (const [hash, drawn] of [
      ['#drawn=0:0.5,1:0.1', own],
      [
        '#lock=drawn',
        [
          [0, 1],
          [1, 0],
        ],
      ],
    ] as const) {
      // prettier-ignore
      const { trainer, actions, get } = heldStore(hash);
      trainer.show({});
      actions.setParameter('schedule', 'drawn');
      expect(get().config.drawn).toEqual(drawn);
    }
  });

  it('in a run that moves sends schedule and curve together, and a drawing as a live change that the link carries', () => {
    const { trainer, actions, wait, get } = heldStore('#sched=linear&endFactor=0.5');
    trainer.show({ phase: 'running', step: 40 });
    actions.setParameter('schedule', 'drawn');
    expect(trainer.of('change').map(({ patch }) => patch)).toEqual([{ schedule: 'drawn', drawn: [[0, 1], [1, 0.5]] }]); // prettier-ignore
    wait(200);
    actions.setParameter('drawn', own);
    wait(200);
    expect(trainer.of('change').at(-1)?.patch).toEqual({ drawn: own });
    const changes = [{ step: 41, id: 'schedule', value: 'drawn' }, { step: 55, id: 'drawn', value: own }] as const; // prettier-ignore
    trainer.show({ phase: 'running', step: 60, changes });
    expect(hashOf(get())).toBe('#v=1&sched=linear&endFactor=0.5&changes=41:sched:drawn,55:drawn:0:0.5;1:0.1');
    expect(trainer.of('start')).toHaveLength(1);
  });
});
