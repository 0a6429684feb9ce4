/** The store when something goes wrong or comes from elsewhere: dead and silent workers, runs in files. */
import { describe, expect, it } from 'vitest';
import { resolve } from '../params/config.ts';
import { heldStore as setUp } from '../testing/held-store.ts';
import { hashOf } from './link.ts';
import { runFile } from './run-file.ts';

describe('faults', () => {
  const checkpoint = { step: 30, bytes: new Uint8Array() };

  it('of a dead worker are followed by a new one that goes on from the checkpoint', () => {
    const { trainer, actions, get } = setUp('#lr=0.5');
    trainer.show({ phase: 'running', step: 40 });
    trainer.emit({ type: 'checkpoint', runId: 1, checkpoint });
    trainer.emit({ type: 'fault', runId: 1, fault: { kind: 'workerDied', message: 'gone', keptStep: 30 } });
    expect(get().wantsToRun).toBe(false);
    actions.goOn();
    expect(trainer.of('revive')).toHaveLength(1);
    expect(trainer.of('start')[1]).toMatchObject({ from: checkpoint, config: get().run?.config });
    expect([get().run?.fault, get().run?.snapshot?.step]).toEqual([undefined, 40]);
    trainer.show({ phase: 'preparing' });
    expect(trainer.of('play')).toHaveLength(0);
    trainer.show({ phase: 'paused', step: 30 });
    expect(trainer.of('play')).toHaveLength(1);
  });

  it('lose none of the changes that a dead or silent worker has not heard', () => {
    const { trainer, actions, get } = setUp('#lr=0.5');
    trainer.show({ phase: 'running', step: 40 });
    trainer.emit({ type: 'checkpoint', runId: 1, checkpoint });
    trainer.emit({ type: 'pulse', state: 'silent' });
    actions.setParameter('learningRate', 0.1);
    actions.setParameter('learningRate', 0.05);
    actions.setParameter('batchSize', 50);
    actions.restartFromCheckpoint();
    trainer.show({ phase: 'preparing' });
    const before = trainer.of('change').length;
    trainer.show({ phase: 'paused', step: 30 });
    expect(trainer.of('change').slice(before).map(({ patch }) => patch)).toEqual([{ learningRate: 0.05, batchSize: 50 }]); // prettier-ignore
    expect([get().config.learningRate, trainer.of('start').at(-1)?.config.learningRate]).toEqual([0.05, 0.5]);
    trainer.show({ phase: 'paused', step: 31, changes: [{ step: 30, id: 'learningRate', value: 0.05 }] });
    expect(trainer.of('change')).toHaveLength(before + 1);
  });

  it('do not turn the user’s own changes into those of a link: Reset does not replay them', () => {
    const { trainer, actions, get } = setUp('#lr=0.5&changes=20:lr:0.2');
    const linked = { step: 20, id: 'learningRate', value: 0.2 } as const;
    trainer.show({ phase: 'running', step: 30, changes: [linked] });
    actions.setParameter('learningRate', 0.01);
    const own = { step: 31, id: 'learningRate', value: 0.01 } as const;
    trainer.show({ phase: 'running', step: 40, changes: [linked, own] });
    trainer.emit({ type: 'checkpoint', runId: 1, checkpoint });
    trainer.emit({ type: 'fault', runId: 1, fault: { kind: 'workerDied', message: 'gone', keptStep: 30 } });
    actions.restartFromCheckpoint();
    expect(trainer.of('start')[1]?.changes).toEqual([linked, own]);
    trainer.show({ phase: 'paused', step: 30, changes: [linked] });
    expect(hashOf(get())).toContain('31:lr:0.01');
    actions.reset();
    expect([get().config.learningRate, trainer.of('start')[2]?.changes]).toEqual([0.01, []]);
  });

  it('that the trainer survives only need to be acknowledged', () => {
    const { trainer, actions, get } = setUp();
    trainer.show({ phase: 'running', step: 40 });
    const fault = { kind: 'deviceLost', message: 'lost', keptStep: 30, continuesOn: 'tfjs-cpu' } as const;
    trainer.emit({ type: 'fault', runId: 1, fault });
    expect(get().run?.fault).toBe(fault);
    actions.goOn();
    expect([get().run?.fault, trainer.of('start').length]).toEqual([undefined, 1]);
  });

  it('are told when a silent engine is given up', () => {
    const { trainer, actions, get } = setUp();
    trainer.show({});
    actions.run();
    trainer.show({ phase: 'running', step: 40 });
    trainer.emit({ type: 'checkpoint', runId: 1, checkpoint });
    trainer.emit({ type: 'pulse', state: 'silent' });
    actions.restartFromCheckpoint();
    expect([trainer.of('revive').length, trainer.of('start').at(-1)?.from, get().pulse]).toEqual([1, checkpoint, 'alive']);
    expect(get().wantsToRun).toBe(true);
  });
});

describe('a run in a file', () => {
  const config = resolve({ task: 'moons', learningRate: 0.5 });
  const changes = [{ step: 20, id: 'learningRate', value: 0.2 }] as const;
  const checkpoint = { step: 30, bytes: new Uint8Array([1, 2]) };
  const fileOf = (size: number) => ({ name: 'mine.safetensors', size, arrayBuffer: () => Promise.resolve(new ArrayBuffer(2)) });
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  it('takes the place of the present one, which moves behind it; controls and link follow, and Reset repeats it', async () => {
    const { trainer, actions, get } = setUp('#lr=0.03');
    trainer.show({ phase: 'paused', step: 40 });
    trainer.inspected({ config, changes, checkpoint });
    const { taken } = get();
    actions.openFile(fileOf(2));
    await settled();
    expect(get().taken).toBe(taken + 1);
    expect(trainer.of('start').at(-1)).toMatchObject({ config, changes, from: checkpoint });
    trainer.show({ phase: 'paused', step: 30, changes });
    expect([get().previous?.id, get().config.learningRate, get().fileProblem]).toEqual([1, 0.2, undefined]);
    expect(hashOf(get())).toContain('task=moons&lr=0.5&changes=20:lr:0.2');
    expect(runFile(get())).toEqual({ name: 'moons-step-30.safetensors', bytes: checkpoint.bytes });
    actions.reset();
    expect(trainer.of('start').at(-1)).toMatchObject({ config, changes });
    expect(trainer.of('start').at(-1)?.from).toBeUndefined();
  });

  it.each([
    ['the trainer refuses it', 2, 'mine.safetensors could not be opened: not a run.'],
    ['it is too large', 3e9, 'mine.safetensors could not be opened: it is too large for a run (3,000 MB).'],
  ])('changes nothing when %s', async (_name, size, problem) => {
    const { trainer, actions, get } = setUp('#lr=0.03');
    trainer.show({ phase: 'running', step: 40 });
    const { fileProblem: _none, ...before } = get();
    actions.openFile(fileOf(size));
    await settled();
    const { fileProblem, ...after } = get();
    expect([fileProblem, after, trainer.of('start').length]).toEqual([problem, before, 1]);
    actions.dismissFileProblem();
    expect(get().fileProblem).toBeUndefined();
  });

  it('is there to be saved from the first checkpoint on', () => {
    const { trainer, get } = setUp();
    expect(runFile(get())).toBeUndefined();
    trainer.show({ phase: 'paused', step: 30 });
    trainer.emit({ type: 'checkpoint', runId: 1, checkpoint });
    expect(runFile(get())?.bytes).toBe(checkpoint.bytes);
  });
});
