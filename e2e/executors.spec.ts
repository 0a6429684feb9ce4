/** The executors in real Chromium, in a dedicated module worker: every op, agreement, repetition, leaks, and lost devices. */
import { expect, test, type Page } from '@playwright/test';
import type { EngineName } from '../src/engine/engines.ts';
import { testPageUrl } from './addresses.ts';

const engines: readonly EngineName[] = ['tfjs-cpu', 'tfjs-webgl', 'tfjs-webgpu'];
const gpuEngines = engines.slice(1);

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

  test(`${engine} holds no more tensors after many steps than after few`, async ({ page }) => {
    await openPage(page);
    const steps = engine === 'tfjs-cpu' ? 10_000 : 300;
    const { before, early, late, after } = await page.evaluate(([name, count]) => window.ask('leak', name, count), [
      engine,
      steps,
    ] as const);
    expect(early.tensors).toBeGreaterThan(before.tensors);
    expect(late).toEqual(early);
    expect(after).toEqual(before);
  });
}

for (const engine of gpuEngines) {
  test(`${engine} repeats itself bit for bit and agrees with the CPU`, async ({ page }) => {
    await openPage(page);
    const steps = 50;
    const [reference, first, second] = await page.evaluate(
      async ([name, count]) => [
        await window.ask('train', 'tfjs-cpu', count, 50),
        await window.ask('train', name, count, 50),
        await window.ask('train', name, count, 7),
      ],
      [engine, steps] as const,
    );
    expect(second).toEqual(first);
    reference.losses.forEach((loss, step) => {
      expect(Math.abs((first.losses[step] ?? Number.NaN) - loss) / loss).toBeLessThan(1e-3);
    });
  });

  test(`${engine} says that its device is lost, and can be opened again`, async ({ page }) => {
    await openPage(page);
    const { answers, again } = await page.evaluate((name) => window.ask('lose', name), engine);
    expect(answers).toEqual(['deviceLost', 'deviceLost', 'deviceLost']);
    expect(again).toHaveProperty('device');
  });
}
