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

// What other engines prove in Node: our own kernels for graphics cards need a browser. On one page, so that shaders are compiled once.
test('webgpu computes what PyTorch recorded, what the papers say and what double precision gives', async ({ page }) => {
  await openPage(page);
  const none: unknown[] = [];
  expect(await page.evaluate(() => window.ask('stateMisses', 'webgpu')), 'states').toEqual(none);
  expect(await page.evaluate(() => window.ask('recordMisses', 'webgpu')), 'optimizers and the CNN').toEqual(none);
  const names = ['GPT, RMS norm, SwiGLU, rotary', 'RNN, tanh'];
  expect(await page.evaluate((list) => window.ask('languageMisses', 'webgpu', list), names), 'language models').toEqual(none);
  expect(await page.evaluate(() => window.ask('shapeMisses', 'webgpu')), 'awkward shapes').toEqual(none);
  for (const [from, count, size] of [
    [0, 20, 6],
    [1000, 8, 25],
    [2000, 2, 80],
  ] as const) {
    // prettier-ignore
    const misses = await page.evaluate((how) => window.ask('randomMisses', 'webgpu', how.from, how.count, how.size), { from, count, size });
    expect(misses, 'random graphs').toEqual(none);
  }
});

test('webgpu asks little of the device: few dispatches, one submission and one reading for many steps, nothing made anew', async ({
  page,
}) => {
  await openPage(page);
  const steps = 4;
  const counts = await page.evaluate((count) => window.ask('counts', '#task=copy&model=gpt&width=16&depth=1&heads=2&batch=4&opt=adam', count), steps); // prettier-ignore
  test.info().annotations.push({ type: 'counts', description: JSON.stringify(counts) });
  expect(counts.dispatches / steps).toBeLessThanOrEqual(60);
  expect(counts.submits).toBeLessThanOrEqual(steps);
  expect(counts.maps).toBe(1);
  expect(counts.mappedBytes).toBeLessThanOrEqual(4096);
  expect(counts).toMatchObject({ pipelines: 0, groups: 0, buffers: counts.buffersEarly });
  expect(counts.buffersAfter).toBe(counts.buffersBefore);
  expect(counts.microseconds).toBeLessThan(150);
});
