/** Helpers that cannot do what they are told, waiting for them, and an executor whose programs come and go, large and small. */
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { afterEach, expect, it, vi } from 'vitest';
import type { ConfigPatch } from '../../params/config.ts';
import { normalize } from '../../params/config.ts';
import { makeTask } from '../../tasks/make-task.ts';
import { firstStep } from '../../training/first-step.ts';
import { createExecutor } from './executor.ts';
import { Helpers, type HelperMessage } from './helpers.ts';
import { instantiateShared, type Shared } from './instance.ts';
import { brokenAt } from './kernels/desk-layout.ts';
import { openWasm } from './open.ts';
import { sharingLimits, startHelper, type HelperWorker, type StartHelper } from './threads.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** Memory that two threads share. */
async function openShared(): Promise<Shared> {
  const kernels = await openWasm(2);
  const { shared } = instantiateShared(await kernels.compileShared(), kernels.relaxed, kernels.sharing);
  if (shared === undefined) throw new Error('There is no shared memory.');
  return shared;
}

/** `helper.js` as in a browser, where an error ends a message but not the worker. */
function browserHelper(): (message: HelperMessage) => void {
  const scope = createContext({ postMessage: () => undefined });
  runInContext(readFileSync(new URL('./helper.js', import.meta.url), 'utf8'), scope);
  return (data) => {
    try {
      (scope['onmessage'] as (event: { readonly data: HelperMessage }) => void)({ data });
    } catch {
      // It is told to the page, and the next message comes.
    }
  };
}

/** Wants `env.n`, which is not there. */
const unlinkable = new WebAssembly.Module(
  Uint8Array.of(...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0], ...[2, 9, 1, 3, 101, 110, 118, 1, 110, 0, 0]),
);

it('a helper that has no room for a plan takes no slice of it, and the run goes on', async () => {
  const { module, memory, desk, scratch } = await openShared();
  const tell = browserHelper();
  tell({ kind: 'start', module, memory, desk, thread: 1, scratch: scratch(1) });
  tell({ kind: 'plan', id: 0, module: unlinkable });
  tell({ kind: 'help', id: 0, session: 1 });
  expect(new Int32Array(memory.buffer)[(desk + brokenAt) / 4]).toBe(0);
});

it('a helper that breaks in a slice says so', async () => {
  const { module, memory, desk, scratch } = await openShared();
  const tell = browserHelper();
  tell({ kind: 'start', module, memory, desk, thread: 1, scratch: scratch(1) });
  // `(func (export "help") (param i32 i32) unreachable)`
  const breaking = Uint8Array.of(
    ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 2, 127, 127, 0, 3, 2, 1, 0],
    ...[7, 8, 1, 4, 104, 101, 108, 112, 0, 0, 10, 5, 1, 3, 0, 0, 11],
  );
  tell({ kind: 'plan', id: 0, module: new WebAssembly.Module(breaking) });
  tell({ kind: 'help', id: 0, session: 1 });
  expect(new Int32Array(memory.buffer)[(desk + brokenAt) / 4]).toBe(1);
});

it('nothing is waited for once all helpers are ready', async () => {
  const shared = await openShared();
  vi.useFakeTimers();
  const helpers = new Helpers(shared, 1, (onReady) => {
    onReady();
    return { postMessage: () => undefined, terminate: () => undefined };
  });
  helpers.start();
  await helpers.ready();
  expect(vi.getTimerCount()).toBe(0);
});

it('a helper that cannot be told where its memory is, is ended and does not count', async () => {
  const terminate = vi.fn();
  const postMessage = vi.fn(() => {
    throw new Error('It cannot be cloned.');
  });
  const helpers = new Helpers(await openShared(), 1, () => ({ postMessage, terminate }));
  expect(helpers.threads).toBe(2);
  helpers.start();
  await helpers.ready();
  expect(helpers.threads).toBe(1);
  expect(terminate).toHaveBeenCalledOnce();
  helpers.forget();
  expect(postMessage).toHaveBeenCalledOnce();
});

it('helpers that are late are asked in every run, and judged by what runs take only once they do something', async () => {
  let done = 0;
  let asked = 0;
  const postMessage = (message: unknown): void => {
    if ((message as HelperMessage).kind === 'help') asked++;
  };
  const helpers = new Helpers({ ...(await openShared()), slicesHelped: () => done }, 1, () => ({
    postMessage,
    terminate: () => undefined,
  }));
  helpers.start();
  // The plan is only a name here.
  const plan = { module: unlinkable, run: () => undefined };
  const late = 40;
  for (let run = 0; run < late; run++) helpers.during(plan, 1, () => undefined);
  expect(asked).toBe(late);
  for (let run = 0; run < late; run++) helpers.during(plan, 1, () => done++);
  expect(asked).toBeLessThan(2 * late);
});

it('helpers that never do anything are not asked for ever', async () => {
  let asked = 0;
  const postMessage = (message: unknown): void => {
    if ((message as HelperMessage).kind === 'help') asked++;
  };
  const helpers = new Helpers({ ...(await openShared()), slicesHelped: () => 0 }, 1, () => ({ postMessage, terminate: () => undefined }));
  helpers.start();
  for (let run = 0; run < 1000; run++) helpers.during({ module: unlinkable, run: () => undefined }, 1, () => undefined);
  // A trial comes after every eighth run at first, and costs three.
  expect(asked).toBeLessThan(1000);
});

const program = (choices: ConfigPatch): ReturnType<typeof firstStep> => {
  const { config } = normalize({ task: 'spiral', seed: 3, optimizer: 'adam', ...choices });
  return firstStep(config, makeTask(config, {}));
};
const large = program({ layers: [192, 192], batchSize: 200 });
const another = program({ layers: [128, 256, 128], batchSize: 150 });
const small = program({ layers: [4], batchSize: 8 });

it('one executor runs large programs, small ones and large ones again, each with the threads and the bits that it has alone', async () => {
  const living = new Set<HelperWorker>();
  let forgotten = 0;
  const watched: StartHelper = (onReady, onFailure) => {
    const worker = startHelper(onReady, onFailure);
    living.add(worker);
    const terminate = (): unknown => {
      living.delete(worker);
      return worker.terminate();
    };
    return {
      postMessage: (message) => {
        if ((message as HelperMessage).kind === 'forget') forgotten++;
        worker.postMessage(message);
      },
      terminate,
    };
  };
  const executor = createExecutor({ ...(await openWasm(2, { ...sharingLimits, program: 1_000_000 })), startHelper: watched });
  for (const [{ program: loaded, feeds }, threads] of [
    [large, 2],
    [another, 2],
    [small, 1],
    [large, 2],
    [large, 2],
  ] as const) {
    await executor.load(loaded);
    const alone = createExecutor(await openWasm(1));
    await alone.load(loaded);
    for (let run = 0; run < 4; run++) {
      const many = Array.from({ length: 3 }, (_, step) => ({ ...feeds[0]!, step: 3 * run + step }));
      expect(await executor.run(many)).toEqual(await alone.run(many));
      await executor.settled?.();
      expect(living.size).toBe(threads - 1);
    }
    expect(executor.device.endsWith(threads === 1 ? 'one thread' : '2 threads')).toBe(true);
    expect(await executor.readState()).toEqual(await alone.readState());
  }
  // Where a large program follows a large one.
  expect(forgotten).toBe(2);
  executor.dispose();
  expect(living.size).toBe(0);
});
