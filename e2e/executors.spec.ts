/** The executors in real Chromium, in a dedicated module worker: every op, leaks, lost devices, and the shaders of the webgpu engine. Agreement and repetition: `engines.spec.ts`. */
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

for (const [size, from, count] of [
  [6, 0, 40],
  [25, 1000, 20],
  [80, 2000, 6],
] as const) {
  test(`webgpu agrees with double precision on graphs of ${String(size)} random operations`, async ({ page }) => {
    await openPage(page);
    const complaints = await page.evaluate((numbers) => window.ask('graphs', 'webgpu', ...numbers), [from, count, size] as const);
    expect(complaints).toEqual([]);
  });
}

test('webgpu agrees with double precision on shapes smaller and larger than its tiles', async ({ page }) => {
  await openPage(page);
  expect(await page.evaluate(() => window.ask('shapes', 'webgpu', 8))).toEqual([]);
});

test('webgpu follows the records of every optimizer, and of the CNN', async ({ page }) => {
  await openPage(page);
  expect(await page.evaluate(() => window.ask('records', 'webgpu'))).toEqual([]);
});

test('webgpu asks its device for little: dispatches, submissions, reads and buffers', async ({ page }) => {
  await openPage(page);
  const { small, large } = await page.evaluate(() => window.ask('counts'));
  // One workgroup goes through many steps of a small network by itself.
  expect(small.dispatches).toBeLessThanOrEqual(0.25);
  expect(small.submits).toBeLessThanOrEqual(0.25);
  expect(small.readbacks).toBe(1);
  expect(large.dispatches).toBeLessThanOrEqual(13);
  expect(large.submits).toBeLessThanOrEqual(1);
  expect(large.readbacks).toBe(1);
  for (const { buffers } of [small, large]) {
    expect(buffers.late).toEqual(buffers.early);
    expect(buffers.after).toEqual(buffers.before);
  }
});
