/** A build for shared memory that computes wrongly, whichever kernel it is, is not used: a large program then has one thread, and goes on. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Program } from '../../graph/executor.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { lineProgram } from '../testing-programs.ts';
import { createExecutor } from './executor.ts';
import type { Kernels } from './instance.ts';
import { kernels as kernelNames } from './kernels.ts';
import { openWasm } from './open.ts';
import { provingShared } from './prove-shared.ts';
import { cutKernels } from './slices.ts';

type Imports = Readonly<Record<string, WebAssembly.ModuleImports>>;

const { Instance, Memory } = WebAssembly;

/** Kernels for two threads, of which the build for shared memory is compiled once. */
let opened: Kernels;

beforeAll(async () => {
  opened = await openWasm(2, { program: 1000, job: 100, slice: 10 });
});

afterEach(() => {
  Object.assign(WebAssembly, { Instance, Memory });
});

/** From now on plans in shared memory, and only they, get what `change` makes of the kernels. */
function changeShared(change: (own: WebAssembly.ModuleImports) => WebAssembly.ModuleImports): void {
  const linked = function (module: WebAssembly.Module, imports: Imports): WebAssembly.Instance {
    const own = imports['kernels'];
    return new Instance(module, own !== undefined && 'isShared' in own ? { ...imports, kernels: { ...own, ...change(own) } } : imports);
  };
  Object.assign(WebAssembly, { Instance: linked });
}

/** From now on there is no shared memory of more than so many pages; answers how often it was asked for. */
function limitShared(pages: number): () => number {
  let asked = 0;
  const limited = function (descriptor: WebAssembly.MemoryDescriptor): WebAssembly.Memory {
    if (descriptor.shared === true) asked++;
    if (descriptor.shared === true && (descriptor.maximum ?? 0) > pages) throw new RangeError('could not allocate memory');
    return new Memory(descriptor);
  };
  Object.assign(WebAssembly, { Memory: limited });
  return () => asked;
}

const x = Float32Array.from({ length: 64 * 64 }, (_, i) => Math.sin(i));

function largeProgram(): Program {
  const g = new GraphBuilder();
  const given = g.feed('x', [64, 64]);
  return { graphs: { step: g.finish({ y: g.sum(g.matMul(given, g.softmax(given))) }) }, data: {}, state: {}, seed: 1 };
}

async function lossOn(kernels: Kernels): Promise<{ readonly device: string; readonly y: readonly number[] }> {
  const executor = createExecutor(kernels);
  await executor.load(largeProgram());
  const { y = [] } = await executor.run([{ step: 0, scalars: {}, tensors: { x } }]);
  const { device } = executor;
  executor.dispose();
  return { device, y: [...y] };
}

describe('the build for shared memory', () => {
  it('is used where it is right, and was asked in slices, once', async () => {
    const sliced = new Set<string>();
    let slice: string[] | undefined;
    changeShared((own) =>
      Object.fromEntries(
        Object.entries(own).map(([name, call]) => [
          name,
          (...operands: number[]): unknown => {
            const result = (call as (...all: number[]) => unknown)(...operands);
            if (name === 'takeSlice') slice = result === -1 ? undefined : [];
            else if (name !== 'giveSlice') slice?.push(name);
            else if (slice?.length === 0) sliced.add('elementwise');
            else for (const kernel of slice ?? ['nothing']) sliced.add(kernel);
            return result;
          },
        ]),
      ),
    );
    const kernels = provingShared(opened);
    await kernels.compileShared();
    expect([...sliced].sort()).toEqual([...cutKernels, 'elementwise', 'gatherGradient'].sort());
    sliced.clear();
    await kernels.compileShared();
    expect([...sliced]).toEqual([]);
    expect(await lossOn(kernels)).toMatchObject({ device: expect.stringMatching(/2 threads$/) as unknown });
  });

  it.each(Object.keys(kernelNames))('is not used where %s does nothing', async (kernel) => {
    changeShared(() => ({ [kernel]: () => undefined }));
    await expect(provingShared(opened).compileShared()).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it('leaves one thread where it is wrong, with the same bits, and is not asked again', async () => {
    const alone = await lossOn(await openWasm(1));
    changeShared(() => ({ product: () => undefined }));
    const compileShared = vi.fn(opened.compileShared);
    const kernels = provingShared({ ...opened, compileShared });
    const first = await lossOn(kernels);
    expect(first).toEqual(alone);
    expect(first.device).toMatch(/one thread$/);
    const { length } = compileShared.mock.calls;
    expect(await lossOn(kernels)).toEqual(alone);
    expect(compileShared.mock.calls).toHaveLength(length);
  });

  it('is not asked for what is small', async () => {
    const compileShared = vi.fn(opened.compileShared);
    await createExecutor(provingShared({ ...opened, compileShared })).load(lineProgram());
    expect(compileShared).not.toHaveBeenCalled();
  });
});

describe('memory that threads share', () => {
  it('is asked for once where it cannot be had, and the instance for one thread stays', async () => {
    const asked = limitShared(0);
    const executor = createExecutor(opened);
    const devices: string[] = [];
    const instances: unknown[] = [];
    const counting = function (module: WebAssembly.Module, imports: Imports): WebAssembly.Instance {
      if (imports['kernels'] === undefined) instances.push(module);
      return new Instance(module, imports);
    };
    Object.assign(WebAssembly, { Instance: counting });
    for (let load = 0; load < 3; load++) {
      await executor.load(largeProgram());
      devices.push(executor.device);
    }
    expect(devices.every((device) => device.endsWith('one thread'))).toBe(true);
    expect(instances).toHaveLength(1);
    // Twice with one load: all of it, and less.
    expect(asked()).toBe(2);
  });

  it('may be less than 4 GB', async () => {
    const asked = limitShared(16_384);
    expect(await lossOn(opened)).toMatchObject({ device: expect.stringMatching(/2 threads$/) as unknown });
    expect(asked()).toBe(2);
  });

  it('is no proof that the build is right where there is none', async () => {
    limitShared(0);
    await expect(provingShared(opened).compileShared()).rejects.toMatchObject({ kind: 'outOfMemory' });
  });
});
