/** What a trainer promises of a language model's texts: samples as it learns, answers to prompts, attention. The run does not feel it. */
import type { ConfigPatch } from '../params/config.ts';
import type { Sample, Writing } from '../trainer/trainer.ts';
import type { Act } from './contract-runs.ts';
import { contractConfig, finished, historyOf, long, ready } from './contract-runs.ts';
import { must, mustEqual } from './trainer-witness.ts';
import type { Witness } from './trainer-witness.ts';

/** A GPT that reverses three letters. */
const reverse = {
  task: 'reverse',
  length: 3,
  width: 8,
  depth: 2,
  heads: '2',
  batchSize: 16,
  dropout: 0,
  restoreBest: false,
  evaluateEvery: 4,
} as const satisfies ConfigPatch;

const greedy = { prompt: 'abc=', count: 3, temperature: 0, topK: 0, topP: 1, seed: 0 };

function samplesOf(witness: Witness): readonly Sample[] {
  return witness.of('sample').map(({ sample }) => sample);
}

/** The last word on an answer. */
async function answered(witness: Witness, id: number): Promise<Writing> {
  const isLast = ({ id: told, news }: { id: number; news: Writing | { refused: string } }) =>
    told === id && ('refused' in news || news.state !== 'writing');
  const { news } = await witness.next('written', isLast);
  must(!('refused' in news), `answer ${String(id)} is not refused: ${JSON.stringify(news)}`);
  return news;
}

/** The clauses. */
export const writing: Readonly<Record<string, Act>> = {
  'samples a language model from its first step to its last, the same in every run': async (witness, open) => {
    const { step: last } = await finished(witness, reverse);
    await witness.next('sample', ({ sample }) => sample.step === last);
    const samples = samplesOf(witness);
    mustEqual(
      samples.map(({ step }) => step),
      [0, 4, 8, 12, 16, 20, 24],
      'a sample at each of few evaluations',
    );
    must(
      samples.every(({ prompt, text }) => /^[a-j]{3}=$/.test(prompt) && text.length === 3),
      `they answer a question: ${JSON.stringify(samples)}`,
    );
    must(new Set(samples.map(({ prompt }) => prompt)).size === 1, 'always the same one');
    const other = await open();
    await finished(other, reverse);
    await other.next('sample', ({ sample }) => sample.step === last);
    mustEqual(samplesOf(other), samples, 'samples of the same run');
  },

  'answers prompts before, beside and after training, each with the weights of one step': async (witness, open) => {
    const whole = await finished(witness, reverse);
    const other = await open();
    await ready(other, reverse);
    other.trainer.write(1, greedy);
    const before = await answered(other, 1);
    mustEqual([before.step, before.text.length, before.tokens, before.state], [0, 3, 3, 'done'], 'an answer before training');
    must(before.tokensPerSecond > 0, 'its speed is told');
    other.trainer.advance({ steps: 10 });
    other.trainer.write(2, greedy);
    const beside = await answered(other, 2);
    const paused = await other.phase('paused', 0, 10);
    must(beside.step <= paused.step, 'it has the weights of a step that was taken');
    const end = await other.after(() => other.trainer.play(Infinity), 'ended');
    other.trainer.write(3, greedy);
    const after = await answered(other, 3);
    mustEqual(after.step, end.step, 'the step of its weights');
    other.trainer.write(4, greedy);
    mustEqual((await answered(other, 4)).text, after.text, 'the same again');
    mustEqual(historyOf(end), historyOf(whole), 'history');
  },

  'an answer ends where it is stopped, where another prompt comes, and where a new run begins': async (witness) => {
    await ready(witness, { ...reverse, ...long });
    const endless = { ...greedy, count: 1_000_000 };
    witness.trainer.write(1, endless);
    await witness.next('written', ({ news }) => !('refused' in news) && news.tokens > 0);
    witness.trainer.stopWriting();
    mustEqual((await answered(witness, 1)).state, 'stopped', 'the stopped answer');
    witness.trainer.write(2, endless);
    await witness.next('written', ({ id }) => id === 2);
    witness.trainer.write(3, greedy);
    mustEqual([(await answered(witness, 2)).state, (await answered(witness, 3)).state], ['stopped', 'done'], 'the answer before another');
    witness.trainer.write(4, endless);
    await witness.next('written', ({ id }) => id === 4);
    await witness.after(() => witness.trainer.start(2, contractConfig(reverse), []), 'ready');
    mustEqual((await answered(witness, 4)).state, 'stopped', 'the answer of a run that is over');
  },

  'learns byte pairs with progress, and a text of the user’s own, which a checkpoint tells from any other': async (witness) => {
    const own = { task: 'text', text: 'own', tokenizer: 'bpe', vocabulary: 300, width: 8, depth: 1, context: 8, trainingSize: 50 } as const;
    const refused = await witness.trainer.takeText(new TextEncoder().encode('too short'));
    must('refused' in refused && refused.refused.includes('at least 1,000'), `a text that is too short: ${JSON.stringify(refused)}`);
    witness.trainer.start(1, contractConfig(own), []);
    const { fault } = await witness.next('fault', () => true);
    must(fault.message.includes('own text is not here'), `without a text: ${fault.message}`);
    const text = 'The quick brown fox jumps over the lazy dog.\n'.repeat(100);
    const taken = await witness.trainer.takeText(new TextEncoder().encode(text));
    must('characters' in taken && taken.characters === text.length, `what was read: ${JSON.stringify(taken)}`);
    await ready(witness, own, 2);
    const stages = witness.of('progress').map(({ progress }) => progress);
    must(stages.length === 0 || stages.at(-1) === undefined, 'progress comes to its end');
    await witness.after(() => witness.trainer.advance({ steps: 3 }), 'paused', 3);
    const checkpoint = await witness.checkpointAt(3);
    mustEqual((await witness.trainer.inspect(checkpoint.bytes)).checkpoint.step, 3, 'the run on its own text');
    const other = await witness.trainer.takeText(new TextEncoder().encode(text.replaceAll('fox', 'cat')));
    must(
      'fingerprint' in other && 'fingerprint' in taken && other.fingerprint !== taken.fingerprint,
      'another text has another fingerprint',
    );
    const reason = await witness.trainer.inspect(checkpoint.bytes).then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
    must(reason.includes('another text'), `the run on another text: ${reason}`);
  },

  'hands out the model as it stands while it trains, and says what has none': async (witness) => {
    const refused = await witness.trainer.exportModel().then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
    must(refused.includes('no language model'), `before a run: ${refused}`);
    await ready(witness, { ...reverse, ...long });
    await witness.after(() => witness.trainer.play(Infinity), 'running', 1);
    const names = new TextDecoder('latin1').decode(await witness.trainer.exportModel());
    for (const name of ['model.safetensors', 'model.py', 'tokenizer.json', 'README.md']) must(names.includes(name), `it holds ${name}`);
    const paused = await witness.after(() => witness.trainer.pause(), 'paused');
    must(paused.step > 1, 'the run went on');
  },

  'names what a prompt may not hold, and says what has nothing to say': async (witness) => {
    await ready(witness, reverse);
    witness.trainer.write(1, { ...greedy, prompt: 'aXb=' });
    const { news } = await witness.next('written', ({ id }) => id === 1);
    must('refused' in news && news.refused.includes('"X"'), `the character is named: ${JSON.stringify(news)}`);
    await ready(witness, {}, 2);
    witness.trainer.write(2, greedy);
    const { news: none } = await witness.next('written', ({ id }) => id === 2);
    must('refused' in none && none.refused.includes('no language model'), `a network for tables: ${JSON.stringify(none)}`);
  },

  'says where each head of a GPT looks, and that other networks have none': async (witness) => {
    await ready(witness, reverse);
    const { step, heads, length, layers } = await witness.trainer.attend(Uint16Array.of(0, 1, 2, 10));
    mustEqual([step, heads, length, layers.length], [0, 2, 4, 2], 'sizes');
    for (const map of layers)
      for (let row = 0; row < heads * length; row++) {
        const sum = map.subarray(row * length, (row + 1) * length).reduce((total, share) => total + share, 0);
        must(Math.abs(sum - 1) < 1e-5, 'a row sums to 1');
      }
    await ready(witness, { ...reverse, model: 'lstm', depth: 1 }, 2);
    const refusal = await witness.trainer.attend(Uint16Array.of(0)).then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
    must(refusal.includes('no attention'), `an LSTM: ${refusal}`);
  },
};
