/** What a language model answers on the rows that are shown: the loss at each token, and what it would have said instead. */
import type { DataPicture } from '../tasks/picture.ts';
import type { Run } from '../training/run.ts';
import type { Learned } from './trainer.ts';

/** Each token is predicted after the right ones before it. */
export async function learnedTokens(
  run: Pick<Run, 'predict' | 'task'>,
  { tokens, length }: Extract<DataPicture, { kind: 'tokens' }>,
): Promise<Learned> {
  const context = length - 1;
  const inputs = Float32Array.from({ length: (tokens.length / length) * context }, (_, i) => tokens[i + Math.floor(i / context)] ?? 0);
  const logits = await run.predict(inputs);
  const vocabulary = run.task.outputs;
  const likeliest = new Uint16Array(inputs.length);
  const losses = new Float32Array(inputs.length);
  for (let place = 0; place < inputs.length; place++) {
    const row = logits.subarray(place * vocabulary, (place + 1) * vocabulary);
    const best = row.reduce((first, logit, id) => (logit > (row[first] ?? -Infinity) ? id : first), 0);
    const top = row[best] ?? 0;
    const target = tokens[place + Math.floor(place / context) + 1] ?? 0;
    likeliest[place] = best;
    losses[place] = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - top), 0)) + top - (row[target] ?? 0);
  }
  return { kind: 'tokens', likeliest, losses };
}
