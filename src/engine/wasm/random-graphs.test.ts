/** Graphs made at random against the double-precision interpreter: values of any node, metrics and states over several steps. */
import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { gapToLargest } from '../../testing/gap.ts';
import { Interpreter } from '../../testing/interpreter.ts';
import { randomProgram } from '../../testing/random-graph.ts';
import { createExecutor } from './executor.ts';
import { openWasm } from './open.ts';

const plain = await openWasm();
// Node 20 has relaxed SIMD behind a flag.
setFlagsFromString('--experimental-wasm-relaxed-simd');
const relaxed = await openWasm();
const builds = [plain, relaxed];
const tolerance = 2e-5;

describe.each(builds)('random graphs on $device', (kernels) => {
  it.each([
    { size: 6, from: 0, count: 60 },
    { size: 25, from: 1000, count: 60 },
    { size: 80, from: 2000, count: 25 },
  ])('agree with double precision, $size operations each', async ({ size, from, count }) => {
    const executor = createExecutor(kernels);
    for (let number = from; number < from + count; number++) {
      const { program, feeds } = randomProgram(number, size);
      const interpreter = new Interpreter();
      await Promise.all([executor.load(program), interpreter.load(program)]);
      const close = (own: ArrayLike<number>, expected: ArrayLike<number>, what: string): void => {
        expect(gapToLargest(own, expected, 1), `graph ${String(number)}, ${what}`).toBeLessThan(tolerance);
      };
      for (const [step, feed] of feeds.entries()) {
        const [watched, expected] = [await executor.evaluate('watch', feed), await interpreter.evaluate('watch', feed)];
        for (const [name, tensor] of Object.entries(expected))
          close(watched[name]?.values ?? [], tensor.values, `${name} before step ${String(step)}`);
        const [own, metrics] = [await executor.run([feed]), await interpreter.run([feed])];
        for (const [name, column] of Object.entries(metrics)) close(own[name] ?? [], column, `${name} in step ${String(step)}`);
        const [state, expectedState] = [await executor.readState(), await interpreter.readState()];
        for (const [name, tensor] of Object.entries(expectedState))
          close(state[name]?.values ?? [], tensor.values, `${name} after step ${String(step)}`);
      }
    }
  });
});
