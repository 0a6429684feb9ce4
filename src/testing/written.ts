/**
 * What models write at temperature 0 that executors have trained. Text is always made by the pass of `language/`; so it is the same on every executor
 * if their weights lead to the same choice, and that pass chooses what the executor itself finds likeliest. Both must hold wherever the best two
 * logits are more than a thousandth apart.
 */
import type { Executor } from '../graph/executor.ts';
import { generate } from '../language/generate.ts';
import type { LanguageOptions } from '../models/build-language-model.ts';
import { languageOptions } from '../models/build-language-model.ts';
import { isTableModel } from '../params/model-kind.ts';
import { expected, modelCurves, told, type Curve } from './curves.ts';
import { Interpreter } from './interpreter.ts';
import { logitsBy, logitsProgram } from './language-variants.ts';

/** A GPT with thin matrices that are merged into its weights first, one of which a block was trained, and a recurrent network. */
const asked = modelCurves.filter(({ name }) => /^(GPT, LoRA, sgd|GPT, last block, sgd|RNN, tanh, sgd)/.test(name));
const request = { prompt: 'a', count: 20, temperature: 0, topK: 0, topP: 1, seed: 0 };
const margin = 1e-3;

/** Tokens that were made, and at which places nothing but one of them could be. */
interface Written {
  readonly tokens: readonly number[];
  readonly likeliest: readonly (number | undefined)[];
}

/** Lets a trained model write, and an executor say what it finds likeliest at each place; undefined where that is too close to call. */
async function write(executor: Executor, { config }: Curve, trained: Awaited<ReturnType<typeof told>>): Promise<Written> {
  const { task, parameters } = trained;
  const weights = trained.model.whole?.(parameters) ?? parameters;
  const { model } = config;
  if (task.kind !== 'language' || isTableModel(model)) throw new Error('Only a language model writes.');
  const options: LanguageOptions = languageOptions({ ...config, model }, task);
  const made = [...generate({ options, weights, tokenizer: task.tokenizer }, request)];
  const tokens = made.flatMap((step) => (step.kind === 'made' ? [step.token] : []));
  // A recurrent network reads on and on, and has no weight that depends on how far.
  const reading = 'cell' in options ? { ...options, context: 1 + request.count } : options;
  await executor.load(logitsProgram(reading, weights));
  const prompt = [...task.tokenizer.encode(request.prompt)];
  const rows = await logitsBy(executor, reading, [...prompt, ...tokens]);
  const likeliest = tokens.map((_, place) => {
    const logits = rows[prompt.length - 1 + place] ?? [];
    const [first = Number.NaN, second = Number.NaN] = [...logits].sort((a, b) => b - a);
    return first - second > margin ? logits.indexOf(first) : undefined;
  });
  return { tokens, likeliest };
}

/** What is written other than it must be, in words; and where so little is decided that nothing is shown. */
export async function writtenOtherwise(executor: Executor): Promise<readonly string[]> {
  const found: string[] = [];
  for (const curve of asked) {
    const own = await write(executor, curve, await told(executor, curve));
    const wanted = await write(new Interpreter(), curve, await expected(curve));
    const open = wanted.likeliest.indexOf(undefined);
    const decided = open < 0 ? wanted.tokens.length : open;
    const same = own.tokens.slice(0, decided).join() === wanted.tokens.slice(0, decided).join();
    if (!same) found.push(`${curve.name}: ${own.tokens.join(' ')} instead of ${wanted.tokens.join(' ')}`);
    if (decided < request.count / 2) found.push(`${curve.name}: only ${String(decided)} places are decided`);
    const other = own.likeliest.findIndex((token, place) => token !== undefined && token !== own.tokens[place]);
    if (other >= 0) found.push(`${curve.name}: the executor finds another likeliest at place ${String(other)}`);
  }
  return found;
}
