/**
 * What any form of trainer promises, in the same thread or across a worker: one clause each, free of any test framework.
 * In Node they run against the inline form, in the browser against the worker.
 */
import type { Trainer } from '../trainer/trainer.ts';
import { asking } from './contract-asking.ts';
import type { Act } from './contract-runs.ts';
import { contractConfig, finished, historyOf, long, ready } from './contract-runs.ts';
import { writing } from './contract-writing.ts';
import { must, mustEqual, Witness } from './trainer-witness.ts';

/** One promise; `check` rejects when it is broken. */
export interface Clause {
  readonly title: string;
  readonly check: () => Promise<void>;
}

type Open = () => Trainer | Promise<Trainer>;

/** The clauses, against trainers made by `open`; each is disposed of after its clause. */
export function trainerContract(open: Open): readonly Clause[] {
  return Object.entries({ ...preparing, ...moving, ...changing, ...saving, ...asking, ...writing }).map(([title, act]) => ({
    title,
    check: async () => {
      const trainers: Trainer[] = [];
      const another = async () => {
        const trainer = await open();
        trainers.push(trainer);
        return new Witness(trainer);
      };
      try {
        await act(await another(), another);
      } finally {
        trainers.forEach((trainer) => trainer.dispose());
      }
    },
  }));
}

const preparing: Readonly<Record<string, Act>> = {
  'describes a configuration without running it': async (witness) => {
    const description = await witness.trainer.describe(contractConfig());
    mustEqual([description.taskName, description.modelName, description.parameterCount], ['Moons', 'MLP 2‑4‑1', 17], 'names');
    mustEqual([description.trainingCount, description.validationCount, description.testCount], [50, 25, 25], 'counts');
    mustEqual([description.plan.totalSteps, description.plan.stepsPerEpoch], [24, 4], 'plan');
    must(Math.abs((description.chanceLoss ?? 0) - Math.LN2) < 1e-12, 'chance is ln 2');
    must(description.picture.kind === 'plane', 'a picture of the plane');
    mustEqual(witness.events.length, 0, 'events');
  },

  'exports a run as a zip, or says by name what stands in the way, and trains on meanwhile': async (witness) => {
    await ready(witness, long);
    await witness.after(() => witness.trainer.play(Infinity), 'running', 1);
    const zip = await witness.trainer.exportRun(contractConfig(), [{ step: 3, id: 'learningRate', value: 0.1 }], 'pytorch');
    mustEqual([...zip.subarray(0, 2)], [0x50, 0x4b], 'a zip begins with PK');
    const names = new TextDecoder('latin1').decode(zip);
    for (const name of ['train.py', 'data.npz', 'init.npz', 'expected.json', 'masks.npz', 'README.md'])
      must(names.includes(name), `it holds ${name}`);
    const refusal = await witness.trainer.exportRun(contractConfig(), [{ step: 3, id: 'shuffle', value: 'once' }], 'pytorch').then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
    must(refusal.includes('“Shuffle”'), `the refusal names the parameter: ${refusal}`);
    const paused = await witness.after(() => witness.trainer.pause(), 'paused');
    must(paused.step > 1, 'the run went on');
  },

  'prepares a run: engine, snapshot with the evaluation at step 0, picture; and does not train by itself': async (witness) => {
    const snapshot = await ready(witness);
    await witness.next('learned', ({ step }) => step === 0);
    await Witness.pass(50);
    mustEqual(witness.events[0]?.type, 'engine', 'first event');
    mustEqual(witness.of('engine')[0]?.report.engine, 'tfjs-cpu', 'engine');
    mustEqual([snapshot.step, snapshot.evaluation?.step, [...snapshot.evaluations.at.step]], [0, 0, [0]], 'evaluation at step 0');
    must(Number.isFinite(snapshot.evaluation?.valLoss ?? Number.NaN), 'a finite validation loss');
    must(
      witness.of('snapshot').every((event) => event.snapshot.step === 0),
      'nothing is trained before it is asked for',
    );
  },

  'a new start ends the run before, and nothing of the old run comes after the first of the new': async (witness) => {
    await ready(witness, long);
    await witness.after(() => witness.trainer.play(Infinity), 'running', 1);
    await witness.after(() => witness.trainer.start(2, contractConfig(long), []), 'ready');
    await Witness.pass(100);
    const ids = witness.events.flatMap((event) =>
      event.type === 'snapshot' ? [event.snapshot.runId] : 'runId' in event ? [event.runId] : [],
    );
    must(ids.indexOf(2) > 0 && ids.lastIndexOf(1) < ids.indexOf(2), 'the runs do not overlap');
    must(
      witness.of('snapshot').every(({ snapshot }) => snapshot.runId === 1 || snapshot.step === 0),
      'the new run waits to be played',
    );
  },

  'of many starts at once only the last is prepared, and it is the one that plays': async (witness) => {
    for (let runId = 1; runId <= 5; runId++) witness.trainer.start(runId, contractConfig({ seed: runId }), []);
    witness.trainer.play(Infinity);
    const end = await witness.phase('ended');
    mustEqual(end.runId, 5, 'the run that ended');
  },
};

const moving: Readonly<Record<string, Act>> = {
  'plays to the end: running, ended, the last picture, and a checkpoint': async (witness) => {
    await ready(witness, { epochs: 100 });
    const running = await witness.after(() => witness.trainer.play(Infinity), 'running', 1);
    must(running.stepsPerSecond > 0 && running.seconds > 0, 'speed and time are told');
    const end = await witness.phase('ended');
    mustEqual([end.step, end.end?.reason, end.epoch, end.examples], [400, 'epochs', 100, 5000], 'the end');
    await witness.checkpointAt(400);
    // The picture shows the weights that were put back.
    await witness.next('learned', ({ step }) => step === (end.end?.restored ? end.end.bestStep : 400));
    mustEqual(end.steps.at.step.at(-1), 399, 'last step on the curve');
    must(end.steps.at.step.length <= 300, 'curves stay small');
  },

  'pauses, stays paused, and goes on from there': async (witness) => {
    await ready(witness, long);
    await witness.after(() => witness.trainer.play(Infinity), 'running', 1);
    const paused = await witness.after(() => witness.trainer.pause(), 'paused');
    await witness.checkpointAt(paused.step);
    const count = witness.events.length;
    await Witness.pass(150);
    mustEqual(witness.of('snapshot', count).length, 0, 'snapshots while paused');
    const later = await witness.after(() => witness.trainer.play(Infinity), 'running', paused.step + 1);
    must(later.step > paused.step, 'goes on');
  },

  'advances by exactly so many steps, and to the ends of epochs': async (witness) => {
    await ready(witness);
    const advance = (amount: Parameters<Trainer['advance']>[0]) => witness.after(() => witness.trainer.advance(amount), 'paused');
    mustEqual((await advance({ steps: 1 })).step, 1, 'one step');
    mustEqual((await advance({ steps: 6 })).step, 7, 'six more');
    mustEqual((await advance({ epochs: 1 })).step, 8, 'to the end of the epoch');
    mustEqual((await advance({ epochs: 1 })).step, 12, 'a whole epoch');
    mustEqual((await advance({ epochs: 2 })).step, 20, 'two epochs');
    mustEqual((await advance({ toStep: 22 })).step, 22, 'to a step');
    mustEqual((await advance({ toStep: 9 })).step, 22, 'a step that lies behind is no way');
    const end = await witness.after(() => witness.trainer.advance({ steps: 1000 }), 'ended');
    mustEqual(end.step, 24, 'no further than the end');
  },

  'keeps to the pace': async (witness) => {
    await ready(witness, long);
    const before = performance.now();
    await witness.after(() => witness.trainer.play(20), 'running', 10);
    const seconds = (performance.now() - before) / 1000;
    must(seconds > 0.45, `10 steps at 20 a second take half a second, not ${String(seconds)}`);
    const paused = await witness.after(() => witness.trainer.pause(), 'paused');
    const due = (20 * (performance.now() - before)) / 1000;
    must(paused.step <= due + 1, `no more than the ${String(due)} steps due: ${String(paused.step)}`);
  },

  'the history does not depend on how the run was cut up': async (witness, open) => {
    const whole = await finished(witness);
    const cut = await open();
    await ready(cut);
    for (let step = 1; step < 9; step++) await cut.after(() => cut.trainer.advance({ steps: 1 }), 'paused', step);
    await cut.after(() => cut.trainer.advance({ epochs: 2 }), 'paused', 16);
    const end = await cut.after(() => cut.trainer.play(500), 'ended');
    mustEqual(historyOf(end), historyOf(whole), 'history');
  },
};

const changing: Readonly<Record<string, Act>> = {
  'a live change acts on the next step and leaves a mark': async (witness) => {
    await ready(witness, { schedule: 'constant' });
    await witness.after(() => witness.trainer.advance({ steps: 5 }), 'paused');
    const marked = await witness.after(() => witness.trainer.change({ learningRate: 0.5 }), 'paused');
    mustEqual(marked.changes, [{ step: 5, id: 'learningRate', value: 0.5 }], 'marks');
    mustEqual(marked.step, 5, 'nothing is trained by a change');
    const after = await witness.after(() => witness.trainer.advance({ steps: 1 }), 'paused', 6);
    mustEqual([...after.steps.streams.learningRate.mean], [0.03, 0.03, 0.03, 0.03, 0.03, 0.5], 'rates used');
  },

  'a live change reaches a running run': async (witness) => {
    await ready(witness, long);
    await witness.after(() => witness.trainer.play(Infinity), 'running', 1);
    const from = witness.events.length;
    witness.trainer.change({ learningRate: 0.5, batchSize: 7 });
    const changed = await witness.next('snapshot', ({ snapshot }) => snapshot.changes.length === 2, from);
    mustEqual(changed.snapshot.phase, 'running', 'phase');
    await witness.next('snapshot', ({ snapshot }) => snapshot.latest?.learningRate === 0.5, from);
  },

  'changes of a link act at their steps, and what was done live can be repeated': async (witness, open) => {
    await ready(witness);
    await witness.after(() => witness.trainer.advance({ steps: 5 }), 'paused');
    await witness.after(() => witness.trainer.change({ learningRate: 0.2 }), 'paused');
    await witness.after(() => witness.trainer.advance({ steps: 4 }), 'paused', 9);
    await witness.after(() => witness.trainer.change({ batchSize: 10, l2: 0.01 }), 'paused');
    const live = await witness.after(() => witness.trainer.play(Infinity), 'ended');
    const repeated = await open();
    await repeated.after(() => repeated.trainer.start(1, contractConfig(), live.changes), 'ready');
    const end = await repeated.after(() => repeated.trainer.play(Infinity), 'ended');
    mustEqual(historyOf(end), historyOf(live), 'history');
  },

  'a run that has ended goes on when it is extended': async (witness, open) => {
    await finished(witness, { schedule: 'constant', epochs: 3 });
    await witness.after(() => witness.trainer.change({ epochs: 6 }), 'paused');
    const extended = await witness.after(() => witness.trainer.play(Infinity), 'ended');
    const longer = await finished(await open(), { schedule: 'constant', epochs: 6 });
    const { changes: _marks, ...history } = historyOf(extended);
    const { changes: _none, ...expected } = historyOf(longer);
    mustEqual(history, expected, 'history');
  },
};

const saving: Readonly<Record<string, Act>> = {
  'goes on from a checkpoint as if it had never stopped, curves included': async (witness, open) => {
    const choices = { earlyStopping: true, patience: 50, clip: 'norm', clipAt: 0.2, optimizer: 'sgd', momentum: 0.9 } as const;
    const whole = await finished(witness, choices);
    const first = await open();
    await ready(first, choices);
    await first.after(() => first.trainer.advance({ steps: 10 }), 'paused');
    const checkpoint = await first.checkpointAt(10);
    const second = await open();
    const resumed = await second.after(() => second.trainer.start(7, contractConfig(choices), [], checkpoint), 'ready');
    mustEqual([resumed.runId, resumed.step, [...resumed.steps.at.step].at(-1)], [7, 10, 9], 'where it goes on');
    const end = await second.after(() => second.trainer.play(Infinity), 'ended');
    mustEqual(historyOf(end), historyOf(whole), 'history');
    must(end.seconds > resumed.seconds && resumed.seconds > 0, 'its clock goes on too');
  },

  'changes at the very step of a checkpoint act once, whether it holds them or not': async (witness, open) => {
    const changes = [{ step: 10, id: 'learningRate', value: 0.3 }] as const;
    await ready(witness);
    await witness.after(() => witness.trainer.advance({ steps: 10 }), 'paused');
    const without = await witness.checkpointAt(10);
    const from = witness.events.length;
    await witness.after(() => witness.trainer.change({ learningRate: 0.3 }), 'paused');
    const whole = await witness.after(() => witness.trainer.play(Infinity), 'ended');
    const held = witness.of('checkpoint', from).find(({ checkpoint }) => checkpoint.step === 10)?.checkpoint;
    for (const checkpoint of [without, ...(held ? [held] : [])]) {
      const other = await open();
      await other.after(() => other.trainer.start(2, contractConfig(), changes, checkpoint), 'ready');
      const end = await other.after(() => other.trainer.play(Infinity), 'ended');
      mustEqual(historyOf(end), historyOf(whole), 'history');
    }
  },

  'a file of a run is looked at without touching the present one, and goes on as if it had never stopped': async (witness, open) => {
    const changes = [{ step: 5, id: 'learningRate', value: 0.1 }] as const;
    await witness.after(() => witness.trainer.start(1, contractConfig(), changes), 'ready');
    await witness.after(() => witness.trainer.advance({ steps: 9 }), 'paused');
    const { bytes } = await witness.checkpointAt(9);
    const whole = await witness.after(() => witness.trainer.play(Infinity), 'ended');
    const other = await open();
    await ready(other, { seed: 6 });
    const saved = await other.trainer.inspect(bytes);
    mustEqual([saved.config, saved.changes, saved.checkpoint.step], [contractConfig(), [...changes], 9], 'what the file says');
    const reason = await other.trainer.inspect(bytes.slice(0, 500)).then(
      () => '',
      (error: unknown) => String(error),
    );
    must(reason.includes('cut short'), 'a reason against a torn file');
    mustEqual((await other.after(() => other.trainer.advance({ steps: 1 }), 'paused')).step, 1, 'the present run');
    await other.after(() => other.trainer.start(2, saved.config, saved.changes, saved.checkpoint), 'ready');
    mustEqual(historyOf(await other.after(() => other.trainer.play(Infinity), 'ended')), historyOf(whole), 'history');
  },

  'refuses a checkpoint of another run in words, and can start again after it': async (witness) => {
    await ready(witness);
    await witness.after(() => witness.trainer.advance({ steps: 3 }), 'paused');
    const checkpoint = await witness.checkpointAt(3);
    for (const [bytes, choices] of [
      [checkpoint.bytes, { seed: 6 }],
      [checkpoint.bytes.slice(0, 200), {}],
    ] as const) {
      const from = witness.events.length;
      witness.trainer.start(2, contractConfig(choices), [], { ...checkpoint, bytes });
      const { fault, runId } = await witness.next('fault', () => true, from);
      mustEqual([fault.kind, runId, fault.continuesOn], ['badCheckpoint', 2, undefined], 'fault');
      must(fault.message.length > 10, 'says why');
    }
    await ready(witness, {}, 3);
  },
};
