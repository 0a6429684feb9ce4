/** What this side believes of the kernels, against what the compiled modules export. */
import { expect, it } from 'vitest';
import { kernels } from './kernels.ts';
import { openWasm } from './open.ts';

it('calls kernels by their names and with as many operands as they have', async () => {
  const { module } = await openWasm();
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const functions = Object.entries(exports).filter((entry): entry is [string, () => void] => typeof entry[1] === 'function');
  const lengths = Object.fromEntries(functions.map(([name, { length }]) => [name, length]));
  expect(lengths).toMatchObject(kernels);
});
