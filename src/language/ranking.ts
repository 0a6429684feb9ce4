/** Logits in order of size, and as probabilities. Sorted are numbers, which takes a tenth of the time that sorting tokens by them would. */

/** Outputs that are no numbers, as those of a model whose training has diverged. */
export class OutputsNotFinite extends Error {
  override readonly name = 'OutputsNotFinite';

  constructor() {
    super('The model’s outputs are not finite numbers.');
  }
}

/** ln Σ e^logit. Throws `OutputsNotFinite`. */
export function logSumExp(logits: Float64Array): number {
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - largest);
  const value = largest + Math.log(total);
  if (!Number.isFinite(value)) throw new OutputsNotFinite();
  return value;
}

/** The logits, largest first. */
export function descending(logits: Float64Array): Float64Array {
  return logits.slice().sort().reverse();
}

/** The token that stands at `rank`, from 0 on, if tokens are sorted by logit, largest first, of equals the lowest id first. `sorted`: `descending(logits)`. */
export function tokenAtRank(logits: Float64Array, sorted: Float64Array, rank: number): number {
  const logit = sorted[rank]!;
  let token = logits.indexOf(logit);
  for (let before = rank - sorted.indexOf(logit); before > 0; before--) token = logits.indexOf(logit, token + 1);
  return token;
}
