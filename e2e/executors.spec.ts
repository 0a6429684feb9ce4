/** The executors in real Chromium, in a dedicated module worker: every op, leaks, and lost devices. Agreement and repetition: `engines.spec.ts`. */
import { expect, test, type Page } from '@playwright/test';
import type { EngineName } from '../src/engine/engines.ts';
import { testPageUrl } from './addresses.ts';

const gpuEngines = ['tfjs-webgl', 'tfjs-webgpu'] as const;
const tfjsEngines = ['tfjs-cpu', ...gpuEngines] as const;
const engines: readonly EngineName[] = ['wasm', 'webgpu', ...tfjsEngines];

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

// What other engines prove in Node: our own kernels for graphics cards need a browser.
test('webgpu: every optimizer and the CNN follow their records', async ({ page }) => {
  await openPage(page);
  expect(await page.evaluate(() => window.ask('recordMisses', 'webgpu'))).toEqual([]);
});

test('webgpu: language models follow their records', async ({ page }) => {
  await openPage(page);
  const names = ['GPT, pre-norm, GELU, tied', 'GPT, RMS norm, SwiGLU, rotary', 'GRU'];
  expect(await page.evaluate((list) => window.ask('languageMisses', 'webgpu', list), names)).toEqual([]);
});

test('webgpu: operations on awkward shapes agree with double precision', async ({ page }) => {
  await openPage(page);
  expect(await page.evaluate(() => window.ask('shapeMisses', 'webgpu'))).toEqual([]);
});

for (const { size, from, count } of [
  { size: 6, from: 0, count: 20 },
  { size: 25, from: 1000, count: 10 },
  { size: 80, from: 2000, count: 3 },
])
  test(`webgpu: random graphs of ${String(size)} operations agree with double precision`, async ({ page }) => {
    await openPage(page);
    expect(await page.evaluate((what) => window.ask('randomMisses', 'webgpu', ...what), [from, count, size] as const)).toEqual([]);
  });
