/** What the answers of a language model are worth. */
import type { TokenSplit } from './task.ts';

const counts = (split: TokenSplit, place: number): boolean => split.weights === undefined || split.weights[place]! > 0;

/**
 * Share of examples (0 … 1) with every token that counts right; `right` is 1 or 0 for each of `[count × context]`, predicted after the true ones.
 * That equals letting the model go on alone from the prompt, likeliest token first: until its first mistake both see the same.
 */
export function exactMatch(right: ArrayLike<number>, split: TokenSplit): number {
  const context = split.targets.length / split.count;
  let matches = 0;
  for (let i = 0; i < split.count; i++) {
    let place = i * context;
    const end = place + context;
    while (place < end && (!counts(split, place) || right[place] === 1)) place++;
    matches += Number(place === end);
  }
  return matches / split.count;
}

/** Loss in bits per character, by which models with different tokenizers can be compared; `loss` in nats per token. */
export function bitsPerCharacter(loss: number, charactersPerToken: number): number {
  return loss / Math.LN2 / charactersPerToken;
}
