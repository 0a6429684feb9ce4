/** Which matrices are hidden and which module is the head, for every kind of network. */
import { describe, expect, it } from 'vitest';
import { cnn } from './cnn.ts';
import { endsOf, hiddenMatrices, isOfHead } from './ends.ts';
import { gpt } from './gpt.ts';
import type { GptOptions } from './gpt.ts';
import { mlp } from './mlp.ts';
import { recurrent } from './recurrent.ts';

const options: GptOptions = {
  ...{ vocabulary: 5, context: 4, width: 8, depth: 2, heads: 2 },
  ...{ normAt: 'before', normalization: 'layer', activation: 'gelu', positions: 'learned', tiedHead: true },
};
const parts = ['query', 'key', 'value', 'projection', 'up', 'down'];
const ofBlocks = [1, 2].flatMap((block) => parts.map((part) => `block${String(block)}.${part}.weight`));

describe('the ends of a network', () => {
  it('are the first and the last layer where it reads numbers', () => {
    const { parameters } = mlp({ inputShape: [2], hidden: [5, 4, 3], outputs: 1, activation: 'tanh' });
    expect(endsOf(parameters)).toEqual({ input: 'layer1', head: 'output' });
    expect([...hiddenMatrices(parameters)]).toEqual(['layer2.weight', 'layer3.weight']);
    expect([...hiddenMatrices(mlp({ inputShape: [2], hidden: [], outputs: 1, activation: 'tanh' }).parameters)]).toEqual([]);
    const images = { inputShape: [8, 8, 1], channels: [2, 3], hidden: [4], outputs: 3, activation: 'relu', normalization: 'none' } as const;
    expect([...hiddenMatrices(cnn(images).parameters)]).toHaveLength(2);
  });

  it.each([
    [true, 'before'],
    [true, 'after'],
    [false, 'before'],
    [false, 'after'],
  ] as const)('leave all matrices of the blocks of a GPT hidden: tied head %s, norm %s', (tiedHead, normAt) => {
    const { parameters } = gpt({ ...options, tiedHead, normAt });
    expect([...hiddenMatrices(parameters)]).toEqual(ofBlocks);
    const head = parameters.filter(isOfHead(parameters)).map(({ name }) => name);
    expect(head).toEqual([tiedHead ? 'tokens.weight' : 'output.weight']);
  });

  it('are not in a part of a network that has neither, whatever its first and last matrix are', () => {
    const { parameters } = gpt(options);
    const lastBlock = parameters.filter(({ name }) => /^(block2|norm)\b/.test(name));
    expect([...hiddenMatrices(lastBlock)]).toEqual(ofBlocks.slice(parts.length));
    expect(lastBlock.filter(isOfHead(lastBlock))).toEqual([]);
    const untied = gpt({ ...options, tiedHead: false }).parameters;
    const head = untied.filter(({ name }) => /^(norm|output)\b/.test(name));
    expect([...hiddenMatrices(head)]).toEqual([]);
    expect(head.filter(isOfHead(head)).map(({ name }) => name)).toEqual(['output.weight']);
  });

  it('leave all matrices of recurrent layers hidden', () => {
    const { parameters } = recurrent({ vocabulary: 5, context: 4, width: 8, depth: 1, cell: 'gru', hiddenStart: 'uniform' });
    expect(endsOf(parameters)).toEqual({ input: 'tokens', head: 'output' });
    expect(hiddenMatrices(parameters).size).toBe(6);
  });
});
