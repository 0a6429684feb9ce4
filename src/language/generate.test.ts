/** Generation: at temperature 0 the text that executors would choose, at others a pure function of the seed; windows, prompts, streaming. */
import { describe, expect, it } from 'vitest';
import { openCpu } from '../engine/tfjs/cpu.ts';
import { createExecutor as createTfjsExecutor } from '../engine/tfjs/executor.ts';
import { createExecutor as createWasmExecutor } from '../engine/wasm/executor.ts';
import { openWasm } from '../engine/wasm/open.ts';
import type { LanguageOptions } from '../models/build-language-model.ts';
import { alphabetOf, characterTokenizer } from '../tasks/tokenizers/characters.ts';
import { bytePairTokenizer } from '../tasks/tokenizers/byte-pair-tokenizer.ts';
import { drawnWeights, languageVariants, logitsBy, logitsProgram } from '../testing/language-variants.ts';
import { generate } from './generate.ts';
import type { GenerationRequest } from './generate.ts';
import type { LanguageModel } from './language-model.ts';
import { OutputsNotFinite } from './ranking.ts';

/** Executors and the variants that they are asked about: wasm assembles each graph, which takes a while, so that it gets every fifth. */
const asked = [
  { executor: createTfjsExecutor(await openCpu()), variants: languageVariants },
  { executor: createWasmExecutor(await openWasm()), variants: languageVariants.filter((_, index) => index % 5 === 0) },
];
const tokenizer = characterTokenizer(alphabetOf('abcdefghijk'));
const greedy = { prompt: 'cak', count: 12, temperature: 0, topK: 0, topP: 1, seed: 0 };

function modelWith(options: LanguageOptions, weights = drawnWeights(options, 8)): LanguageModel {
  return { options, weights, tokenizer };
}

const [, gptOptions] = languageVariants[0]!;
const [, lstmOptions] = languageVariants.at(-2)!;

function made(model: LanguageModel, request: GenerationRequest): { readonly tokens: number[]; readonly text: string } {
  const steps = Array.from(generate(model, request)).filter(({ kind }) => kind === 'made') as { token: number; text: string }[];
  return { tokens: steps.map(({ token }) => token), text: steps.map(({ text }) => text).join('') };
}

describe('temperature 0', () => {
  describe.each(asked)('chooses what $executor.engine finds likeliest', ({ executor, variants }) => {
    it.each(variants)('%s', async (_, options) => {
      const model = modelWith(options);
      await executor.load(logitsProgram(options, model.weights));
      const prompt = [...tokenizer.encode(greedy.prompt)];
      const { tokens } = made(model, greedy);
      const rows = (await logitsBy(executor, options, [...prompt, ...tokens])).slice(prompt.length - 1);
      let decided = 0;
      for (const [place, token] of tokens.entries()) {
        const logits = rows[place]!;
        const [first = 0, second = 0] = [...logits].sort((a, b) => b - a);
        if (first - second <= 1e-3) continue;
        expect(token).toBe(logits.indexOf(first));
        decided++;
      }
      expect(decided).toBeGreaterThanOrEqual(greedy.count - 1);
    });
  });

  it('takes the lowest id of equals', () => {
    const model = modelWith(gptOptions, new Float32Array(drawnWeights(gptOptions, 1).length));
    expect(made(model, greedy).text).toBe('a'.repeat(greedy.count));
  });
});

describe('sampling', () => {
  const model = modelWith(lstmOptions);
  const hot = { ...greedy, temperature: 1.5, topP: 0.9, seed: 12, count: 40 };

  it('gives the same text for the same seed, another for another', () => {
    expect(made(model, hot)).toEqual(made(model, hot));
    expect(made(model, { ...hot, seed: 13 })).not.toEqual(made(model, hot));
  });

  it.each([
    ['a GPT, beyond its context', gptOptions],
    ['an LSTM', lstmOptions],
  ])('goes on with its own text as it would have gone on: %s', (_, options) => {
    const own = modelWith(options);
    const whole = made(own, hot).text;
    for (const begun of [1, 2, 3, 4, 5, 9, 16, 23]) {
      const rest = made(own, { ...hot, prompt: hot.prompt + whole.slice(0, begun), count: hot.count - begun }).text;
      expect(rest).toBe(whole.slice(begun));
    }
  });

  it.each([
    [{ temperature: -1 }, 'Temperature -1 is below 0'],
    [{ temperature: Number.NaN }, 'Temperature NaN'],
    [{ topP: 0 }, 'Top-p 0 is not'],
    [{ topP: 1.1 }, 'Top-p 1.1 is not'],
    [{ topK: -1 }, 'Top-k -1 is below 0'],
  ])('refuses %o by name', (wrong, said) => {
    expect(() => made(model, { ...hot, ...wrong })).toThrow(said);
  });
});

describe('generate', () => {
  it('yields while it reads, so that it can be stopped', () => {
    const kinds = Array.from(generate(modelWith(gptOptions), { ...greedy, count: 6 }), ({ kind }) => kind);
    // Two tokens of the prompt before the last, three made, then the context of six is full and three are read again.
    expect(kinds.join(' ')).toBe('reading reading made made made made reading reading reading made made');
  });

  it('reads only what it will see of a long prompt', () => {
    const prompt = 'abcdefghijk'.repeat(50);
    const kinds = Array.from(generate(modelWith(gptOptions), { ...greedy, prompt, count: 1 }), ({ kind }) => kind);
    expect(kinds.length).toBeLessThanOrEqual(6);
  });

  it('refuses an empty prompt, one with unknown characters, and weights that have diverged', () => {
    const model = modelWith(gptOptions);
    expect(() => made(model, { ...greedy, prompt: '' })).toThrow('a token to go on from');
    expect(() => made(model, { ...greedy, prompt: 'abz' })).toThrow('does not have "z"');
    const diverged = modelWith(
      gptOptions,
      model.weights.map(() => Number.NaN),
    );
    expect(() => made(diverged, greedy)).toThrow(OutputsNotFinite);
    expect(() => made(diverged, { ...greedy, temperature: 1 })).toThrow(OutputsNotFinite);
  });

  it('streams the text of its tokens', () => {
    const bytes = bytePairTokenizer([]);
    const options = { ...gptOptions, vocabulary: bytes.size };
    const model = { options, weights: drawnWeights(options, 3), tokenizer: bytes };
    const request = { ...greedy, prompt: 'é', count: 60, temperature: 2, seed: 5 };
    const { tokens, text } = made(model, request);
    expect(`é${text}`).toBe(bytes.decode([...bytes.encode('é'), ...tokens]));
  });
});
