/**
 * Products of 512 × 512 matrices inside the wasm executor, beside the roof of the same thread, taken in turns: what share of it a step that is
 * nothing but a product reaches.
 */
import { openEngine } from '../../src/engine/engines.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Products } from './question.ts';
import { measureRoof } from './roof.ts';

const side = 512;
const turns = 5;
const turnSeconds = 0.2;

/** A step that multiplies two matrices and tells the sum of the result, which keeps it from being left out. */
function productProgram() {
  const g = new GraphBuilder();
  const matrix = { shape: [side, side], values: new Float32Array(side * side).map((_, i) => ((i * 7919) % 1000) / 1000 - 0.5) };
  const step = g.finish({ sum: g.sum(g.matMul(g.data('a', matrix.shape), g.data('b', matrix.shape))) });
  return { graphs: { step }, data: { a: matrix, b: matrix }, state: {}, seed: 0 };
}

/** Measures them. Rejects with an `EngineError` where there is no wasm engine. */
export async function measureProducts(): Promise<Products> {
  const { executor } = await openEngine('wasm');
  await executor.load(productProgram());
  const steps = async (count: number) => {
    await executor.run({ firstStep: 0, length: count, scalars: {}, tensors: {}, lasting: {} });
  };
  for (let warm = 0; warm < 20; warm++) await steps(1);
  const products: { gigaflops: number; roof: number }[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const { simd = Number.NaN, relaxedSimd = simd } = await measureRoof(1);
    const start = performance.now();
    let [done, elapsed] = [0, 0];
    while (elapsed < turnSeconds) {
      await steps(4);
      done += 4;
      elapsed = (performance.now() - start) / 1000;
    }
    products.push({ gigaflops: (done * 2 * side ** 3) / elapsed / 1e9, roof: relaxedSimd });
  }
  executor.dispose();
  return products;
}
