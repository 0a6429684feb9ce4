/** The executors in real Chromium, in a dedicated module worker: every op, leaks, and lost devices. Agreement and repetition: `engines.spec.ts`. */
import { expect, test, type Page } from '@playwright/test';
import { testPageUrl } from './addresses.ts';
import type { Answers, Questions } from './pages/executors.worker.ts';

/** Curves that engines through TensorFlow.js are asked for here, where they are slow, and steps; on the CPU src/engine/curves.test.ts asks for all. */
const tfjsCurves = {
  'tfjs-webgl': [['GPT, layer before, gelu, learned, tied head, adamw', 'LSTM, sgd', 'GPT, LoRA, sgd', 'GPT, last block, sgd'], 30],
  'tfjs-webgpu': [['GPT, head alone, sgd'], 10],
} as const;

test.setTimeout(180_000);

async function openPage(page: Page): Promise<void> {
  await page.goto(testPageUrl('executors'));
  await page.waitForFunction(() => typeof window.ask === 'function');
}

type Ask = <Name extends keyof Questions>(name: Name, ...parameters: Parameters<Questions[Name]>) => Promise<Answers[Name]>;

/** Asks a page that all tests of a group share, so that an engine is opened and its shaders are compiled once. */
function sharedPage(): Ask {
  let page: Page;
  test.beforeAll(async ({ browser }) => {
    page = await browser.newPage();
    await openPage(page);
  });
  test.afterAll(() => page.close());
  return (name, ...parameters) => {
    const question: readonly [keyof Questions, readonly unknown[]] = [name, parameters];
    return page.evaluate(([asked, rest]) => window.ask(asked, ...(rest as never)), question) as Promise<never>;
  };
}

for (const engine of ['wasm', 'tfjs-cpu', 'tfjs-webgl', 'tfjs-webgpu'] as const)
  test.describe(engine, () => {
    const ask = sharedPage();

    test('answers every op as it must', async () => {
      expect(await ask('faults', engine)).toEqual([]);
    });

    if (engine === 'wasm') return;

    // On the CPU src/engine/tfjs/executor.test.ts takes 10,000 steps in Node; that wasm's memory stays as it is, src/engine/wasm/executor.test.ts tells.
    test('holds no more tensors after 300 steps than after 30', async () => {
      const { before, early, late, after } = await ask('leak', engine, 300);
      expect(early.tensors).toBeGreaterThan(before.tensors);
      expect(late).toEqual(early);
      expect(after).toEqual(before);
    });

    if (engine === 'tfjs-cpu') return;

    test('curves of some models, fixed weights among them, agree with double precision', async () => {
      const [names, steps] = tfjsCurves[engine];
      expect(await ask('curveMisses', engine, names, steps)).toEqual([]);
    });

    if (engine === 'tfjs-webgl')
      test('what it has trained writes the same at temperature 0', async () => {
        expect(await ask('written', engine)).toEqual([]);
      });

    test('says that its device is lost, and can be opened again', async () => {
      const { answers, again } = await ask('lose', engine);
      expect(answers).toEqual(['deviceLost', 'deviceLost', 'deviceLost']);
      expect(again).toHaveProperty('device');
    });
  });

// Of `webgpu` more is asked: our own kernels for graphics cards need a browser, and other engines prove in Node what stands here.
test.describe('webgpu', () => {
  const ask = sharedPage();

  test('replaces all states at once', async () => {
    expect(await ask('stateMisses', 'webgpu')).toEqual([]);
  });

  test('the CNN and language models follow their records', async () => {
    expect(await ask('recordMisses', 'webgpu')).toEqual([]);
    expect(await ask('languageMisses', 'webgpu', ['GPT, RMS norm, SwiGLU, rotary', 'RNN, tanh'])).toEqual([]);
  });

  test('every optimizer agrees with double precision over 200 steps', async () => {
    expect(await ask('curveMisses', 'webgpu', ['200 steps'])).toEqual([]);
  });

  test('every model agrees with double precision over 30 steps, by SGD and by AdamW', async () => {
    expect(await ask('curveMisses', 'webgpu', ['30 steps'])).toEqual([]);
  });

  test('networks of every kind repeat bit for bit, in pieces too', async () => {
    const names = ['CNN, adamw', 'GPT, layer before, gelu, learned, tied head, adamw', 'LSTM, sgd', 'GPT, LoRA, sgd'];
    expect(await ask('repetitionMisses', 'webgpu', names)).toEqual([]);
  });

  test('what it has trained writes the same at temperature 0', async () => {
    expect(await ask('written', 'webgpu')).toEqual([]);
  });

  test('operations on awkward shapes agree with double precision', async () => {
    expect(await ask('shapeMisses', 'webgpu')).toEqual([]);
  });

  for (const [size, from, count] of [
    [6, 0, 20],
    [25, 1000, 8],
    [80, 2000, 2],
  ] as const)
    test(`random graphs of ${String(size)} operations agree with double precision`, async () => {
      expect(await ask('randomMisses', 'webgpu', from, count, size)).toEqual([]);
    });

  test('asks little: few dispatches, one reading for many steps, nothing made anew, little time of the thread', async () => {
    const steps = 4;
    const counts = await ask('counts', '#task=copy&model=gpt&width=16&depth=1&heads=2&batch=4&opt=adam', steps);
    test.info().annotations.push({ type: 'counts', description: JSON.stringify(counts) });
    expect(counts.dispatches / steps).toBeLessThanOrEqual(38);
    expect(counts.submits).toBeLessThanOrEqual(steps);
    expect(counts.maps).toBe(1);
    expect(counts.mappedBytes).toBeLessThanOrEqual(4096);
    expect(counts).toMatchObject({ pipelines: 0, groups: 0, madeBuffers: 0 });
    expect(counts.microseconds).toBeLessThan(150);
  });

  test('holds as many buffers and bytes after 20,000 steps as after 1,000, and in the end none', async () => {
    const { before, first, last, after } = await ask('held', 1000, 20_000);
    expect(first.bytes).toBeGreaterThan(before.bytes);
    expect(last).toEqual(first);
    expect(after).toEqual(before);
  });

  test('goes on while results are mapped late, and loses and swaps none', async () => {
    // More than the ring holds, so that there are two readings.
    const { maps, meanwhile, apart } = await ask('lateMaps', 4300, 500);
    expect(maps).toBe(2);
    expect(meanwhile).toBeGreaterThan(0);
    expect(apart).toBeLessThan(1e-5);
  });

  test('says that its device is lost, and can be opened again', async () => {
    const { answers, again } = await ask('lose', 'webgpu');
    expect(answers).toEqual(['deviceLost', 'deviceLost', 'deviceLost']);
    expect(again).toHaveProperty('device');
  });

  test('a run whose device is lost goes on from its checkpoint on another, as if nothing had been', async () => {
    const { failure, expected, found } = await ask('interrupted', '#task=spiral&steps=400', 100, 400);
    expect(failure).toBe('deviceLost');
    expect(expected).toHaveLength(400);
    expect(found).toEqual(expected);
  });

  for (const [what, text, wrong] of [
    ['leaves out the last product of each sum', 'k < depth', 'k + 1u < depth'],
    ['takes one end for another', 'case 1u: { finish1(', 'case 1u: { finish0('],
  ] as const)
    test(`is not offered where a kernel ${what}, and the choice says why`, async () => {
      const { changed, engine, refused } = await ask('wrongKernel', text, wrong);
      expect(changed).toBeGreaterThan(0);
      expect(engine).toBe('tfjs-cpu');
      expect(refused).toMatch(/^webgpu on .* computes [\w ]+ wrongly/);
    });
});
