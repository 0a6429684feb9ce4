/** Arrays taken out of data and put back. */
import { describe, expect, it } from 'vitest';
import { packArrays, unpackArrays } from './packed-arrays.ts';

const data = {
  width: 4,
  names: ['a', 'b'],
  at: { step: Float64Array.of(1, 2), nothing: new Float64Array() },
  odd: Float64Array.of(Number.NaN, -Infinity, 0.1 + 0.2, -0),
};

describe('packed arrays', () => {
  it('come back as they were, members that are no arrays too', () => {
    expect(unpackArrays(packArrays(data, 'curves'))).toEqual(data);
  });

  it('are tensors named by where they stood', () => {
    const { text, tensors } = packArrays(data, 'curves');
    expect(Object.keys(tensors)).toEqual(['curves.at.step', 'curves.at.nothing', 'curves.odd']);
    expect(JSON.parse(text)).toEqual({
      width: 4,
      names: ['a', 'b'],
      at: { step: { tensor: 'curves.at.step' }, nothing: { tensor: 'curves.at.nothing' } },
      odd: { tensor: 'curves.odd' },
    });
  });

  it.each([
    ['a tensor is missing', '{"tensor":"curves.other"}'],
    ['a tensor has the name of something that every object has', '{"tensor":"constructor"}'],
    ['the text is cut short', '{"tensor":'],
  ])('are refused when %s', (_name, text) => {
    expect(() => unpackArrays({ ...packArrays(data, 'curves'), text })).toThrow();
  });
});
