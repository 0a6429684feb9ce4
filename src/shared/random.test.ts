/** The random streams: distribution, addressing, independence of steps, sites and streams. */
import { describe, expect, it } from 'vitest';
import { fillKeepMask, fillNormal, fillUniform, permutation, stream } from './random.ts';

const many = 100_000;

function uniforms(count: number, seed: number, a = 0, b = 0, of: (typeof stream)[keyof typeof stream] = stream.dataNoise): Float32Array {
  const out = new Float32Array(count);
  fillUniform(out, seed, of, a, b);
  return out;
}

function mask(count: number, rate: number, seed: number, step: number, site: number): Float32Array {
  const out = new Float32Array(count);
  fillKeepMask(out, rate, seed, step, site);
  return out;
}

function shareEqual(p: Float32Array, q: Float32Array): number {
  return p.reduce((same, value, i) => same + Number(value === q[i]), 0) / p.length;
}

describe('uniform numbers', () => {
  it('are addressed by element, whatever the length', () => {
    const long = uniforms(3000, 5, 6, 7);
    for (const length of [1, 2, 4, 5, 1023, 1024, 1025, 2999]) expect(uniforms(length, 5, 6, 7)).toEqual(long.slice(0, length));
  });

  it('fill [0, 1) evenly', () => {
    const values = uniforms(many, 1);
    const bins = new Array<number>(20).fill(0);
    for (const value of values) bins[Math.floor(value * 20)]!++;
    const expected = many / 20;
    const chiSquare = bins.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(44); // 99.9 % point of 19 degrees of freedom
    expect(Math.max(...values.slice(0, 1000))).toBeLessThan(1);
  });

  it('differ with seed, stream, a and b', () => {
    const base = uniforms(1000, 1, 2, 3);
    for (const other of [
      uniforms(1000, 2, 2, 3),
      uniforms(1000, 1, 3, 3),
      uniforms(1000, 1, 2, 4),
      uniforms(1000, 1, 2, 3, stream.order),
    ]) {
      expect(shareEqual(base, other)).toBeLessThan(0.01);
    }
    expect(uniforms(1000, 1, 2, 3)).toEqual(base);
  });
});

describe('normal numbers', () => {
  it('have the moments of the standard normal', () => {
    const values = new Float32Array(many);
    fillNormal(values, 3, stream.initialization, 0, 0);
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / many;
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(many));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / many));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / many));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / many));
  });

  it('come in pairs that are not correlated, and odd lengths are whole', () => {
    const values = new Float32Array(many - 1);
    fillNormal(values, 4, stream.initialization, 0, 0);
    let product = 0;
    for (let i = 0; i + 1 < values.length; i += 2) product += values[i]! * values[i + 1]!;
    expect(Math.abs(product / (many / 2))).toBeLessThan(4 / Math.sqrt(many / 2));
    const longer = new Float32Array(many);
    fillNormal(longer, 4, stream.initialization, 0, 0);
    expect(values).toEqual(longer.slice(0, many - 1));
  });
});

describe('permutation', () => {
  it('holds every index once and differs between epochs', () => {
    const first = permutation(5000, 9, stream.order, 0);
    expect(Array.from(first).sort((i, j) => i - j)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    expect(permutation(5000, 9, stream.order, 0)).toEqual(first);
    const second = permutation(5000, 9, stream.order, 1);
    expect(first.filter((row, i) => row === second[i]).length).toBeLessThan(12);
  });

  it('puts each index first about equally often', () => {
    const seen = new Array<number>(6).fill(0);
    for (let epoch = 0; epoch < 6000; epoch++) seen[permutation(6, 2, stream.order, epoch)[0]!]!++;
    const chiSquare = seen.reduce((sum, times) => sum + (times - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(20.5); // 99.9 % point of 5 degrees of freedom
  });
});

describe('dropout masks', () => {
  it.each([0.1, 0.5, 0.9])('drop a share of %d within four standard deviations and scale the rest', (rate) => {
    const values = mask(many, rate, 11, 3, 1);
    const dropped = values.filter((value) => value === 0).length;
    expect(Math.abs(dropped - many * rate)).toBeLessThan(4 * Math.sqrt(many * rate * (1 - rate)));
    const kept = Math.fround(1 / (1 - Math.fround(rate)));
    expect(values.every((value) => value === 0 || value === kept)).toBe(true);
  });

  it('keep all at rate 0 and none at rate 1', () => {
    expect(mask(100, 0, 1, 2, 3).every((value) => value === 1)).toBe(true);
    expect(mask(100, 1, 1, 2, 3).every((value) => value === 0)).toBe(true);
  });

  it('never repeat between steps and sites', () => {
    const seen = new Set<string>();
    for (let step = 0; step < 60; step++) {
      for (let site = 0; site < 6; site++) seen.add(mask(64, 0.5, 1, step, site).join());
    }
    expect(seen.size).toBe(360);
    expect(mask(64, 0.5, 1, 5, 2)).toEqual(mask(64, 0.5, 1, 5, 2));
  });

  it('do not depend on how many elements follow', () => {
    expect(mask(10, 0.5, 1, 5, 2)).toEqual(mask(5000, 0.5, 1, 5, 2).slice(0, 10));
  });
});
