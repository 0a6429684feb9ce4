/** What a function knows of memory, by running what is written with it: words handed on, stores taken back, and only those. */
import { expect, it } from 'vitest';
import { op } from './bytes.ts';
import { FunctionBody, ModuleBuilder } from './module.ts';
import { writeSmall } from './small-code.ts';

const [inside, outside, given] = [1024, 2048, 4096];
const isPrivate = (address: number): boolean => address >= inside && address < outside;

/** Runs a function whose private stores have been taken back; memory holds 1, 2, 3 … at `given` and −1 elsewhere. */
function ran(write: (body: FunctionBody) => void): Float32Array {
  const body = new FunctionBody();
  write(body);
  body.words.dropStores(isPrivate);
  const module = new ModuleBuilder();
  const bytes = module.bytes({ run: module.define(body) }, undefined);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const floats = new Float32Array(memory.buffer).fill(-1);
  for (let i = 0; i < 64; i++) floats[given / 4 + i] = i + 1;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory }, kernels: {} });
  (exports['run'] as () => void)();
  return floats;
}

const at = (floats: Float32Array, address: number, count: number): number[] =>
  Array.from(floats.subarray(address / 4, address / 4 + count));

it('hands on what was stored, from several places and lanes, and stores it only where it is needed', () => {
  const floats = ran(({ words }) => {
    words.store(inside, words.load(given), 2);
    words.store(inside + 8, words.load(given + 32), 1);
    words.store(inside + 12, words.load(given + 64), 1);
    words.store(outside, words.load(inside), 4);
    words.store(outside + 16, words.spread(inside + 4), 4);
    words.store(outside + 32, words.gather([inside + 12, inside, given + 4]), 3);
    words.move(outside + 44, inside + 8);
  });
  expect(at(floats, outside, 12)).toEqual([1, 2, 9, 17, 2, 2, 2, 2, 17, 1, 2, 9]);
  expect(at(floats, inside, 4)).toEqual([-1, -1, -1, -1]);
});

it('keeps a store whose word is read from memory, and knows it beside words that are not', () => {
  const floats = ran(({ words }) => {
    words.store(inside + 4, words.load(given), 1);
    // The word before is nobody's; that after comes along, as it was.
    words.store(outside, words.load(inside, 1), 1);
    words.store(outside + 4, words.load(inside + 4, 1), 1);
    words.store(inside + 32, words.load(given + 4), 1);
    words.store(outside + 16, words.load(inside + 32), 4);
  });
  expect(at(floats, outside, 2)).toEqual([-1, 1]);
  expect(at(floats, outside + 16, 4)).toEqual([2, -1, -1, -1]);
});

it('forgets where others may have written, and lets them read all', () => {
  const floats = ran((body) => {
    const { words } = body;
    words.store(inside, words.load(given), 4);
    words.forget();
    body.emit(op.i32(0), op.i32(0), op.loadF32(given + 40), op.storeF32(inside));
    words.store(outside, words.load(inside), 4);
  });
  expect(at(floats, outside, 4)).toEqual([11, 2, 3, 4]);
});

it('lets rows be looked up in a table that was just stored', () => {
  const floats = ran((body) => {
    const { words } = body;
    words.store(inside, words.load(given + 16), 4);
    words.store(inside + 64, words.load(given), 2);
    writeSmall(
      body,
      { kind: 'gather', to: outside, table: inside, rows: inside + 64, count: 2, width: 1 },
      { pattern: () => 0, fused: false },
    );
  });
  expect(at(floats, outside, 2)).toEqual([6, 7]);
});
