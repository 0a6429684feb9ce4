/** What this side believes of the kernels, against what the compiled modules export. */
import { expect, it } from 'vitest';
import { mostSharedPages } from './instance.ts';
import { deskKernels, kernels } from './kernels.ts';
import { openWasm } from './open.ts';

/** Functions of a module with the number of their parameters. */
function lengthsOf(module: WebAssembly.Module, memory: WebAssembly.Memory): Readonly<Record<string, number>> {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const functions = Object.entries(exports).filter((entry): entry is [string, () => void] => typeof entry[1] === 'function');
  return Object.fromEntries(functions.map(([name, { length }]) => [name, length]));
}

it('calls kernels by their names and with as many operands as they have', async () => {
  const { module, compileShared } = await openWasm();
  expect(lengthsOf(module, new WebAssembly.Memory({ initial: 1 }))).toMatchObject(kernels);
  const shared = lengthsOf(await compileShared(), new WebAssembly.Memory({ initial: 1, maximum: mostSharedPages, shared: true }));
  expect(shared).toMatchObject({ ...kernels, ...deskKernels.commands, ...deskKernels.questions });
});

it('keeps nothing but constants in static memory, which the instance of every helper writes anew', async () => {
  const { compileShared } = await openWasm();
  const memory = new WebAssembly.Memory({ initial: 16, maximum: mostSharedPages, shared: true });
  const { exports } = new WebAssembly.Instance(await compileShared(), { env: { memory } });
  const call = (name: string, ...operands: number[]): number => (exports[name] as (...all: number[]) => number)(...operands);
  const first = 64 * Math.ceil(call('freeFrom') / 64);
  const constants = new Uint8Array(memory.buffer).slice(0, first);
  call('setScratch', first);
  call('setDesk', first + call('scratchBytes'));
  const free = first + call('scratchBytes') + call('deskBytes') + 64;
  // Of those that need room for themselves: numbers of elements that leave some over.
  call('dropoutMask', free + 64, free, 3, 4, 21);
  call('normalNoise', free + 64, 21, 3);
  call('product', free, free + 4096, 0, free + 8192, 0, 9, 9, 9, 0, 0, 0, 0, 9, 0, 9);
  call('softmaxCrossEntropy', free, free + 64, 3, 7, free + 512, free + 1024);
  call('openJob', 0, 1);
  expect(call('takeSlice')).toBe(0);
  call('giveSlice');
  call('awaitSlices');
  expect(new Uint8Array(memory.buffer).slice(0, first)).toEqual(constants);
});
