/** What a language model answers on the rows that are shown: the loss at each token, and what it would have said instead. */
import type { DataPicture } from '../tasks/picture.ts';
import type { Run } from '../training/run.ts';
import type { Learned } from './trainer.ts';

/** Alternatives told of each place. */
const alternatives = 5;

/** Each token is predicted after the right ones before it. */
export async function learnedTokens(
  run: Pick<Run, 'predict' | 'task'>,
  { tokens, length }: Extract<DataPicture, { kind: 'tokens' }>,
): Promise<Learned> {
  const context = length - 1;
  const inputs = Float32Array.from({ length: (tokens.length / length) * context }, (_, i) => tokens[i + Math.floor(i / context)] ?? 0);
  const logits = await run.predict(inputs);
  const vocabulary = run.task.outputs;
  const count = Math.min(alternatives, vocabulary);
  const candidates = new Uint16Array(inputs.length * count);
  const probabilities = new Float32Array(inputs.length * count);
  const losses = new Float32Array(inputs.length);
  for (let place = 0; place < inputs.length; place++) {
    const row = logits.subarray(place * vocabulary, (place + 1) * vocabulary);
    const best = likeliest(row, count);
    const top = row[best[0] ?? 0] ?? 0;
    const logSum = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - top), 0)) + top;
    const target = tokens[place + Math.floor(place / context) + 1] ?? 0;
    candidates.set(best, place * count);
    best.forEach((token, rank) => (probabilities[place * count + rank] = Math.exp((row[token] ?? 0) - logSum)));
    losses[place] = logSum - (row[target] ?? 0);
  }
  return { kind: 'tokens', count, candidates, probabilities, losses };
}

/** The tokens of the `count` largest logits, largest first, of equals the lowest id first. */
function likeliest(row: Float32Array, count: number): Uint16Array {
  const best = new Uint16Array(count);
  const values = new Float64Array(count).fill(-Infinity);
  for (let token = 0; token < row.length; token++) {
    const logit = row[token]!;
    let place = count;
    while (place > 0 && logit > values[place - 1]!) place--;
    if (place === count) continue;
    values.copyWithin(place + 1, place);
    best.copyWithin(place + 1, place);
    values[place] = logit;
    best[place] = token;
  }
  return best;
}
