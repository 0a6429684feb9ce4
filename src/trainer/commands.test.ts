/** Commands that come on each other's heels, and what happens when an engine goes at an awkward moment. */
import { describe, expect, it } from 'vitest';
import { EngineError } from '../engine/engine-error.ts';
import type { Executor } from '../graph/executor.ts';
import { feedList } from '../graph/feeds.ts';
import type { Change } from '../params/changes.ts';
import type { ConfigPatch } from '../params/config.ts';
import { failingAfter, openInTurn } from '../testing/faulty-executor.ts';
import { openInline } from '../testing/inline.ts';
import { contractConfig, historyOf } from '../testing/contract-runs.ts';
import { Witness } from '../testing/trainer-witness.ts';
import type { OpenEngine } from './job-request.ts';

const long = { epochs: 10_000, schedule: 'constant' } as const;
const sound = (executor: Executor) => executor;

/** An engine whose every picture takes a while once `busy` is set. */
function slow() {
  const device = { busy: false };
  const openEngine = openInTurn([
    (cpu) => ({
      ...cpu,
      evaluate: async (name, feed) => {
        if (name === 'predict' && device.busy) await Witness.pass(5);
        return cpu.evaluate(name, feed);
      },
    }),
  ]);
  return { device, openEngine };
}

interface Opening {
  readonly choices?: ConfigPatch;
  readonly changes?: readonly Change[];
  readonly openEngine?: OpenEngine;
}

/** Where the run has come to once nothing more is heard. */
async function settled(witness: Witness, milliseconds = 250): Promise<readonly [phase: string | undefined, step: number | undefined]> {
  for (let heard = -1; heard !== witness.events.length;) {
    heard = witness.events.length;
    await Witness.pass(milliseconds);
  }
  return standing(witness);
}

function standing(witness: Witness): readonly [phase: string | undefined, step: number | undefined] {
  const last = witness.of('snapshot').at(-1)?.snapshot;
  return [last?.phase, last?.step];
}

/** It comes to stand there, however long a busy machine takes, and stays. */
async function expectSettled(witness: Witness, expected: readonly [phase: string, step: number]): Promise<void> {
  await expect.poll(() => standing(witness), { timeout: 10_000 }).toEqual(expected);
  expect(await settled(witness)).toEqual(expected);
}

/** A trainer with a run that is ready, at rest. */
async function atRest({ choices = long, changes = [], openEngine }: Opening = {}): Promise<Witness> {
  const witness = new Witness(openInline(openEngine ? { openEngine } : {}));
  await witness.after(() => witness.trainer.start(1, contractConfig(choices), changes), 'ready');
  await settled(witness, 50);
  return witness;
}

describe('commands given at once', () => {
  it.each([2, 5])('One step %i times makes as many steps', async (times) => {
    const witness = await atRest();
    for (let i = 0; i < times; i++) witness.trainer.advance({ steps: 1 });
    await expectSettled(witness, ['paused', times]);
    witness.trainer.dispose();
  });

  it('One step five times, while the picture of the step before is being made', async () => {
    const { device, openEngine } = slow();
    const witness = await atRest({ openEngine });
    device.busy = true;
    for (let i = 0; i < 5; i++) {
      witness.trainer.advance({ steps: 1 });
      await Witness.pass(20);
    }
    await expectSettled(witness, ['paused', 5]);
    witness.trainer.dispose();
  });

  it('One epoch, then Pause: it stays where it was', async () => {
    const witness = await atRest();
    witness.trainer.advance({ epochs: 1 });
    witness.trainer.pause();
    const [phase, step = 4] = await settled(witness);
    expect(phase).not.toBe('running');
    expect(step).toBeLessThan(4);
    witness.trainer.dispose();
  });

  it('many epochs asked for during a picture, then Pause: stops long before', async () => {
    const { device, openEngine } = slow();
    const witness = await atRest({ openEngine });
    device.busy = true;
    witness.trainer.advance({ steps: 1 });
    await Witness.pass(20);
    witness.trainer.advance({ epochs: 5000 });
    await Witness.pass(10);
    witness.trainer.pause();
    const [phase, step = Infinity] = await settled(witness);
    expect(phase).toBe('paused');
    expect(step).toBeGreaterThanOrEqual(1);
    expect(step).toBeLessThan(10_000);
    witness.trainer.dispose();
  });

  it('One step, then Run: runs', async () => {
    const witness = await atRest();
    const from = witness.events.length;
    witness.trainer.advance({ steps: 1 });
    witness.trainer.play(Infinity);
    expect((await witness.phase('running', from, 20)).step).toBeGreaterThanOrEqual(20);
    witness.trainer.dispose();
  });
});

describe('One epoch', () => {
  it('ends at the next boundary after a change of batch size in mid-epoch', async () => {
    const witness = await atRest();
    await witness.after(() => witness.trainer.advance({ steps: 2 }), 'paused', 2);
    await witness.after(() => witness.trainer.change({ batchSize: 7 }), 'paused', 2);
    // 18 examples are left: three steps; then whole epochs of eight.
    const first = await witness.after(() => witness.trainer.advance({ epochs: 1 }), 'paused', 3);
    expect([first.step, first.epoch]).toEqual([5, 1]);
    const second = await witness.after(() => witness.trainer.advance({ epochs: 1 }), 'paused', 6);
    expect([second.step, second.epoch]).toEqual([13, 2]);
    witness.trainer.dispose();
  });
});

describe('an engine lost', () => {
  it('during the last picture of an ended run: it ends again, at the same step', async () => {
    let broken = false;
    const lost = (cpu: Executor): Executor => ({
      ...cpu,
      evaluate: (name, feed) =>
        name === 'predict' && broken ? Promise.reject(new EngineError('deviceLost', 'Gone.')) : cpu.evaluate(name, feed),
      run: async (feeds) => {
        const columns = await cpu.run(feeds);
        broken ||= feedList(feeds).at(-1)?.step === 23;
        return columns;
      },
    });
    const witness = await atRest({ choices: {}, openEngine: openInTurn([lost, sound]) });
    witness.trainer.play(Infinity);
    await expectSettled(witness, ['ended', 24]);
    expect(witness.of('fault').map(({ fault }) => fault.continuesOn)).toEqual(['engine 2']);
    const undisturbed = await atRest({ choices: {} });
    const whole = await undisturbed.after(() => undisturbed.trainer.play(Infinity), 'ended');
    const end = witness.of('snapshot').at(-1)?.snapshot;
    expect(end && historyOf(end)).toEqual(historyOf(whole));
    witness.trainer.dispose();
    undisturbed.trainer.dispose();
  });

  it('while another run waits to start: none is opened for the old one', async () => {
    let opened = 0;
    const failing = (cpu: Executor): Executor => ({
      ...cpu,
      run: async () => {
        await Witness.pass(60);
        throw new EngineError('deviceLost', 'Gone.');
      },
    });
    const engines = openInTurn([failing, sound, sound]);
    const witness = await atRest({ openEngine: (...asked) => (opened++, engines(...asked)) });
    witness.trainer.play(Infinity);
    await Witness.pass(20);
    const from = witness.events.length;
    await witness.after(() => witness.trainer.start(2, contractConfig(long), []), 'ready');
    await settled(witness, 100);
    expect(opened).toBe(2);
    const ids = witness.events.slice(from).flatMap((event) => (event.type === 'engine' || event.type === 'fault' ? [event.runId] : []));
    expect(ids).toEqual([2]);
    witness.trainer.dispose();
  });

  it('before a planned change has acted: the change still acts', async () => {
    const changes = [{ step: 18, id: 'learningRate', value: 0.3 }] as const;
    const witness = await atRest({ choices: {}, changes, openEngine: openInTurn([(cpu) => failingAfter(cpu, 3, 'deviceLost'), sound]) });
    const end = await witness.after(() => witness.trainer.play(Infinity), 'ended');
    const fault = witness.of('fault')[0]?.fault;
    expect(fault?.continuesOn).toBe('engine 2');
    expect(end.changes).toEqual(changes);
    const undisturbed = await atRest({ choices: {}, changes });
    expect(historyOf(end)).toEqual(historyOf(await undisturbed.after(() => undisturbed.trainer.play(Infinity), 'ended')));
    witness.trainer.dispose();
    undisturbed.trainer.dispose();
  });
});
