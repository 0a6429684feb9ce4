/** The largest eigenvalue against matrices whose eigenvalues are known because they were made from them. */
import { describe, expect, it } from 'vitest';
import { largestEigenvalue, largestOfTridiagonal } from './lanczos.ts';
import { fillNormal, stream } from './random.ts';

function normals(count: number, site: number): Float64Array {
  const out = new Float32Array(count);
  fillNormal(out, 5, stream.sampling, 9, site);
  return Float64Array.from(out);
}

/** A symmetric matrix with the given eigenvalues: a diagonal one, reflected a few times (Householder). */
function madeFrom(eigenvalues: readonly number[]): (vector: Float64Array) => Float64Array {
  const size = eigenvalues.length;
  const mirrors = [1, 2, 3].map((site) => normals(size, site));
  const reflected = (vector: Float64Array, mirror: Float64Array): Float64Array => {
    const length = mirror.reduce((sum, value) => sum + value * value, 0);
    const along = mirror.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0);
    return vector.map((value, i) => value - (2 * along * (mirror[i] ?? 0)) / length);
  };
  return (vector) => {
    const turned = mirrors.reduce(reflected, vector);
    return mirrors.toReversed().reduce(
      reflected,
      turned.map((value, i) => value * (eigenvalues[i] ?? 0)),
    );
  };
}

async function found(eigenvalues: readonly number[], options = { most: 30, tolerance: 1e-6 }) {
  const matrix = madeFrom(eigenvalues);
  let products = 0;
  const count = (vector: Float64Array) => {
    products++;
    return Promise.resolve(matrix(vector));
  };
  return { value: await largestEigenvalue(count, normals(eigenvalues.length, 7), options), products: products };
}

describe('the largest eigenvalue', () => {
  it.each([
    ['one number', [3]],
    ['equal ones', [2, 2, 2, 2]],
    ['nothing but zero', [0, 0, 0]],
    ['a negative one that is larger in size', [-9, 1, 4, -2, 0.5, 3]],
    ['negative ones only', [-3, -1, -2]],
    ['two that lie close', [5, 4.9, 1, 0.1, 0, -1]],
  ])('of %s', async (_name, eigenvalues) => {
    const { value, products } = await found(eigenvalues);
    expect(value).toBeCloseTo(Math.max(...eigenvalues), 8);
    expect(products).toBeLessThanOrEqual(eigenvalues.length);
  });

  it('of many takes far fewer products than there are, and is as exact as asked', async () => {
    const eigenvalues = Array.from({ length: 400 }, (_, i) => 10 * 0.97 ** i - 1);
    const { value, products } = await found(eigenvalues, { most: 100, tolerance: 0.01 });
    expect(Math.abs(value - 9)).toBeLessThan(0.001 * 9);
    expect(products).toBeLessThan(30);
  });

  it('stops at the most that it may do, and at what is not finite', async () => {
    expect((await found([1, 0.999, 0.998, 0.997, 0.5], { most: 2, tolerance: 1e-12 })).products).toBe(2);
    expect(
      await largestEigenvalue((vector) => Promise.resolve(vector.map(() => Infinity)), normals(4, 1), { most: 9, tolerance: 0.1 }),
    ).toBeNaN();
  });
});

describe('of a tridiagonal matrix', () => {
  it('is that of the chain of springs', () => {
    // 2 on the diagonal, −1 beside it: 2 − 2·cos(kπ/(n+1)).
    const size = 12;
    const [diagonal, beside] = [new Array<number>(size).fill(2), new Array<number>(size - 1).fill(-1)];
    expect(largestOfTridiagonal(diagonal, beside)).toBeCloseTo(2 - 2 * Math.cos((size * Math.PI) / (size + 1)), 12);
  });
});
