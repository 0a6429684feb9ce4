/** What a batch that is too large is told. */
import { describe, expect, it } from 'vitest';
import { whyNoLargerBatch } from './batch-limit.ts';
import { normalize, resolve } from './config.ts';

describe('the limit of a batch', () => {
  it.each([
    [{ task: 'text' }, 'no more than 481 fit in memory: a smaller context, width or depth makes room for more'],
    [{ task: 'text', tokenizer: 'bpe', vocabulary: 4096, depth: 1 }, 'a smaller context, vocabulary makes room'],
    [{ task: 'copy', width: 512, depth: 8, length: 14 }, 'a smaller length, width or depth makes room'],
    [{ task: 'modular', modulus: 97, width: 512, depth: 8 }, 'memory: a smaller width or depth makes room'],
  ] as const)('of %j says what to lower', (choices, words) => {
    expect(whyNoLargerBatch(resolve(choices))).toContain(words);
  });

  it('that is the number of examples needs no reason', () => {
    expect(whyNoLargerBatch(resolve({}))).toBeUndefined();
    expect(whyNoLargerBatch(resolve({ task: 'text', trainingSize: 100 }))).toBeUndefined();
  });

  it('is told with its reason where a link goes beyond it', () => {
    const { problems } = normalize({ task: 'text', batchSize: 5000 });
    expect(problems.map(({ message }) => message).join()).toMatch(/largest allowed value, 481 \(no more than 481 fit in memory/);
  });
});
