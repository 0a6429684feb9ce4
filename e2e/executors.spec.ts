/** The executors in real Chromium, in a dedicated module worker: every op, leaks, and lost devices. Agreement and repetition: `engines.spec.ts`. */
import { expect, test, type Page } from '@playwright/test';
import type { EngineName } from '../src/engine/engines.ts';
import { testPageUrl } from './addresses.ts';

/** Curves that engines through TensorFlow.js are asked for here, where they are slow; on the CPU src/engine/curves.test.ts asks for all. */
const tfjsCurves = {
  'tfjs-cpu': [],
  'tfjs-webgl': ['GPT, layer before, gelu, learned, tied head, adamw', 'LSTM, sgd', 'GPT, LoRA, sgd', 'GPT, last block, adamw'],
  'tfjs-webgpu': ['GPT, head alone, sgd'],
} as const;

test.setTimeout(180_000);

async function openPage(page: Page): Promise<void> {
  await page.goto(testPageUrl('executors'));
  await page.waitForFunction(() => typeof window.ask === 'function');
}

/** A page for all tests of a group, so that an engine is opened and its shaders are compiled once. */
function sharedPage(): { readonly ask: Page['evaluate'] } {
  let page: Page | undefined;
  test.beforeAll(async ({ browser }) => {
    page = await browser.newPage();
    await openPage(page);
  });
  test.afterAll(() => page?.close());
  return { ask: (...parameters: Parameters<Page['evaluate']>) => page!.evaluate(...parameters) };
}

test('wasm answers every op as it must', async ({ page }) => {
  await openPage(page);
  expect(await page.evaluate(() => window.ask('faults', 'wasm'))).toEqual([]);
});

test.describe('webgpu', () => {
  // What other engines prove in Node: our own kernels for graphics cards need a browser. On one page, so that shaders are compiled once.
  let page: Page;
  test.beforeAll(async ({ browser }) => {
    page = await browser.newPage();
    await openPage(page);
  });
  test.afterAll(() => page.close());

  test('replaces all states at once', async () => {
    expect(await page.evaluate(() => window.ask('stateMisses', 'webgpu'))).toEqual([]);
  });

  test('every optimizer and the CNN follow their records', async () => {
    expect(await page.evaluate(() => window.ask('recordMisses', 'webgpu'))).toEqual([]);
  });

  test('language models follow their records', async () => {
    const names = ['GPT, RMS norm, SwiGLU, rotary', 'RNN, tanh'];
    expect(await page.evaluate((list) => window.ask('languageMisses', 'webgpu', list), names)).toEqual([]);
  });

  test('operations on awkward shapes agree with double precision', async () => {
    expect(await page.evaluate(() => window.ask('shapeMisses', 'webgpu'))).toEqual([]);
  });

  for (const what of [
    { from: 0, count: 20, size: 6 },
    { from: 1000, count: 8, size: 25 },
    { from: 2000, count: 2, size: 80 },
  ])
    test(`random graphs of ${String(what.size)} operations agree with double precision`, async () => {
      const misses = await page.evaluate(({ from, count, size }) => window.ask('randomMisses', 'webgpu', from, count, size), what);
      expect(misses).toEqual([]);
    });

  test('asks little: few dispatches, one reading for many steps, nothing made anew, little time of the thread', async () => {
    const steps = 4;
    const hash = '#task=copy&model=gpt&width=16&depth=1&heads=2&batch=4&opt=adam';
    const counts = await page.evaluate(([link, count]) => window.ask('counts', link, count), [hash, steps] as const);
    test.info().annotations.push({ type: 'counts', description: JSON.stringify(counts) });
    expect(counts.dispatches / steps).toBeLessThanOrEqual(45);
    expect(counts.submits).toBeLessThanOrEqual(steps);
    expect(counts.maps).toBe(1);
    expect(counts.mappedBytes).toBeLessThanOrEqual(4096);
    expect(counts).toMatchObject({ pipelines: 0, groups: 0, buffers: counts.buffersEarly });
    expect(counts.buffersAfter).toBe(counts.buffersBefore);
    expect(counts.microseconds).toBeLessThan(150);
  });
});
