/** What only the inline form can show: a held clock, engines that fail, files that are missing. */
import { describe, expect, it } from 'vitest';
import { readAsset } from '../cli/read-asset.ts';
import { EngineError } from '../engine/engine-error.ts';
import { failingAfter, openInTurn } from '../testing/faulty-executor.ts';
import { openInline } from '../testing/inline.ts';
import { contractConfig, historyOf } from '../testing/contract-runs.ts';
import { Witness } from '../testing/trainer-witness.ts';
import type { ConfigPatch } from '../params/config.ts';
import type { Executor } from '../graph/executor.ts';
import type { RunSnapshot } from './trainer.ts';

const sound = (executor: Executor) => executor;

async function start(witness: Witness, choices: ConfigPatch = {}): Promise<RunSnapshot> {
  return witness.after(() => witness.trainer.start(1, contractConfig(choices), []), 'ready');
}

async function undisturbed(choices: ConfigPatch = {}, patch?: ConfigPatch): Promise<RunSnapshot> {
  const witness = new Witness(openInline());
  await start(witness, choices);
  if (patch) await witness.after(() => witness.trainer.change(patch), 'ready');
  const end = await witness.after(() => witness.trainer.play(Infinity), 'ended');
  witness.trainer.dispose();
  return end;
}

describe('an engine that fails', () => {
  it.each([1, 2, 5])(
    'at its run number %i: the run goes on from its checkpoint on the next engine, and ends as if nothing had been',
    async (failing) => {
      const log = { failed: [] as readonly string[][] };
      const witness = new Witness(openInline({ openEngine: openInTurn([(cpu) => failingAfter(cpu, failing, 'deviceLost'), sound], log) }));
      await start(witness);
      const end = await witness.after(() => witness.trainer.play(60), 'ended');
      const { fault } = await witness.next('fault', () => true);
      expect(fault).toMatchObject({ kind: 'deviceLost', continuesOn: 'engine 2' });
      expect(fault.keptStep).toBeLessThanOrEqual(end.step);
      expect(fault.message).toContain('The device went away.');
      expect(witness.of('engine').map(({ report }) => report.engine)).toEqual(['engine 1', 'engine 2']);
      expect(log.failed).toEqual([[], ['engine 1']]);
      expect(historyOf(end)).toEqual(historyOf(await undisturbed()));
      witness.trainer.dispose();
    },
  );

  it('keeps the live changes that were made since the checkpoint', async () => {
    const witness = new Witness(openInline({ openEngine: openInTurn([(cpu) => failingAfter(cpu, 3, 'outOfMemory'), sound]) }));
    await start(witness);
    await witness.after(() => witness.trainer.change({ learningRate: 0.3, l1: 0.001 }), 'ready');
    const end = await witness.after(() => witness.trainer.play(Infinity), 'ended');
    expect(witness.of('fault')[0]?.fault.continuesOn).toBe('engine 2');
    expect(historyOf(end)).toEqual(historyOf(await undisturbed({}, { learningRate: 0.3, l1: 0.001 })));
    witness.trainer.dispose();
  });

  it('while a live change is put into force: the change acts on the next engine', async () => {
    let loads = 0;
    const failingReload = (cpu: Executor): Executor => ({
      ...cpu,
      load: (program) => (++loads > 1 ? Promise.reject(new EngineError('outOfMemory', 'It does not fit.')) : cpu.load(program)),
    });
    const witness = new Witness(openInline({ openEngine: openInTurn([failingReload, sound]) }));
    await start(witness);
    witness.trainer.change({ l1: 0.001 });
    const { fault } = await witness.next('fault', () => true);
    expect(fault).toMatchObject({ kind: 'outOfMemory', continuesOn: 'engine 2' });
    const end = await witness.after(() => witness.trainer.play(Infinity), 'ended');
    expect(historyOf(end)).toEqual(historyOf(await undisturbed({}, { l1: 0.001 })));
    witness.trainer.dispose();
  });

  it('on every engine: one fault each, the last without a way on, and a new start works', async () => {
    const engines = openInTurn([(cpu) => failingAfter(cpu, 2, 'deviceLost'), (cpu) => failingAfter(cpu, 1, 'deviceLost')]);
    let broken = true;
    const witness = new Witness(openInline({ openEngine: (...asked) => (broken ? engines(...asked) : openInTurn([sound])(...asked)) }));
    await start(witness);
    witness.trainer.play(Infinity);
    await witness.next('fault', ({ fault }) => fault.continuesOn === undefined);
    expect(witness.of('fault').map(({ fault }) => fault.continuesOn)).toEqual(['engine 2', undefined]);
    expect(witness.of('fault').at(-1)?.fault.message).toMatch(/The device went away\..*No engine is left/);
    broken = false;
    await witness.after(() => witness.trainer.start(2, contractConfig(), []), 'ready');
    expect((await witness.after(() => witness.trainer.play(Infinity), 'ended')).runId).toBe(2);
    witness.trainer.dispose();
  });

  it('that cannot be opened at all is a fault of its kind', async () => {
    const witness = new Witness(openInline({ openEngine: openInTurn([]) }));
    witness.trainer.start(1, contractConfig(), []);
    const { fault } = await witness.next('fault', () => true);
    expect(fault).toEqual({ kind: 'unsupported', message: 'No engine is left.', keptStep: 0 });
    witness.trainer.dispose();
  });

  it('an error that is not the engine’s is not blamed on it', async () => {
    const throwing = (cpu: Executor): Executor => ({ ...cpu, run: () => Promise.reject(new TypeError('oops')) });
    const witness = new Witness(openInline({ openEngine: openInTurn([throwing, sound]) }));
    await start(witness);
    witness.trainer.play(Infinity);
    const { fault } = await witness.next('fault', () => true);
    expect(fault).toEqual({ kind: 'internal', message: 'oops', keptStep: 0 });
    await Witness.pass(30);
    expect(witness.of('fault')).toHaveLength(1);
    witness.trainer.dispose();
  });
});

describe('files of the data folder', () => {
  it('one that is missing is a fault in words; the next start works', async () => {
    const missing = (name: string) => Promise.reject<Uint8Array>(new Error(`the data file ${name} could not be loaded`));
    const witness = new Witness(openInline({ readAsset: missing }));
    const digits = contractConfig({ task: 'digits', pixels: '14' });
    witness.trainer.start(1, digits, []);
    const { fault } = await witness.next('fault', () => true);
    expect(fault).toEqual({ kind: 'internal', message: 'the data file digits-14.bin could not be loaded', keptStep: 0 });
    await expect(witness.trainer.describe(digits)).rejects.toThrow('digits-14.bin');
    await witness.after(() => witness.trainer.start(2, contractConfig(), []), 'ready');
    witness.trainer.dispose();
  });

  it('one that failed to load is asked for again', async () => {
    let fails = true;
    const witness = new Witness(openInline({ readAsset: (name) => (fails ? Promise.reject(new Error('offline')) : readAsset(name)) }));
    const penguins = contractConfig({ task: 'penguins' });
    await expect(witness.trainer.describe(penguins)).rejects.toThrow('offline');
    fails = false;
    expect((await witness.trainer.describe(penguins)).classNames).toHaveLength(3);
    witness.trainer.dispose();
  });
});

describe('pace by a held clock', () => {
  /** Time passes only while the trainer rests, and `cost` seconds for each step. */
  function held(cost: number) {
    let now = 0;
    const openEngine = openInTurn([
      (cpu) => ({
        ...cpu,
        run: async (feeds) => {
          const columns = await cpu.run(feeds);
          now += feeds.length * cost;
          return columns;
        },
      }),
    ]);
    const rest = async (seconds: number) => {
      await new Promise((resolve) => setImmediate(resolve));
      now += seconds;
    };
    return { witness: new Witness(openInline({ openEngine, rest, now: () => now })), now: () => now };
  }

  it('trains at the pace asked for, and says so', async () => {
    const { witness, now } = held(0.001);
    await start(witness, { epochs: 50 });
    const from = now();
    const end = await witness.after(() => witness.trainer.play(40), 'ended');
    expect(end.step).toBe(200);
    expect(now() - from).toBeGreaterThan(200 / 40 - 0.05);
    expect(now() - from).toBeLessThan(200 / 40 + 0.5);
    for (const { snapshot } of witness.of('snapshot').filter((event) => event.snapshot.step > 60))
      expect(Math.abs(snapshot.stepsPerSecond / 40 - 1)).toBeLessThan(0.1);
    expect(end.seconds).toBeCloseTo(0.2, 1);
    witness.trainer.dispose();
  });

  it('flat out takes no rest, and reports a few times a second', async () => {
    const { witness, now } = held(0.01);
    await start(witness, { epochs: 50 });
    const from = now();
    await witness.after(() => witness.trainer.play(Infinity), 'ended');
    expect(now() - from).toBeCloseTo(2, 1);
    expect(witness.of('snapshot').length).toBeLessThan(2 / 0.15 + 5);
    expect(witness.of('checkpoint').length).toBeLessThanOrEqual(3);
    witness.trainer.dispose();
  });

  it('a change of pace counts from then on, and advancing knows no pace', async () => {
    const { witness, now } = held(0.001);
    await start(witness, { epochs: 50 });
    await witness.after(() => witness.trainer.play(1), 'running', 2);
    const from = now();
    await witness.after(() => witness.trainer.play(100), 'running', 80);
    expect(now() - from).toBeLessThan(1.2);
    await witness.after(() => witness.trainer.pause(), 'paused');
    const paused = now();
    await witness.after(() => witness.trainer.play(1), 'running');
    await witness.after(() => witness.trainer.advance({ steps: 50 }), 'paused', 120);
    expect(now() - paused).toBeLessThan(1.5);
    witness.trainer.dispose();
  });
});
