/** What a trainer promises of what may be asked beside training: range tests, and the numbers of one weight. The run does not feel it. */
import type { Act } from './contract-runs.ts';
import { finished, historyOf, long, ready } from './contract-runs.ts';
import { must, mustEqual } from './trainer-witness.ts';
import type { Witness } from './trainer-witness.ts';

/** The last word of a range test that `act` leads to. */
async function tested(witness: Witness, act: () => void) {
  const from = witness.events.length;
  act();
  const { runId, news } = await witness.next('rates', ({ news: told }) => 'failed' in told || told.end !== undefined, from);
  must(runId === 1 && !('failed' in news), 'the test did not fail');
  return news;
}

/** The clauses. */
export const asking: Readonly<Record<string, Act>> = {
  'tries rates on a copy of the run, which goes on as if nothing had been': async (witness, open) => {
    const whole = await finished(witness);
    const other = await open();
    await ready(other);
    const before = await tested(other, () => other.trainer.findRate());
    await other.after(() => other.trainer.advance({ steps: 10 }), 'paused');
    const tests = [await tested(other, () => other.trainer.findRate()), await tested(other, () => other.trainer.findRate())];
    mustEqual(tests[0], tests[1], 'the same test twice');
    mustEqual([before.fromStep, tests[0]?.fromStep, before.points[0]?.learningRate], [0, 10, 1e-6], 'where the tests start');
    must(before.points.length > 20 && before.suggestions.valley !== undefined, 'rates are tried and suggested');
    const end = await other.after(() => other.trainer.play(Infinity), 'ended');
    mustEqual(historyOf(end), historyOf(whole), 'history');
  },

  'a range test pauses the run, and any command about the run ends the test': async (witness) => {
    await ready(witness, long);
    await witness.after(() => witness.trainer.play(Infinity), 'running', 1);
    const paused = await witness.after(() => witness.trainer.findRate(), 'paused');
    const test = await tested(witness, () => witness.trainer.advance({ steps: 3 }));
    mustEqual([test.fromStep, test.end], [paused.step, 'stopped'], 'the test');
    await witness.phase('paused', 0, paused.step + 3);
    const second = await tested(witness, () => {
      witness.trainer.findRate();
      witness.trainer.pause();
    });
    mustEqual(second.end, 'stopped', 'the test that was called off');
  },

  'tells what the last step did to a weight while it is watched, and the run does not feel it': async (witness, open) => {
    const whole = await finished(witness);
    const other = await open();
    await ready(other);
    await other.after(() => other.trainer.advance({ steps: 3 }), 'paused');
    mustEqual(other.of('weight').length, 0, 'nothing is told unasked');
    other.trainer.watch(2);
    await other.after(() => other.trainer.advance({ steps: 7 }), 'paused', 10);
    const { step } = await other.next('weight', (event) => event.step.step === 9);
    mustEqual([step.index, step.lines.at(-1)?.value], [2, step.after], 'the step');
    await other.after(() => other.trainer.advance({ steps: 1 }), 'paused', 11);
    const next = await other.next('weight', (event) => event.step.step === 10);
    mustEqual(next.step.before, step.after, 'the weight in between');
    other.trainer.watch(undefined);
    const from = other.events.length;
    const end = await other.after(() => other.trainer.play(Infinity), 'ended');
    mustEqual(other.of('weight', from).length, 0, 'told after it is no longer watched');
    mustEqual(historyOf(end), historyOf(whole), 'history');
  },
};
