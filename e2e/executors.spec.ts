/** The executors in real Chromium, in a dedicated module worker: every op, leaks, and lost devices. Agreement and repetition: `engines.spec.ts`. */
import { expect, test, type Page } from '@playwright/test';
import type { EngineName } from '../src/engine/engines.ts';
import { testPageUrl } from './addresses.ts';

const gpuEngines = ['tfjs-webgl', 'tfjs-webgpu'] as const;
const tfjsEngines = ['tfjs-cpu', ...gpuEngines] as const;
// Of `webgpu` the tests below ask more, on a page that they share: it is no executor at all where the self-test finds a fault.
const engines: readonly EngineName[] = ['wasm', ...tfjsEngines];

test.setTimeout(180_000);

async function openPage(page: Page): Promise<void> {
  await page.goto(testPageUrl('executors'));
  await page.waitForFunction(() => typeof window.ask === 'function');
}

for (const engine of engines) {
  test(`${engine} answers every op as it must`, async ({ page }) => {
    await openPage(page);
    expect(await page.evaluate((name) => window.ask('faults', name), engine)).toEqual([]);
  });
}

for (const engine of tfjsEngines) {
  // On the CPU src/engine/tfjs/executor.test.ts takes 10,000 steps in Node; that wasm's memory stays as it is, src/engine/wasm/executor.test.ts tells.
  test(`${engine} holds no more tensors after 300 steps than after 30`, async ({ page }) => {
    await openPage(page);
    const { before, early, late, after } = await page.evaluate((name) => window.ask('leak', name, 300), engine);
    expect(early.tensors).toBeGreaterThan(before.tensors);
    expect(late).toEqual(early);
    expect(after).toEqual(before);
  });
}

for (const engine of ['webgpu', ...gpuEngines] as const) {
  test(`${engine} says that its device is lost, and can be opened again`, async ({ page }) => {
    await openPage(page);
    const { answers, again } = await page.evaluate((name) => window.ask('lose', name), engine);
    expect(answers).toEqual(['deviceLost', 'deviceLost', 'deviceLost']);
    expect(again).toHaveProperty('device');
  });
}

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
