/** Places of weights. */
import { describe, expect, it } from 'vitest';
import { axisNames, indexOf, placeIn, tensorName } from './weight-places.ts';

const tensors = [
  { name: 'layer1.weight', shape: [2, 4] },
  { name: 'layer1.bias', shape: [4] },
  { name: 'conv2.weight', shape: [3, 3, 2, 5] },
];

describe('a place of a weight', () => {
  it('is counted row by row through all tensors', () => {
    expect(indexOf(tensors, { tensor: 0, at: [0, 0] })).toBe(0);
    expect(indexOf(tensors, { tensor: 0, at: [1, 3] })).toBe(7);
    expect(indexOf(tensors, { tensor: 1, at: [2] })).toBe(10);
    expect(indexOf(tensors, { tensor: 2, at: [2, 2, 1, 4] })).toBe(12 + 89);
  });

  it('that is not there moves to the nearest', () => {
    expect(placeIn(tensors, { tensor: 0, at: [9, -1] })).toEqual({ tensor: 0, at: [1, 0] });
    expect(placeIn(tensors, { tensor: 7, at: [] })).toEqual({ tensor: 2, at: [0, 0, 0, 0] });
    expect(placeIn([], { tensor: 0, at: [1] })).toEqual({ tensor: 0, at: [] });
  });

  it('has names', () => {
    expect(tensors.map(({ name }) => tensorName(name))).toEqual(['layer 1 weights', 'layer 1 biases', 'conv 2 weights']);
    expect(tensors.map(({ shape }) => axisNames(shape).join(' '))).toEqual(['from to', 'to', 'row column from to']);
  });
});
