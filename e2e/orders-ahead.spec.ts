/**
 * Orders of epochs that a helper draws ahead, for small models run flat out: from the helper in a real browser too, and the same history; the helper
 * asleep while the run pauses, gone with it, and there offline as well. Needs two processors, like `threads.spec.ts`.
 */
import type { Page } from '@playwright/test';
import { testPageUrl } from './addresses.ts';
import { button, expectReady, expectStepBeyond, openApp, status } from './lib/app.ts';
import { expectAtRest } from './lib/at-rest.ts';
import { visitOnce } from './lib/offline.ts';
import { expect, test } from './lib/test.ts';

test.setTimeout(120_000);

const run = 'task=surface&layers=4,2&opt=sgd&momentum=0&lr=0.01&evalEvery=10000&engine=wasm';
/** Millions of steps, so that it is still under way when it is looked at. */
const fast = `#${run}&n=5000&batch=2&epochs=10000&pace=1000000`;

const helpersOf = (page: Page): number => page.workers().filter((worker) => worker.url().includes('/order-helper-')).length;

async function expectHelpers(page: Page, count: number): Promise<void> {
  await expect.poll(() => helpersOf(page), { timeout: 30_000 }).toBe(count);
}

test('orders come from the helper, and the history does not depend on it', async ({ page }) => {
  await page.goto(testPageUrl('executors'));
  await page.waitForFunction(() => typeof window.ask === 'function');
  const { drawn, losses, different } = await page.evaluate(
    (link) => window.ask('ordersAhead', link),
    `#${run}&n=5000&batch=10&epochs=4000`,
  );
  expect(drawn.ahead + drawn.here).toBeGreaterThanOrEqual(4000);
  expect(drawn.here).toBeGreaterThanOrEqual(64);
  expect(drawn.ahead).toBeGreaterThan(500);
  expect({ losses, different }).toEqual({ losses: 4000 * 500, different: 0 });
});

test('a fast run has a helper, which sleeps while it pauses and ends with it', async ({ page, browser }) => {
  await openApp(page, fast);
  expect(helpersOf(page)).toBe(0);
  await button(page, 'Run').click();
  await expectHelpers(page, 1);
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');
  await expectAtRest(page, browser);
  expect(helpersOf(page)).toBe(1);
  await button(page, 'Reset').click();
  await expectHelpers(page, 0);
});

test('a run that takes its time has none', async ({ page }) => {
  await openApp(page, `#${run}&n=500&batch=10&epochs=10000&pace=20000`);
  await button(page, 'Run').click();
  // Hundreds of epochs.
  await expectStepBeyond(page, 20_000);
  expect(helpersOf(page)).toBe(0);
});

test.describe('offline', () => {
  test.use({ serviceWorkers: 'allow', tolerated: /ERR_CONNECTION_REFUSED|ERR_FAILED|ERR_INTERNET_DISCONNECTED/ });

  test('a fast run has a helper with the server gone', async ({ page }) => {
    const url = await visitOnce(page);
    await page.goto('about:blank');
    await page.goto(`${url}${fast}`);
    await expectReady(page);
    await button(page, 'Run').click();
    await expectHelpers(page, 1);
  });
});
