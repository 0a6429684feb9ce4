/** The file of a shipped model: there and back, its size, and everything that is refused. */
import { describe, expect, it } from 'vitest';
import { sealed } from '../shared/file-seal.ts';
import { roundedToHalf } from '../shared/half.ts';
import type { NamedTensor } from '../shared/safetensors.ts';
import { decodeSafetensors, encodeSafetensors } from '../shared/safetensors.ts';
import { alphabetOf, characterTokenizer } from '../tasks/tokenizers/characters.ts';
import { bytePairTokenizer } from '../tasks/tokenizers/byte-pair-tokenizer.ts';
import { drawnWeights, languageVariants } from '../testing/language-variants.ts';
import { generate } from './generate.ts';
import { UnreadableModel } from './model-card.ts';
import type { ShippedModel } from './shipped-model.ts';
import { decodeShippedModel, encodeShippedModel } from './shipped-model.ts';

const training = {
  data: 'Stories, public domain “as is”',
  characters: 5_400_000,
  tokens: 81_920_000,
  steps: 20_000,
  seed: 3,
  link: '#task=text&text=prose',
  validationLoss: 1.42,
  curve: [{ step: 0, train: 4.1, validation: 4.2 }],
  samples: [{ prompt: 'Once', text: ' upon a time', temperature: 0.8 }],
  pilots: [{ link: '#lr=0.01', steps: 2000, validationLoss: 1.9 }],
  twin: { steps: 2000, validationLoss: 1.91 },
};

function shipped(index: number): ShippedModel {
  const [, options] = languageVariants.at(index)!;
  return { options, weights: drawnWeights(options, 4), tokenizer: characterTokenizer(alphabetOf('abcdefghijk')), training };
}

const known = shipped(0);
const bytes = encodeShippedModel(known);
const file = decodeSafetensors(bytes, { half: true });

describe('a shipped model', () => {
  it.each([0, 15, 40, -1, -2, -4])('comes back as half precision has it: variant %i', (index) => {
    const model = shipped(index);
    const back = decodeShippedModel(encodeShippedModel(model));
    expect(back.options).toEqual(model.options);
    expect(back.weights).toEqual(roundedToHalf(model.weights));
    expect(back.training).toEqual(training);
    expect(back.tokenizer.names).toEqual(model.tokenizer.names);
  });

  it('takes two bytes a parameter, and says the same as before', () => {
    expect(bytes.length).toBeLessThan(2 * known.weights.length + 8000);
    const request = { prompt: 'abc', count: 12, temperature: 0, topK: 0, topP: 1, seed: 0 };
    const rounded = { ...known, weights: roundedToHalf(known.weights) };
    expect(Array.from(generate(decodeShippedModel(bytes), request))).toEqual(Array.from(generate(rounded, request)));
  });

  it('keeps byte pairs', () => {
    const tokenizer = bytePairTokenizer([
      [97, 98],
      [256, 99],
    ]);
    const options = { ...known.options, vocabulary: tokenizer.size };
    const model = { ...known, options, tokenizer, weights: drawnWeights(options, 4) };
    expect(decodeShippedModel(encodeShippedModel(model)).tokenizer.encode('abc')).toEqual(Uint16Array.of(257));
  });

  it.each([Number.NaN, 70_000])('is not written with a weight of %d', (weight) => {
    const weights = known.weights.slice();
    weights[5] = weight;
    expect(() => encodeShippedModel({ ...known, weights })).toThrow('half precision');
    expect(() => encodeShippedModel({ ...known, weights: weights.subarray(1) })).toThrow('parameters');
  });
});

describe('a model file is refused', () => {
  const again = (metadata: Readonly<Record<string, string>>, tensors: Readonly<Record<string, NamedTensor>> = file.tensors): Uint8Array =>
    encodeSafetensors(sealed({ tensors, metadata: { ...file.metadata, ...metadata } }), () => true);
  const options = (change: Readonly<Record<string, unknown>>): Uint8Array =>
    again({ model: JSON.stringify({ ...known.options, ...change }) });
  const card = (change: Readonly<Record<string, unknown>>): Uint8Array => again({ training: JSON.stringify({ ...training, ...change }) });
  const { 'block2.up.weight': up, ...fewer } = file.tensors;
  const damaged = bytes.slice();
  damaged[bytes.length - 9]! ^= 4;

  it.each([
    ['when it is a text', Uint8Array.from('Once upon a time there was', (letter) => letter.charCodeAt(0)), /not a safetensors file/],
    ['when it is cut short', bytes.subarray(0, bytes.length - 2), /cut short/],
    ['when it is some other safetensors file', encodeSafetensors({ tensors: file.tensors, metadata: {} }), /not a model/],
    ['when it is from another version', again({ format: 'tuning-fork-model-2' }), /not a model/],
    ['when a bit has changed', damaged, /damaged/],
    ['when its sizes are no JSON', again({ model: '{' }), /sizes of the model/],
    ['when a size is huge', options({ depth: 1e9 }), /depth is out of range/],
    ['when a size is a fraction', options({ width: 12.5 }), /width is out of range/],
    ['when a size is a text', options({ context: '6' }), /“context”/],
    ['when an option is unknown', options({ activation: 'sine' }), /“activation”/],
    ['when an option is missing', options({ tiedHead: undefined }), /“tiedHead”/],
    ['when heads do not divide the width', options({ heads: 5 }), /heads/],
    ['when it is another kind of model', options({ cell: 'lstm', hiddenStart: 'uniform' }), /lacks layer1/],
    ['when the tokenizer is no JSON', again({ tokenizer: 'abc' }), /tokenizer file/],
    ['when the tokenizer has other tokens', options({ vocabulary: 12 }), /12 tokens, its tokenizer 11/],
    ['when a tensor is missing', again({}, fewer), /lacks block2\.up\.weight/],
    ['when a tensor is of another shape', options({ context: 7 }), /positions\.weight has another shape/],
    ['when a tensor is too many', again({}, { ...file.tensors, extra: up! }), /holds extra/],
    ['when the summary is missing', again({ training: '' }), /training summary/],
    ['when the summary lacks the loss', card({ validationLoss: null }), /“validationLoss”/],
    ['when the curve is no list', card({ curve: {} }), /“curve”/],
    ['when a sample is no record', card({ samples: ['Once'] }), /“samples”/],
    ['when a twin has no loss', card({ twin: { steps: 2000 } }), /“validationLoss”/],
    ['when a pilot has no link', card({ pilots: [{ steps: 1, validationLoss: 1 }] }), /“link”/],
  ])('%s', (_, data, reason) => {
    expect(() => decodeShippedModel(data)).toThrow(UnreadableModel);
    expect(() => decodeShippedModel(data)).toThrow(reason);
  });

  it('takes what those are made from', () => {
    expect(decodeShippedModel(again({})).options).toEqual(known.options);
    expect(decodeShippedModel(options({})).options).toEqual(known.options);
    expect(decodeShippedModel(card({})).training).toEqual(training);
  });
});
