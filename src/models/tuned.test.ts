/** What of a pretrained model is trained, what stays, and that both together are the model that is meant. */
import { describe, expect, it } from 'vitest';
import { normalize } from '../params/config.ts';
import type { ConfigPatch } from '../params/config.ts';
import { sizeOf } from '../graph/graph.ts';
import { gap } from '../testing/gap.ts';
import { outputsOf } from '../testing/model-outputs.ts';
import { tinyOptions, tinyShipped } from '../testing/tiny-shipped.ts';
import { buildModel } from './build-model.ts';
import { gpt } from './gpt.ts';
import type { GptOptions } from './gpt.ts';
import { initialParameters } from './initialization.ts';
import type { Model } from './model.ts';

const { weights } = tinyShipped();
const options = tinyOptions();
const context = options.context;
const tokens = Array.from({ length: 2 * context }, (_, i) => (i * 37) % options.vocabulary);

function tunedModel(choices: ConfigPatch, tiedHead = true): Model {
  const { config } = normalize({ task: 'text', model: 'pretrained', ...choices });
  const start = { weights, tiedHead, fingerprint: '' };
  return buildModel(config, { inputShape: [context], outputs: options.vocabulary, start });
}

/** The flat vector after some step: every number a little elsewhere. */
const moved = (model: Model): Float32Array => initialParameters(model, 'glorot', 1).map((value, i) => value + 0.1 * Math.sin(i));

const tensorIn = (model: Pick<Model, 'parameters'>, flat: Float32Array, name: string): Float32Array => {
  const { offset = 0, shape = [0] } = model.parameters.find((parameter) => parameter.name === name) ?? {};
  return flat.subarray(offset, offset + sizeOf(shape));
};

const names = ({ parameters }: Model): readonly string[] => parameters.map(({ name }) => name);

describe('what is trained', () => {
  it('all weights: those of the file, and nothing beside them', () => {
    const model = tunedModel({ tune: 'full' });
    expect(initialParameters(model, 'glorot', 1)).toEqual(weights);
    expect(model.fixed).toBeUndefined();
  });

  it('the last block and the final norm, each starting as it was', () => {
    const model = tunedModel({ tune: 'blocks', lastBlocks: 1 });
    expect(new Set(names(model).map((name) => name.split('.')[0]))).toEqual(new Set(['block2', 'norm']));
    const start = initialParameters(model, 'glorot', 1);
    for (const name of names(model)) expect(tensorIn(model, start, name)).toEqual(tensorIn(gpt(options), weights, name));
    expect(names(tunedModel({ tune: 'blocks', lastBlocks: 2 }))).toContain('block1.norm1.weight');
  });

  it('the head alone: a matrix of its own that starts as the table of tokens, which stays', () => {
    const model = tunedModel({ tune: 'head' });
    expect(names(model)).toEqual(['norm.weight', 'norm.bias', 'output.weight']);
    const head = tensorIn(model, initialParameters(model, 'glorot', 1), 'output.weight');
    const table = tensorIn(gpt(options), weights, 'tokens.weight');
    expect(head[3 * options.vocabulary + 7]).toBe(table[7 * options.width + 3]);
    expect(model.fixed?.find(({ name }) => name === 'tokens.weight')?.values).toEqual(table);
  });

  it('LoRA: A between ±1/√in and never all alike, B zero, for the matrices asked for', () => {
    const model = tunedModel({ tune: 'lora', rank: 3, adapted: 'qv' });
    const parts = ['block1.query', 'block1.value', 'block2.query', 'block2.value'];
    expect(names(model)).toEqual(parts.flatMap((part) => [`${part}.lora_A`, `${part}.lora_B`]));
    const start = initialParameters(model, 'glorot', 1);
    const a = tensorIn(model, start, 'block1.query.lora_A');
    expect(a).toHaveLength(3 * options.width);
    expect(Math.max(...a.map(Math.abs))).toBeLessThanOrEqual(1 / Math.sqrt(options.width));
    expect(new Set(a).size).toBe(a.length);
    expect(tensorIn(model, start, 'block1.query.lora_B')).toEqual(new Float32Array(3 * options.width));
    expect(names(tunedModel({ tune: 'lora', adapted: 'attention' }))).toHaveLength(16);
    expect(names(tunedModel({ tune: 'lora', adapted: 'mlp' }))).toHaveLength(8);
    expect(names(tunedModel({ tune: 'lora', adapted: 'all' }))).toHaveLength(24);
  });

  it('refuses weights of another length', () => {
    const { config } = normalize({ task: 'text', model: 'pretrained' });
    const start = { weights: new Float32Array(7), tiedHead: true, fingerprint: '' };
    expect(() => buildModel(config, { inputShape: [context], outputs: options.vocabulary, start })).toThrow(/parameters, not 7/);
    expect(() => buildModel(config, { inputShape: [context], outputs: options.vocabulary })).toThrow(/has not been loaded/);
  });
});

describe('before the first step', () => {
  const expected = outputsOf(gpt(options), weights, tokens);

  it.each([{ tune: 'full' }, { tune: 'blocks' }, { tune: 'head' }, { tune: 'lora' }] as const)('%s says what the file says', (choices) => {
    const model = tunedModel(choices);
    const outputs = outputsOf(model, initialParameters(model, 'glorot', 1), tokens);
    expect(gap(outputs, expected)).toBeLessThanOrEqual(1e-12);
  });
});

describe('the whole network', () => {
  it.each([{ tune: 'blocks' }, { tune: 'lora' }] as const)('is made of what is trained, and of nothing else: %o', (choices) => {
    const model = tunedModel(choices);
    const whole = model.whole!(moved(model));
    expect(() => model.whole!(whole)).toThrow(RangeError);
  });

  const own: GptOptions = { ...options, tiedHead: false };

  it.each([
    ['last block', { tune: 'blocks' }, options],
    ['head', { tune: 'head' }, own],
    ['LoRA on all', { tune: 'lora', rank: 2 }, options],
    ['LoRA on query and value, strong', { tune: 'lora', rank: 3, loraAlpha: 20, adapted: 'qv' }, options],
  ] as const)('%s: the merged vector says what the model says', (_, choices, as) => {
    const model = tunedModel(choices);
    const flat = moved(model);
    const merged = model.whole?.(flat) ?? flat;
    // Merging rounds each weight to float32 once.
    expect(gap(outputsOf(gpt(as), merged, tokens), outputsOf(model, flat, tokens))).toBeLessThanOrEqual(1e-4);
    expect(gap(outputsOf(gpt(options), weights, tokens), outputsOf(model, flat, tokens))).toBeGreaterThan(0.01);
  });
});
