/** The tiny pretrained model itself, as a file and as a task takes it. Its weights are drawn, not learned: it knows nothing. */
import { decodeShippedModel, encodeShippedModel, fingerprintOfModel } from '../language/shipped-model.ts';
import type { ShippedModel } from '../language/shipped-model.ts';
import { buildLanguageModel } from '../models/build-language-model.ts';
import type { GptOptions } from '../models/gpt.ts';
import { initialParameters } from '../models/initialization.ts';
import { fillNormal, stream } from '../shared/random.ts';
import type { Pretrained } from '../tasks/assets.ts';
import { bytePairTokenizer } from '../tasks/tokenizers/byte-pair-tokenizer.ts';
import { learnBytePairs } from '../tasks/tokenizers/byte-pairs.ts';
import { tinyFacts } from './tiny-shipped-facts.ts';

/** What it claims to have been trained on. */
const tinyOldText = Array.from({ length: 300 }, (_, i) => `Once upon a time ${String(i * 7919)} lived at ${String(i)}.\n`).join('');

/** Its sizes as the model has them. */
export function tinyOptions(): GptOptions {
  const { tokenizer: _, heads, ...sizes } = tinyFacts.sizes;
  return { ...sizes, heads: Number(heads) };
}

/** The model. Weights are large enough for every part to make a difference. */
export function tinyShipped(seed = 3): ShippedModel {
  const options = tinyOptions();
  const weights = initialParameters(buildLanguageModel(options), 'glorot', seed);
  const noise = new Float32Array(weights.length);
  fillNormal(noise, seed, stream.initialization, 1000, 0);
  weights.forEach((value, i) => (weights[i] = value + 0.2 * noise[i]!));
  const learning = learnBytePairs(tinyOldText, options.vocabulary);
  let next = learning.next();
  while (!next.done) next = learning.next();
  const nothing = { characters: 0, tokens: 0, steps: 0, seed, link: '#task=text', validationLoss: 5, curve: [], samples: [], pilots: [] };
  return { options, weights, tokenizer: bytePairTokenizer(next.value), training: { data: 'Nothing.', ...nothing } };
}

/** The bytes of its file. */
export function tinyFile(): Uint8Array<ArrayBuffer> {
  return encodeShippedModel(tinyShipped());
}

/** The same as a task takes it, rounded as the file is. */
export function tinyPretrained(): Pretrained {
  const model = decodeShippedModel(tinyFile());
  const { text: _, split: share, seed } = tinyFacts;
  return {
    start: { weights: model.weights, tiedHead: tinyFacts.sizes.tiedHead, fingerprint: fingerprintOfModel(model) },
    tokenizer: model.tokenizer,
    old: { text: tinyOldText, share, seed },
  };
}
