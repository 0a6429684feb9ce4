/** An engine with a wrong kernel is not offered: whichever kernel of WebAssembly it is. `e2e/executors.spec.ts` asks the graphics card the same. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { kernels } from './wasm/kernels.ts';
import { lineFeeds, lineProgram } from './testing-programs.ts';

type Imports = Readonly<Record<string, WebAssembly.ModuleImports>>;

const { Instance, Module } = WebAssembly;

afterEach(() => {
  Object.assign(WebAssembly, { Instance, Module });
});

/** From now on plans get `kernel` as one that does what `made` makes of it: nothing, if it is not said. */
function change(kernel: string, made: (own: (...operands: number[]) => void) => unknown = () => () => undefined): void {
  const linked = function (module: WebAssembly.Module, imports: Imports): WebAssembly.Instance {
    const own = imports['kernels'];
    if (own === undefined) return new Instance(module, imports);
    const changed = made(own[kernel] as (...operands: number[]) => void) as WebAssembly.ImportValue;
    return new Instance(module, { ...imports, kernels: { ...own, [kernel]: changed } });
  };
  Object.assign(WebAssembly, { Instance: linked });
}

/** `f32x4.mul` as bytes. */
const multiply = [0xfd, 0xe6, 0x01] as const;
const addInstead = 0xe4;

/** From now on plans have additions where they should multiply: in what they compute element by element themselves. */
function addForMultiply(): void {
  const assembled = function (bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
    const other = bytes.slice();
    for (let at = 0; at + 2 < other.length; at++) if (multiply.every((byte, i) => other[at + i] === byte)) other[at + 1] = addInstead;
    return new Module(other);
  };
  Object.assign(WebAssembly, { Module: assembled });
}

/** The engines as a session finds them that has opened none yet. */
async function freshly() {
  vi.resetModules();
  const [{ openEngine }, { chooseEngine }] = await Promise.all([import('./engines.ts'), import('./choose.ts')]);
  return { openEngine, chooseEngine };
}

describe('wasm', () => {
  it('is offered where all kernels are right', async () => {
    const { executor } = await (await freshly()).openEngine('wasm');
    expect(executor.engine).toBe('wasm');
  });

  it.each(Object.keys(kernels))('is not offered where %s does nothing', async (kernel) => {
    change(kernel);
    const { openEngine } = await freshly();
    await expect(openEngine('wasm')).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringMatching(/^wasm on CPU.* computes \w+ wrongly \(/) as unknown,
    });
  });

  it.each([
    ['product', 9],
    ['conv2dKernelGradient', 11],
  ] as const)('is not offered where %s tells shares of too many rows, or of too few', async (kernel, share) => {
    for (const wrong of [1, -1]) {
      change(kernel, (own) => (...operands: number[]) => {
        own(...operands.with(share + 1, (operands[share + 1] ?? 0) + (operands[share] === 0 ? 0 : wrong)));
      });
      const { openEngine } = await freshly();
      await expect(openEngine('wasm')).rejects.toMatchObject({
        kind: 'unsupported',
        message: expect.stringMatching(/computes matMul wrongly \(beside its first rows/) as unknown,
      });
      Object.assign(WebAssembly, { Instance });
    }
  });

  it('gives a large program one thread where kernels are wrong in memory that threads share', async () => {
    const linked = function (module: WebAssembly.Module, imports: Imports): WebAssembly.Instance {
      const own = imports['kernels'];
      const isShared = own !== undefined && 'isShared' in own;
      return new Instance(module, isShared ? { ...imports, kernels: { ...own, product: () => undefined } } : imports);
    };
    Object.assign(WebAssembly, { Instance: linked });
    const { executor } = await (await freshly()).openEngine('wasm');
    const g = new GraphBuilder();
    const ones = g.constant(new Float32Array(256 * 256).fill(1), [256, 256]);
    const step = g.finish({ total: g.sum(g.matMul(g.mul(ones, g.scalar('factor')), ones)) });
    await executor.load({ graphs: { step }, data: {}, state: {}, seed: 1 });
    const { total } = await executor.run([{ step: 0, scalars: { factor: 2 }, tensors: {} }]);
    expect(executor.device).toMatch(/one thread$/);
    expect([...(total ?? [])]).toEqual([2 * 256 ** 3]);
  });

  it('is not offered where it adds instead of multiplying, and the choice says why and takes another', async () => {
    addForMultiply();
    const { chooseEngine } = await freshly();
    const { engine, candidates } = await chooseEngine(lineProgram(), lineFeeds(0, 2));
    expect(engine).toBe('tfjs-cpu');
    expect(candidates.find((one) => one.engine === 'wasm')?.refused).toMatch(/computes \w+ wrongly/);
  });
});
