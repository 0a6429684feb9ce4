/** The address follows the state, and the state a pasted address; neither chases the other. */
import { describe, expect, it } from 'vitest';
import { createAppStore } from '../../store/app-store.ts';
import { createHeldTrainer } from '../../testing/held-trainer.ts';
import { followAddress } from './address.ts';

function setUp(opened: string) {
  const trainer = createHeldTrainer();
  const due: (() => void)[] = [];
  const later = (_milliseconds: number, action: () => void) => {
    due.push(action);
    return () => void due.splice(due.indexOf(action), due.includes(action) ? 1 : 0);
  };
  const wait = () => due.splice(0).forEach((action) => action());
  const store = createAppStore({ trainer, later });
  let hash = opened;
  let changed: () => void = () => undefined;
  const written: string[] = [];
  const replace = (next: string) => {
    hash = next;
    written.push(next);
  };
  followAddress(store, { hash: () => hash, replace, onChange: (listener) => void (changed = listener) }, later);
  const type = (next: string) => (hash = next);
  const announce = () => changed();
  const paste = (next: string) => {
    type(next);
    announce();
  };
  return { store, written, wait, type, announce, paste, trainer };
}

describe('the address', () => {
  it('is read first and written later, once for many movements', () => {
    const { store, written, wait } = setUp('#task=moons');
    for (const rate of [0.1, 0.2, 0.3]) store.actions.setParameter('learningRate', rate);
    expect(written).toEqual([]);
    wait();
    expect(written).toEqual(['#v=1&task=moons&lr=0.3']);
  });

  it('is taken over when somebody pastes another link', () => {
    const { store, wait, paste, trainer } = setUp('');
    wait();
    paste('#task=xor&lr=0.5');
    expect([store.state.getState().config.task, trainer.of('start').at(-1)?.config.learningRate]).toEqual(['xor', 0.5]);
  });

  it('is not overwritten between being typed and being announced', () => {
    const { store, written, wait, type, announce } = setUp('#task=moons&run=1');
    type('#v=1&task=xor');
    wait();
    expect(written).toEqual([]);
    announce();
    wait();
    expect([store.state.getState().config.task, written]).toEqual(['xor', []]);
  });

  it('follows a change that takes the place of another at the same step', () => {
    const { written, wait, trainer } = setUp('#task=moons');
    const changeTo = (value: number) => trainer.show({ phase: 'paused', step: 9, changes: [{ step: 9, id: 'learningRate', value }] });
    changeTo(0.05);
    wait();
    changeTo(0.06);
    wait();
    expect(written.at(-1)).toContain('changes=9:lr:0.06');
  });

  it('is not written again when it says the same', () => {
    const { store, written, wait } = setUp('#v=1&task=moons');
    wait();
    store.actions.setParameter('learningRate', 0.2);
    store.actions.resetParameter('learningRate');
    wait();
    expect(written).toEqual([]);
  });
});
