/** Exports through the store: what is asked of the trainer, and which answer counts. */
import { expect, it } from 'vitest';
import { createHeldTrainer } from '../testing/held-trainer.ts';
import { createAppStore } from './app-store.ts';

function open() {
  const trainer = createHeldTrainer();
  const { state, actions } = createAppStore({ trainer, later: () => () => undefined });
  actions.applyHash('#task=moons&lr=0.1&changes=5:lr:0.2');
  return { trainer, state, actions };
}

it('asks for the run as a link would tell it, and keeps the zip', async () => {
  const { trainer, state, actions } = open();
  actions.exportRun('pytorch');
  expect(state.getState().exported).toEqual({ kind: 'working', target: 'pytorch' });
  const [call] = trainer.of('exportRun');
  expect([call?.config.learningRate, call?.changes, call?.target]).toEqual([0.1, [{ step: 5, id: 'learningRate', value: 0.2 }], 'pytorch']);
  await trainer.deliver();
  expect(state.getState().exported).toMatchObject({ kind: 'ready', fileName: 'moons-pytorch.zip' });
});

it('asks for the model as it stands, whatever a link would say', async () => {
  const { trainer, state, actions } = open();
  actions.exportRun('model');
  expect([trainer.of('exportModel').length, trainer.of('exportRun').length]).toEqual([1, 0]);
  await trainer.deliver();
  expect(state.getState().exported).toMatchObject({ kind: 'ready', target: 'model', fileName: 'moons-model.zip' });
});

it('tells why an export was refused', async () => {
  const { trainer, state, actions } = open();
  actions.exportRun('keras');
  await trainer.deliver('Keras does not have it.');
  expect(state.getState().exported).toEqual({ kind: 'refused', target: 'keras', message: 'Keras does not have it.' });
});

it('lets an export that was dismissed come to nothing', async () => {
  const { trainer, state, actions } = open();
  actions.exportRun('pytorch');
  actions.dismissExport();
  await trainer.deliver();
  expect(state.getState().exported).toBeUndefined();
});
