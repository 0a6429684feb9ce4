/**
 * A trained model as one file: safetensors in half precision under the parameters' names, with sizes, tokenizer and training summary as JSON in
 * the metadata. Sealed like a checkpoint, so that a file that has been damaged anywhere is refused.
 */
import { sizeOf } from '../graph/graph.ts';
import { buildLanguageModel } from '../models/build-language-model.ts';
import type { Model } from '../models/model.ts';
import { isAsSealed, sealed } from '../shared/file-seal.ts';
import { roundedToHalf } from '../shared/half.ts';
import { fingerprint } from '../shared/hash.ts';
import type { NamedTensor, SafetensorsFile } from '../shared/safetensors.ts';
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from '../shared/safetensors.ts';
import type { BytePairTokenizer } from '../tasks/tokenizers/byte-pair-tokenizer.ts';
import type { CharacterTokenizer } from '../tasks/tokenizers/characters.ts';
import { readTokenizerJson, tokenizerJson, UnreadableTokenizer } from '../tasks/tokenizers/tokenizer-json.ts';
import type { LanguageModel } from './language-model.ts';
import type { TrainingSummary } from './model-card.ts';
import { parseOptions, parseTraining, UnreadableModel } from './model-card.ts';

/** A model with its tokenizer and its history. */
export interface ShippedModel extends LanguageModel {
  readonly tokenizer: BytePairTokenizer | CharacterTokenizer;
  readonly training: TrainingSummary;
}

const format = 'tuning-fork-model-1';

/** Sixteen hexadecimal digits for all that a model computes with: sizes, tokenizer and weights. Of one that was read from a file: weights as they were rounded. */
export function fingerprintOfModel({ options, weights, tokenizer }: Omit<ShippedModel, 'training'>): string {
  const words = `${JSON.stringify(Object.entries(options).sort())}${tokenizerJson(tokenizer)}`;
  return fingerprint([Uint32Array.from({ length: words.length }, (_, i) => words.charCodeAt(i)), weights]);
}

/** The bytes of a file. Throws `RangeError` where weights do not fit the model or half precision. */
export function encodeShippedModel({ options, weights, tokenizer, training }: ShippedModel): Uint8Array<ArrayBuffer> {
  const { parameters, parameterCount } = buildLanguageModel(options);
  if (weights.length !== parameterCount) throw new RangeError(`The model has ${parameterCount} parameters, not ${weights.length}.`);
  const rounded = roundedToHalf(weights);
  if (!rounded.every(Number.isFinite)) throw new RangeError('A weight is too large for half precision, or no number.');
  const tensors = Object.fromEntries(
    parameters.map(({ name, shape, offset }) => [name, { shape, values: rounded.subarray(offset, offset + sizeOf(shape)) }] as const),
  );
  const metadata = {
    format,
    model: JSON.stringify(options),
    tokenizer: tokenizerJson(tokenizer),
    training: JSON.stringify(training),
  };
  return encodeSafetensors(sealed({ tensors, metadata }), () => true);
}

/** Reads a file. Throws `UnreadableModel` if it is damaged, or none of ours. */
export function decodeShippedModel(bytes: Uint8Array): ShippedModel {
  const file = fileOf(bytes);
  const { metadata } = file;
  if (metadata['format'] !== format) throw new UnreadableModel('this file is not a model of Tuning Fork');
  const options = parseOptions(metadata['model'] ?? '');
  const model = refusing(RangeError, () => buildLanguageModel(options));
  const tokenizer = refusing(UnreadableTokenizer, () => refusing(RangeError, () => readTokenizerJson(metadata['tokenizer'] ?? '')));
  if (tokenizer.size !== options.vocabulary)
    throw new UnreadableModel(`the model has ${options.vocabulary} tokens, its tokenizer ${tokenizer.size}`);
  const weights = weightsOf(model, file.tensors);
  const training = parseTraining(metadata['training'] ?? '');
  // Last, since what is missing or out of place says more.
  if (!isAsSealed(file)) throw new UnreadableModel('the file is damaged: its contents are not what was saved');
  return { options, weights, tokenizer, training };
}

function fileOf(bytes: Uint8Array): SafetensorsFile {
  return refusing(SafetensorsError, () => decodeSafetensors(bytes, { half: true }));
}

/** What `read` gives; an error of the given kind is one of the file. */
function refusing<Result>(kind: new (message: string) => Error, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof kind) throw new UnreadableModel(error.message);
    throw error;
  }
}

function weightsOf({ parameters, parameterCount }: Model, tensors: Readonly<Record<string, NamedTensor>>): Float32Array {
  const flat = new Float32Array(parameterCount);
  for (const { name, shape, offset } of parameters) {
    const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    if (!tensor) throw new UnreadableModel(`the file lacks ${name}`);
    if (tensor.shape.join() !== shape.join()) throw new UnreadableModel(`${name} has another shape than this model`);
    flat.set(tensor.values, offset);
  }
  const known = new Set(parameters.map(({ name }) => name));
  const other = Object.keys(tensors).find((name) => !known.has(name));
  if (other !== undefined) throw new UnreadableModel(`the file holds ${other}, which the model does not have`);
  return flat;
}
